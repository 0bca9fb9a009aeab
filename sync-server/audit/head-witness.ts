import { open } from 'node:fs/promises'
import type { Clock } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { Store } from '../store/contract.ts'

// The end of the audit goes where this server's keys do not reach: who holds the host and the master key can rebuild the
// whole chain, but not what another machine was told before. A line a minute at most, of numbers and hashes.

/** One end of the chain, as a witness keeps it: a line of JSON. */
export type WitnessedHead = { readonly at: string; readonly seq: number; readonly hash: string }

/** Throws where it can't be told; it is told again a minute later. */
export type Witness = (head: WitnessedHead) => Promise<void>

/** A file, best on another machine's disk. */
export function fileWitness(path: string): Witness {
  return async (head) => {
    const file = await open(path, 'a', 0o600)
    try {
      await file.write(`${JSON.stringify(head)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  }
}

const PATIENCE = 10_000

/** Something that takes JSON by HTTPS: a log collector, a store that only grows. */
export function webhookWitness(url: string): Witness {
  return async (head) => {
    const headers = { 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(PATIENCE)
    const body = JSON.stringify(head)
    // Where it leads elsewhere, nobody has decided to trust that place.
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' })
    if (!answer.ok) throw new Error(`the witness answered ${answer.status}`)
  }
}

const EVERY = 60_000

type Parts = {
  readonly store: Store
  readonly clock: Clock
  readonly witnesses: readonly Witness[]
  onFault(fault: unknown): void
}

/** Tells the witnesses of each new end, every minute and once more at the close. */
export function tellWitnesses(parts: Parts): { close(): Promise<void> } {
  const last = new Map<Witness, number>()
  const timer = setInterval(() => void tell().catch(parts.onFault), EVERY).unref()
  async function tell(): Promise<void> {
    if (parts.witnesses.length === 0) return
    const { seq, hash } = await parts.store.audit.head()
    const head = { at: instant(parts.clock), seq, hash }
    for (const witness of parts.witnesses) {
      if (last.get(witness) === seq) continue
      await witness(head).then(
        () => last.set(witness, seq),
        (fault: unknown) => parts.onFault(fault),
      )
    }
  }
  return {
    async close() {
      clearInterval(timer)
      await tell().catch(parts.onFault)
    },
  }
}
