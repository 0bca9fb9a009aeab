import { Subscription } from 'rxjs'
import { fileFieldsOf, filesIn } from '#app/files/index.ts'
import { allModules, moduleOfKind } from '#app/modules/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import type { BlobCarrier } from '#app/protocol/index.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import type { TableChange } from '../database/table.ts'
import { isCarrier } from './file-book.ts'
import type { FileBook } from './file-book.ts'

const collectionsWithFiles: ReadonlySet<CollectionName> = new Set(
  allModules.flatMap((module) => (fileFieldsOf(module).length > 0 ? [module.collection] : [])),
)

type Following = {
  readonly database: Pick<ReplicaDatabase, 'names' | 'table'>
  readonly book: FileBook
  /** Documents name this file that did not before, or do not any more. */
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
  for (const collection of database.names.filter((name) => collectionsWithFiles.has(name))) {
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
    for (const { id, now } of changes) await noteOne({ collection, id }, namedBy(collection, now))
  }

  async function noteOne(carrier: BlobCarrier, named: ReadonlySet<string>): Promise<void> {
    for (const [hash, record] of book.entries()) {
      if (isCarrier(record, carrier) === named.has(hash)) continue
      await book.carry(hash, carrier, named.has(hash))
      onChange(hash)
    }
  }
}

/** What happened while nobody followed: carriers that are gone, or name the file no more. */
export async function reviewCarriers({ database, book, onChange }: Following): Promise<void> {
  for (const [hash, { carriers }] of book.entries()) {
    for (const carrier of carriers) {
      const { collection, id } = carrier
      const isHere = database.names.includes(collection)
      const document = isHere ? database.table(collection).get(id) : undefined
      if (!namedBy(collection, document).has(hash)) await book.carry(hash, carrier, false)
    }
    onChange(hash)
  }
}

function namedBy(collection: CollectionName, document: StoredDocument | undefined): ReadonlySet<string> {
  const module = document && moduleOfKind(collection, document.kind)
  if (document === undefined || module === undefined) return new Set()
  return new Set(filesIn(module, document).map(({ hash }) => hash))
}
