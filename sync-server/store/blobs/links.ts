import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { CollectionName } from '#app/kernel/index.ts'
import { insertAll } from '../dialects/batches.ts'
import type { BlobReader, DocumentRef } from '../contract.ts'
import type { Executor, RowInsert, Statement } from '../dialects/dialect.ts'
import { latestByDocument } from '../documents/by-document.ts'
import type { Context } from '../documents/rows.ts'
import type { Staged } from '../documents/staging.ts'
import { appendPieces, blobKey, blobLock } from './pieces.ts'

// Which documents name which files, as transactions see and write it.

export async function readCarriers(
  executor: Executor,
  blob: string,
  limit: number,
): Promise<readonly DocumentRef[]> {
  const rows = await executor
    .selectFrom('blob_links')
    .select(['collection', 'id'])
    .where('blob', '=', blob)
    .where('awaited', 'is', null)
    .orderBy('collection')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ collection, id }) => ({ collection: collection as CollectionName, id }))
}

/** What a transaction asks. A file that is asked for is held until the commit: it is not taken away meanwhile. */
export function blobReader({ executor, dialect, vault }: Context): BlobReader {
  return {
    carriers: (hash, limit) => readCarriers(executor, blobKey(vault, hash), limit),
    async sentBy(deviceId, hashes) {
      if (hashes.length === 0) return new Set()
      const byKey = new Map(hashes.map((hash) => [blobKey(vault, hash), hash]))
      await dialect.lockNames(executor, [...byKey.keys()].toSorted().map(blobLock))
      const rows = await executor
        .selectFrom('blob_uploads')
        .select('blob')
        .where('device_id', '=', deviceId)
        .where('whole', '=', 1)
        .where(dialect.any('blob', [...byKey.keys()]))
        .execute()
      return new Set(rows.map(({ blob }) => byKey.get(blob) ?? ''))
    },
  }
}

/** Files that came with a message. Written before the numbers are taken, so that nobody waits for them. */
export async function writeBlobs(context: Context, blobs: readonly Staged<'blob'>[]): Promise<void> {
  const { executor, dialect, vault } = context
  const byKey = new Map(blobs.map((write) => [blobKey(vault, write.hash), write]))
  await dialect.lockNames(executor, [...byKey.keys()].toSorted().map(blobLock))
  for (const [blob, { hash, bytes }] of byKey) {
    const content = randomUUID()
    const { numInsertedOrUpdatedRows } = await executor
      .insertInto('blobs')
      .values({ blob, content, size: bytes.length, loose_since: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows === 1n) await appendPieces({ executor, vault }, { content, hash }, 0, bytes)
  }
}

export function linkStatements(
  context: Context,
  documents: readonly Staged<'document'>[],
): (Statement | RowInsert)[] {
  const naming = documents.filter(({ files }) => files !== undefined)
  const latest = latestByDocument(naming).values()
  const byCollection = Map.groupBy(latest, ({ collection }) => collection)
  return [...byCollection].flatMap(([collection, writes]) => replaceLinks(context, collection, writes))
}

/** New links go in beside those that stay: within one statement a row is never taken away and put back. */
function replaceLinks(
  { executor, dialect, vault }: Context,
  collection: CollectionName,
  writes: readonly Staged<'document'>[],
): (Statement | RowInsert)[] {
  const rows = writes.flatMap(({ id, files = [] }) =>
    files.map(({ hash, awaited }) => ({ blob: blobKey(vault, hash), collection, id, awaited })),
  )
  const ids = writes.map(({ id }) => id)
  const staying = rows.map(({ id, blob }) => `${id}${blob}`)
  const outdated = executor
    .deleteFrom('blob_links')
    .where('collection', '=', collection)
    .where(dialect.any('id', ids))
    .where(sql<boolean>`not (${dialect.any(sql<string>`id || blob`, staying)})`)
  const inserts = insertAll('blob_links', rows, (batch) =>
    executor
      .insertInto('blob_links')
      .values(batch)
      .onConflict((conflict) =>
        conflict
          .columns(['blob', 'collection', 'id'])
          // A link that counts is never taken back by somebody who only names the file.
          .doUpdateSet((row) => ({ awaited: row.ref('excluded.awaited') }))
          .where(sql<boolean>`excluded.awaited is null`),
      ),
  )
  return [outdated, ...inserts]
}
