import type { BulkWriteRow, RxDocumentData } from 'rxdb'
import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { ReplicaCollection } from './database.ts'
import type { ReplicatedDocument, StoredDocument } from './stored-document.ts'
import type { Table } from './table.ts'

/** RxDB's name for the source of the write; the storage makes it `strict`. */
const CONTEXT = 'local-write'

type Held = RxDocumentData<ReplicatedDocument>
type Next = (held: ReplicatedDocument | undefined) => StoredDocument | null

/**
 * Writes one document, durably. `next` makes it of the state that is here, and is asked again when another write came in
 * between. Null: nothing is written.
 */
export async function writeDocument(
  collection: ReplicaCollection,
  table: Table,
  id: Id,
  next: Next,
): Promise<StoredDocument | null> {
  await table.ready
  let row = table.whole(id)
  for (;;) {
    const written = next(present(row))
    if (written === null) return null
    const { error } = await collection.storageInstance.bulkWrite([rowOf(row, written)], CONTEXT)
    const failure = error[0]
    if (failure === undefined) return written
    if (failure.status !== 409) throw new AppError('replica.write-failed')
    row = failure.documentInDb
  }
}

/** Documents to be written together. `prepare` makes all of them, and throws where one can't be: then none is written. */
export function documentsToWrite(
  collection: ReplicaCollection,
  table: Table,
  changes: readonly { readonly id: Id; readonly next: Next }[],
): { prepare(): void; write(): Promise<void> } {
  const rows: BulkWriteRow<ReplicatedDocument>[] = []
  return {
    prepare() {
      for (const { id, next } of changes) {
        const row = table.whole(id)
        const written = next(present(row))
        if (written !== null) rows.push(rowOf(row, written))
      }
    },
    async write() {
      const { error } = await collection.storageInstance.bulkWrite(rows, CONTEXT)
      if (error.some(({ status }) => status !== 409)) throw new AppError('replica.write-failed')
      const overtaken = new Set(error.map(({ documentId }) => documentId))
      for (const { id, next } of changes) {
        if (overtaken.has(id)) await writeDocument(collection, table, id, next)
      }
    },
  }
}

function present(row: ReplicatedDocument | undefined): ReplicatedDocument | undefined {
  return row?._deleted === true ? undefined : row
}

function rowOf(previous: Held | undefined, written: StoredDocument): BulkWriteRow<ReplicatedDocument> {
  const document = { ...storageMembers, ...written, _deleted: false }
  return previous === undefined ? { document } : { previous, document }
}

/** RxDB fills these in. */
const storageMembers = { _attachments: {}, _meta: { lwt: 1 }, _rev: '' }
