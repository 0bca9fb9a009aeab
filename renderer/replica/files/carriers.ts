import { Subscription } from 'rxjs'
import { fileFieldsOf, filesIn } from '#app/files/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import type { BlobCarrier } from '#app/protocol/index.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import { isPending, isUnstored } from '../database/stored-document.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import type { TableChange } from '../database/table.ts'
import { isCarrier } from './file-book.ts'
import type { FileBook, FileRecord } from './file-book.ts'
import { lifeOf, lifeOfServer, withFiles } from './server-life.ts'

type Following = {
  readonly database: Pick<ReplicaDatabase, 'names' | 'table'>
  readonly book: FileBook
  /** Documents name this file that did not before, or do not any more; or the server may have lost it with one of them. */
  readonly onChange: (hash: string) => void
}

export type FollowedCarriers = {
  /** Resolves when what the documents have said until now stands in the records. */
  noted(): Promise<unknown>
  end(): void
}

/** Keeps in each file's record which documents of this device name it. */
export function followCarriers({ database, book, onChange }: Following): FollowedCarriers {
  const following = new Subscription()
  let turn: Promise<unknown> = Promise.resolve()
  for (const collection of withFiles(database.names)) {
    following.add(
      database.table(collection).changes$.subscribe((changes) => {
        if (book.size === 0) return
        // One after the other: each looks at the record that the one before wrote. A disk that fails stops the replica.
        turn = turn.then(() => note(collection, changes)).catch(() => undefined)
      }),
    )
  }
  return { noted: () => turn, end: () => following.unsubscribe() }

  async function note(collection: CollectionName, changes: readonly TableChange[]): Promise<void> {
    for (const { id, now } of changes) await noteOne({ collection, id }, now)
  }

  async function noteOne(carrier: BlobCarrier, document: StoredDocument | undefined): Promise<void> {
    const named = namedBy(carrier.collection, document)
    for (const [hash, record] of book.entries()) {
      const names = named.has(hash)
      if (!names && !isCarrier(record, carrier)) continue
      if (document !== undefined && names) await noteNamed(hash, record, carrier, document)
      else await book.carry(hash, carrier, false)
      if (book.get(hash) !== record) onChange(hash)
    }
  }

  async function noteNamed(
    hash: string,
    record: FileRecord,
    carrier: BlobCarrier,
    document: StoredDocument,
  ): Promise<void> {
    if (isCarrier(record, carrier)) return book.lives(hash, carrier, lifeOf(document))
    await book.carry(hash, carrier, true)
    if (!isAttachedHere(carrier.collection, document)) return
    // Sent before the document was made: had a backup been put back in between, the server would have it no more.
    const before = record.sent ? record.life : lifeOfServer(database)
    await book.answerFor(hash, carrier, lifeOf(document) ?? before)
  }
}

/** What happened while nobody followed: carriers that are gone, name the file no more, or are of another life. */
export async function reviewCarriers({ database, book, onChange }: Following): Promise<void> {
  for (const [hash, { carriers }] of book.entries()) {
    for (const carrier of carriers) {
      const { collection, id } = carrier
      const isHere = database.names.includes(collection)
      const document = isHere ? database.table(collection).get(id) : undefined
      if (document === undefined || !namedBy(collection, document).has(hash))
        await book.carry(hash, carrier, false)
      else await book.lives(hash, carrier, lifeOf(document))
    }
    onChange(hash)
  }
}

function namedBy(collection: CollectionName, document: StoredDocument | undefined): ReadonlySet<string> {
  const module = document && moduleOfKind(collection, document.kind)
  if (document === undefined || module === undefined) return new Set()
  return new Set(filesIn(module, document).map(({ hash }) => hash))
}

/** Whether what a document names has been put there on this device. */
function isAttachedHere(collection: CollectionName, document: StoredDocument): boolean {
  if (!isPending(document)) return false
  const module = moduleOfKind(collection, document.kind)
  const { before = {} } = document.localEdit ?? {}
  return (
    isUnstored(document.rev) || (module !== undefined && fileFieldsOf(module).some((name) => name in before))
  )
}
