import { Subject } from 'rxjs'
import type { AnyModule, Id } from '#app/kernel/index.ts'
import { createdDocument } from '../database/local-edit.ts'
import type { Change } from '../database/local-edit.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import type { SearchedTable } from '../search/backlog.ts'
import { SearchIndex } from '../search/search-index.ts'
import { anAuthor } from './replica-on-memory.ts'

const author = anAuthor()

/** A record as the device would hold it. */
export function aDocument(module: AnyModule, data: Change): StoredDocument {
  return createdDocument(author, module, data)
}

/** A table that a test fills by hand. */
export class HandFilledTable implements SearchedTable {
  readonly #documents = new Map<Id, StoredDocument>()
  readonly changes$ = new Subject<readonly { readonly id: Id; readonly now: StoredDocument | undefined }[]>()

  constructor(documents: readonly StoredDocument[] = []) {
    for (const document of documents) this.#documents.set(document.id, document)
  }

  documents(): IterableIterator<StoredDocument> {
    return this.#documents.values()
  }

  get(id: Id): StoredDocument | undefined {
    return this.#documents.get(id)
  }

  put(...documents: readonly StoredDocument[]): void {
    for (const document of documents) this.#documents.set(document.id, document)
    this.changes$.next(documents.map((now) => ({ id: now.id, now })))
  }

  /** As an eviction does it. */
  drop(...ids: readonly Id[]): void {
    for (const id of ids) this.#documents.delete(id)
    this.changes$.next(ids.map((id) => ({ id, now: undefined })))
  }
}

/** A search over records of one module. */
export function searchOver(module: AnyModule, records: readonly Change[]): SearchIndex {
  const index = new SearchIndex()
  index.follow(module.collection, new HandFilledTable(records.map((data) => aDocument(module, data))))
  return index
}
