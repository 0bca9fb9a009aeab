import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { ReplicaCollection } from './database.ts'
import type { ReplicatedDocument, StoredDocument } from './stored-document.ts'
import type { Table } from './table.ts'

/** RxDB's name for the source of the write; the storage makes it `strict`. */
const CONTEXT = 'local-write'

/**
 * Writes one document, durably. `next` makes it of the state that is here, and is asked again when another write came in
 * between. Null: nothing is written.
 */
export async function writeDocument(
  collection: ReplicaCollection,
  table: Table,
  id: Id,
  next: (held: ReplicatedDocument | undefined) => StoredDocument | null,
): Promise<StoredDocument | null> {
  await table.ready
  let row = table.whole(id)
  for (;;) {
    const written = next(row?._deleted === true ? undefined : row)
    if (written === null) return null
    const document = { ...storageMembers, ...written, _deleted: false }
    const { error } = await collection.storageInstance.bulkWrite(
      [{ ...(row === undefined ? {} : { previous: row as never }), document }],
      CONTEXT,
    )
    const failure = error[0]
    if (failure === undefined) return written
    if (failure.status !== 409) throw new AppError('replica.write-failed')
    row = failure.documentInDb
  }
}

/** RxDB fills these in. */
const storageMembers = { _attachments: {}, _meta: { lwt: 1 }, _rev: '' }
