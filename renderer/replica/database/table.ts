import { getChangedDocumentsSince } from 'rxdb'
import type { EventBulk, RxStorageChangeEvent, RxStorageInstance } from 'rxdb'
import { Subject } from 'rxjs'
import type { Observable, Subscription } from 'rxjs'
import type { Id } from '#app/kernel/index.ts'
import type { Held } from '#app/protocol/index.ts'
import { isPending } from './stored-document.ts'
import type { ReplicatedDocument } from './stored-document.ts'

/** One document's step from state to state. Undefined: not on this device. */
export type TableChange = {
  readonly id: Id
  readonly before: ReplicatedDocument | undefined
  readonly now: ReplicatedDocument | undefined
}

export type Storage = RxStorageInstance<ReplicatedDocument, unknown, unknown>

const READ_BATCH = 1000

/**
 * One collection's documents by id, kept in step with the storage: what lists, search and replication read. It holds
 * references to the storage's own objects, no copies; nobody may change them.
 */
export class Table {
  readonly #documents = new Map<Id, ReplicatedDocument>()
  readonly #tombstones = new Map<Id, ReplicatedDocument>()
  readonly #pending = new Set<Id>()
  readonly #changes = new Subject<readonly TableChange[]>()
  #subscription: Subscription | undefined

  /** Emits after the change is durable and visible. */
  readonly changes$: Observable<readonly TableChange[]> = this.#changes.asObservable()

  static async open(storage: Storage): Promise<Table> {
    const table = new Table()
    // Nothing writes before the replica is open, so reading first and listening from then on misses nothing.
    let checkpoint: unknown
    for (;;) {
      const page = await getChangedDocumentsSince(storage, READ_BATCH, checkpoint)
      for (const document of page.documents) table.#place(document)
      if (page.documents.length < READ_BATCH) break
      checkpoint = page.checkpoint
    }
    table.#subscription = storage.changeStream().subscribe((bulk) => table.#apply(bulk))
    return table
  }

  get size(): number {
    return this.#documents.size
  }

  get(id: Id): ReplicatedDocument | undefined {
    return this.#documents.get(id)
  }

  /** The mark of a document that was here and is not any more. */
  tombstone(id: Id): ReplicatedDocument | undefined {
    return this.#tombstones.get(id)
  }

  documents(): IterableIterator<ReplicatedDocument> {
    return this.#documents.values()
  }

  pendingIds(): ReadonlySet<Id> {
    return this.#pending
  }

  /**
   * The next documents after a place in the order of ids, and where they end: what a walk posts. Documents that the
   * server has never answered are not among them.
   */
  heldAfter(cursor: string, limit: number): { through: Id | null; documents: Held[] } {
    const ids: Id[] = []
    for (const document of this.#documents.values()) {
      if (document.id > cursor && document.rev !== '') ids.push(document.id)
    }
    ids.sort()
    const range = ids.slice(0, limit)
    const documents = range.map((id) => ({ id, rev: this.#documents.get(id)?.rev ?? '' }))
    return { through: ids.length > limit ? (range.at(-1) ?? null) : null, documents }
  }

  /** Lets go of every document. */
  close(): void {
    this.#subscription?.unsubscribe()
    this.#changes.complete()
    this.#documents.clear()
    this.#tombstones.clear()
    this.#pending.clear()
  }

  #apply(bulk: EventBulk<RxStorageChangeEvent<ReplicatedDocument>, unknown>): void {
    const changes = bulk.events.map((event) => this.#place(event.documentData as ReplicatedDocument))
    if (changes.length > 0) this.#changes.next(changes)
  }

  #place(document: ReplicatedDocument): TableChange {
    const before = this.#documents.get(document.id)
    if (document._deleted) {
      this.#documents.delete(document.id)
      this.#tombstones.set(document.id, document)
      this.#pending.delete(document.id)
      return { id: document.id, before, now: undefined }
    }
    this.#tombstones.delete(document.id)
    this.#documents.set(document.id, document)
    if (isPending(document)) this.#pending.add(document.id)
    else this.#pending.delete(document.id)
    return { id: document.id, before, now: document }
  }
}
