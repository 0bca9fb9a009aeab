import { appendToChain } from '#sync-server/audit/chain.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { DocumentRef, ErasureStore } from './contract.ts'
import { inRows } from './dialects/batches.ts'
import { takeNumbers } from './dialects/counters.ts'
import type { Dialect, Executor } from './dialects/dialect.ts'
import type { Port } from './port.ts'

export function createErasureStore({ dialect, vault, write }: Port): ErasureStore {
  return {
    async erase({ refs, entry }) {
      const heads = new Map<CollectionName, number>()
      const erased = await write(async (executor) => {
        let count = 0
        // In the order in which counters are locked everywhere.
        const byCollection = [...Map.groupBy(refs, ({ collection }) => collection)]
        for (const [collection, own] of byCollection.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
          const ids = [...new Set(own.map(({ id }) => id))]
          heads.set(collection, await depart(executor, dialect, collection, ids))
          count += await takeAway(executor, dialect, collection, ids)
          await remember(executor, collection, ids, entry.at)
        }
        await forgetMessages(executor, dialect, refs)
        await dialect.runAll(executor, await appendToChain({ executor, dialect, vault }, [entry]))
        return count
      })
      dialect.changes.observe(heads)
      return erased
    },
  }
}

/** Who saw them hears that they left: a number for each, under every place where they lay. */
async function depart(
  executor: Executor,
  dialect: Dialect,
  collection: CollectionName,
  ids: readonly Id[],
): Promise<number> {
  const places = await executor
    .selectFrom('memberships')
    .select(['scope', 'id', 'kind'])
    .where('collection', '=', collection)
    .where(dialect.any('id', ids))
    .execute()
  const there = [...new Set(places.map(({ id }) => id))].toSorted()
  const head = await takeNumbers({ executor, dialect }, collection, there.length)
  const numbers = new Map(there.map((id, place) => [id, head - there.length + 1 + place]))
  const rows = places.map((place) => ({ collection, ...place, seq: numbers.get(place.id) ?? head }))
  for (const batch of inRows(rows, 5)) await executor.insertInto('departures').values(batch).execute()
  return head
}

const ofDocuments = ['memberships', 'revisions', 'shadows', 'receipts', 'blob_links'] as const
const byDocument = ['conflicts', 'identifiers'] as const

/** Answers how many documents there were. Files that nothing names any more are swept as ever. */
async function takeAway(
  executor: Executor,
  dialect: Dialect,
  collection: CollectionName,
  ids: readonly Id[],
): Promise<number> {
  for (const table of ofDocuments) {
    const rows = executor.deleteFrom(table).where('collection', '=', collection)
    await rows.where(dialect.any('id', ids)).execute()
  }
  for (const table of byDocument) {
    const rows = executor.deleteFrom(table).where('collection', '=', collection)
    await rows.where(dialect.any('document_id', ids)).execute()
  }
  const documents = executor.deleteFrom('documents').where('collection', '=', collection)
  return Number((await documents.where(dialect.any('id', ids)).executeTakeFirst()).numDeletedRows)
}

async function remember(
  executor: Executor,
  collection: CollectionName,
  ids: readonly Id[],
  at: string,
): Promise<void> {
  const rows = ids.map((id) => ({ collection, id, at }))
  for (const batch of inRows(rows, 3))
    await executor
      .insertInto('erased')
      .values(batch)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}

/** What was to be told, or was told, to other systems about patients. */
async function forgetMessages(
  executor: Executor,
  dialect: Dialect,
  refs: readonly DocumentRef[],
): Promise<void> {
  const patients = refs.filter(({ collection }) => collection === 'patients').map(({ id }) => id)
  if (patients.length > 0)
    await executor.deleteFrom('outbox').where(dialect.any('subject', patients)).execute()
}

export async function readErased(
  { executor, dialect }: { readonly executor: Executor; readonly dialect: Dialect },
  collection: CollectionName,
  ids: readonly Id[],
): Promise<readonly Id[]> {
  if (ids.length === 0) return []
  const rows = executor.selectFrom('erased').select('id').where('collection', '=', collection)
  return (await rows.where(dialect.any('id', ids)).execute()).map(({ id }) => id)
}
