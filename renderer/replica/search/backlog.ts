import type { Observable } from 'rxjs'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { StoredDocument } from '../database/stored-document.ts'

/** What the search needs of a collection's table. */
export type SearchedTable = {
  documents(): Iterable<StoredDocument>
  get(id: Id): StoredDocument | undefined
  /** Emits after the table has changed. */
  readonly changes$: Observable<readonly { readonly id: Id; readonly now: StoredDocument | undefined }[]>
}

/** So many records that have just come are read in as they came; beyond that they are parsed once more. */
const KEPT = 8192

/**
 * The records of one collection that are not read in yet: those that were there, and those that changed
 * since.
 */
export class Backlog {
  readonly collection: CollectionName
  readonly table: SearchedTable
  /** As they came, where they were kept. */
  readonly #changed = new Map<Id, StoredDocument | undefined>()
  /**
   * Where reading in the changed ones has come to: beginning anew would pass over all that were taken out.
   */
  #changes: Iterator<[Id, StoredDocument | undefined]> | null = null
  #present: Iterator<StoredDocument> | null

  constructor(collection: CollectionName, table: SearchedTable) {
    this.collection = collection
    this.table = table
    this.#present = table.documents()[Symbol.iterator]()
  }

  get isEmpty(): boolean {
    return this.#present === null && this.#changed.size === 0
  }

  /** To be read in (again) as it is by then: whatever it becomes meanwhile is added, too. */
  add(id: Id, now: StoredDocument): void {
    this.#changed.set(id, this.#changed.size < KEPT ? now : undefined)
  }

  remove(id: Id): void {
    this.#changed.delete(id)
  }

  /** The next record, undefined at the end. What was changed comes first: somebody has just typed it. */
  next(): StoredDocument | undefined {
    const changed = this.#nextChanged()
    if (changed !== undefined) return changed
    const next = this.#present?.next()
    if (next?.done !== false) {
      this.#present = null
      return undefined
    }
    return next.value
  }

  #nextChanged(): StoredDocument | undefined {
    while (this.#changed.size > 0) {
      this.#changes ??= this.#changed.entries()
      const { done, value } = this.#changes.next()
      if (done === true) this.#changes = null
      else {
        const [id, kept] = value
        this.#changed.delete(id)
        const document = kept ?? this.table.get(id)
        if (document !== undefined) return document
      }
    }
    this.#changes = null
    return undefined
  }
}
