import { insertAll } from '../dialects/batches.ts'
import type { RowInsert } from '../dialects/dialect.ts'
import { latestByDocument } from './by-document.ts'
import { shadowPlace } from './places.ts'
import type { Context } from './rows.ts'
import type { Staged } from './staging.ts'
import type { Numbered } from './statements.ts'

// What is remembered of a device's pushes: each edit's receipt, and the last state of each document.

const DAY = 86_400_000

/** Days since 1970, of an instant in milliseconds. */
export function dayOf(milliseconds: number): number {
  return Math.floor(milliseconds / DAY)
}

export function receiptStatements(
  { executor }: Context,
  receipts: readonly Staged<'receipt'>[],
): RowInsert[] {
  const day = dayOf(Date.now())
  const rows = receipts.map(({ deviceId, edit, collection, id, outcome, code, field }) => ({
    device_id: deviceId,
    edit,
    collection,
    id,
    outcome,
    code: code ?? null,
    field: field ?? null,
    day,
  }))
  return insertAll('receipts', rows, (batch) => executor.insertInto('receipts').values(batch))
}

const nothing = Buffer.alloc(0)

export function shadowStatements(
  { executor, vault }: Context,
  shadows: readonly Staged<'shadow'>[],
  numbered: readonly Numbered[],
): RowInsert[] {
  // By the body itself: a document that is staged again in the same transaction has another number then.
  const numbers = new Map(numbered.map(({ write, seq }) => [write.body, seq]))
  const byDevice = Map.groupBy(shadows, ({ deviceId }) => deviceId)
  const latest = [...byDevice.values()].flatMap((own) => latestByDocument(own).values())
  const rows = latest.map((write) => {
    const { deviceId: device_id, collection, id, edit, rev } = write
    const revision = write.storedAs === undefined ? undefined : numbers.get(write.storedAs)
    const sealed =
      revision === undefined ? vault.sealJson(shadowPlace(write, device_id, edit), write.state) : nothing
    return { device_id, collection, id, edit, rev, revision: revision ?? null, sealed }
  })
  return insertAll('shadows', rows, (batch) =>
    executor
      .insertInto('shadows')
      .values(batch)
      .onConflict((conflict) =>
        conflict.columns(['device_id', 'collection', 'id']).doUpdateSet((row) => ({
          edit: row.ref('excluded.edit'),
          rev: row.ref('excluded.rev'),
          revision: row.ref('excluded.revision'),
          sealed: row.ref('excluded.sealed'),
        })),
      ),
  )
}
