import '#renderer/shell/boot/index.ts'
import { filter, firstValueFrom } from 'rxjs'
import { moduleNames } from '#app/modules/index.ts'
import { connectHost } from '#renderer/host/index.ts'
import { createReplicaGate } from '#renderer/replica/index.ts'
import type { Replica } from '#renderer/replica/index.ts'

// The replica without the screen, in a real browser on its real IndexedDB. The driver calls these one after the other.

const PASSPHRASE = 'four words for benchmarks'
const { host, onKeys } = connectHost('bench')
const gate = createReplicaGate({ host, onKeys })
let replica: Replica | undefined

function opened(): Replica {
  if (replica === undefined) throw new Error('no replica is open')
  return replica
}

/** Milliseconds since the epoch, finer than `Date.now()`; the driver on the same machine reads the same clock. */
function now(): number {
  return performance.timeOrigin + performance.now()
}

async function countOf(held: Replica): Promise<number> {
  let count = 0
  for (const name of moduleNames) {
    count += (await firstValueFrom(held.list({ module: name }))).length
  }
  return count
}

const bench = {
  /** Enrols, and waits until the server has said that everything is here. */
  async enrol(login: string, password: string): Promise<{ documents: number; milliseconds: number }> {
    const input = {
      serverUrl: location.origin,
      login,
      password,
      passphrase: PASSPHRASE,
      deviceLabel: 'bench',
    }
    let started = now()
    replica = await gate.enrol(input, ({ step }) => {
      if (step === 'reading') started = now()
    })
    await firstValueFrom(
      opened().status$.pipe(filter(({ phase, initial }) => phase === 'done' && initial === null)),
    )
    const milliseconds = now() - started
    return { documents: await countOf(opened()), milliseconds }
  },

  /** From the key in hand to everything loaded. */
  async unlock(): Promise<{ documents: number; milliseconds: number }> {
    const [summary] = await gate.summaries()
    if (summary === undefined) throw new Error('no replica is here')
    let reading: number | undefined
    replica = await gate.unlock(summary.replicaId, PASSPHRASE, ({ step }) => {
      if (step === 'reading') reading ??= now()
    })
    const milliseconds = now() - (reading ?? now())
    return { documents: await countOf(opened()), milliseconds }
  },

  /** When a patient whose words contain the text is in a live list. */
  async seen(text: string): Promise<number> {
    const where = (view: object) => JSON.stringify(view).includes(text)
    const list = opened().list({ module: 'patients', where, limit: 1 })
    await firstValueFrom(list.pipe(filter((views) => views.length > 0)))
    return now()
  },

  /** Writes one after the other, each durable before the next begins; how many a second. */
  async writes(count: number): Promise<number> {
    const [held] = await firstValueFrom(opened().list({ module: 'cases', limit: 1 }))
    if (held === undefined) throw new Error('no case is here')
    const started = now()
    for (let number = 0; number < count; number += 1) {
      await opened().update('cases', held.id, { subject: `Benchmark ${number}` })
    }
    return count / ((now() - started) / 1000)
  },

  lock: () => opened().lock(),
}
export type Bench = typeof bench

Object.assign(globalThis, { bench })
