import { open, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { collectionSchema, idSchema, instant, instantSchema } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import { eraseMessages } from '../../hl7/index.ts'
import type { DocumentRef, Store } from '../../store/contract.ts'

// What was erased lies in a file beside the data as well, by ids alone: a backup that is put back knows nothing of later
// erasures, and the ledger is applied to it again before anybody is served.

const lineSchema = z.strictObject({
  at: instantSchema,
  refs: z.array(z.strictObject({ collection: collectionSchema, id: idSchema })),
})

export type ErasureLedger = {
  /** On the disk when it resolves. */
  write(at: string, refs: readonly DocumentRef[]): Promise<void>
  read(): Promise<readonly DocumentRef[]>
}

export function erasureLedger(path: string): ErasureLedger {
  return {
    async write(at, refs) {
      const file = await open(path, 'a', 0o600)
      try {
        await file.write(`${JSON.stringify({ at, refs })}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    async read() {
      const text = await readFile(path, 'utf8').catch((fault: unknown) => {
        if (isAbsent(fault)) return ''
        throw fault
      })
      return text
        .split('\n')
        .filter(isWhole)
        .flatMap((line) => lineSchema.parse(JSON.parse(line)).refs)
    },
  }
}

/**
 * Erases what the ledger names and the data still has, as after a restore, with the messages about its patients. Answers
 * how many documents there were.
 */
export async function applyLedger(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  ledger: ErasureLedger,
): Promise<number> {
  if ((await store.identity()) === null) return 0
  const refs = await ledger.read()
  const missing = await store.snapshot(async (read) => {
    const found: DocumentRef[] = []
    for (const [collection, own] of Map.groupBy(refs, (ref) => ref.collection)) {
      const ids = own.map(({ id }) => id)
      const known = new Set(await read.erased(collection, ids))
      found.push(...own.filter(({ id }) => !known.has(id)))
    }
    return found
  })
  if (missing.length === 0) return 0
  const at = instant(clock)
  const patients = missing.filter(({ collection }) => collection === 'patients').map(({ id }) => id)
  const messages = patients.length === 0 ? 0 : await eraseMessages({ store, clock }, patients)
  const entry = {
    at,
    actor: 'server',
    action: 'erase-again',
    ids: missing.map(({ id }) => id),
    purpose: 'restore',
    facts: { messages },
  }
  return store.erasures.erase({ refs: missing, entry })
}

/** A line that a kill cut off was never acted upon. */
function isWhole(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}')
}

function isAbsent(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'ENOENT'
}
