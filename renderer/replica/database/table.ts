import { Subject } from 'rxjs'
import type { Observable, Subscription } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { AnyModule, CollectionName, Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { Held } from '#app/protocol/index.ts'
import type { Change, Seen, Shown, StoredCollection } from '../storage/index.ts'
import { indexKey } from './index-key.ts'
import { slices } from './slices.ts'
import { SortedIndex } from './sorted-index.ts'
import type { IndexRange } from '../contract.ts'
import { isPending, openConflicts } from './stored-document.ts'
import type { ReplicatedDocument, StoredDocument } from './stored-document.ts'

/** A document's new state. Undefined: not on this device any more; `was` is the kind of what left, if it was here. */
export type TableChange = {
  readonly id: Id
  readonly now: StoredDocument | undefined
  readonly was?: string | undefined
}

/** The size of one step of the first reading. */
const STEP = 128

/**
 * One collection's documents by id and by their modules' indexes, kept in step with the storage: what lists, search and
 * replication read. It holds no documents: the storage parses one when somebody looks at it, and nobody may change it.
 */
export class Table {
  /** Resolves when everything that lies on the disk is here. Throws `replica.locked` where the replica is locked before. */
  readonly ready: Promise<void>
  readonly #collection: CollectionName
  readonly #stored: StoredCollection
  readonly #kinds = new Map<Id, string>()
  readonly #tombstones = new Set<Id>()
  readonly #pending = new Set<Id>()
  readonly #conflicted = new Set<Id>()
  /** By kind, then by field. */
  readonly #indexes = new Map<string, ReadonlyMap<string, SortedIndex>>()
  readonly #changes = new Subject<readonly TableChange[]>()
  readonly #subscription: Subscription
  #isReady = false
  #closed = false

  /** Emits after the change is durable and visible. */
  readonly changes$: Observable<readonly TableChange[]> = this.#changes.asObservable()

  constructor(collection: CollectionName, stored: StoredCollection) {
    this.#collection = collection
    this.#stored = stored
    this.#subscription = stored.shown$.subscribe((shown) => {
      this.#changes.next(shown.map((one) => this.#place(one)))
    })
    this.ready = this.#read()
    // Who waits for it hears of a failure; nobody has to.
    this.ready.catch(() => undefined)
  }

  /** Whether all of it can be read. */
  get isReady(): boolean {
    return this.#isReady && !this.#closed
  }

  get size(): number {
    return this.#kinds.size
  }

  get(id: Id): StoredDocument | undefined {
    return this.#kinds.has(id) ? documentOf(this.#stored.parsed(id)?.fields) : undefined
  }

  /** The mark of a document that was here and is not any more. */
  tombstone(id: Id): ReplicatedDocument | undefined {
    const fields = this.#tombstones.has(id) ? documentOf(this.#stored.parsed(id)?.fields) : undefined
    return fields && { ...fields, _deleted: true }
  }

  /** Whether it is on this device, read or not. */
  has(id: Id): boolean {
    return this.#kinds.has(id)
  }

  /** Takes off the disk whatever replaced versions of these are left there. */
  purge(ids: ReadonlySet<Id>): Promise<void> {
    return this.#stored.purge(ids)
  }

  /** As it lies here, a tombstone, too: what a write is made of. */
  seen(id: Id): Seen {
    return this.#stored.seen(id)
  }

  /** What people write, durable when it resolves. Answers the ids of what another write has overtaken. */
  write(changes: readonly Change[]): Promise<readonly Id[]> {
    return this.#stored.change(changes)
  }

  /** What was changed here of records whose pages are damaged, by id: their kind, and what the edit says. */
  stranded(): ReadonlyMap<Id, StoredDocument> {
    return this.#stored.stranded() as unknown as ReadonlyMap<Id, StoredDocument>
  }

  forgetStranded(): Promise<void> {
    return this.#stored.forgetStranded()
  }

  /** Takes many documents that the server sent; answers those that are here already, and were left as they are. */
  load(documents: readonly StoredDocument[]): Promise<readonly StoredDocument[]> {
    return this.#stored.load(documents)
  }

  /** All of them, or all of a kind; each is parsed for this look only. */
  *documents(kind?: string): Generator<StoredDocument> {
    for (const [id, itsKind] of this.#kinds) {
      if (kind !== undefined && itsKind !== kind) continue
      const document = documentOf(this.#stored.glance(id)?.fields)
      if (document !== undefined) yield document
    }
  }

  /** In the order of the index. Throws for an index that the module does not declare. */
  *documentsBy(module: AnyModule, field: string, range: IndexRange): Generator<StoredDocument> {
    if (!module.indexes.includes(field)) throw new Error(`${module.name} has no index of ${field}`)
    for (const id of this.#indexesOf(module.kind).get(field)?.ids(range) ?? []) {
      const document = this.get(id)
      if (document !== undefined) yield document
    }
  }

  pendingIds(): ReadonlySet<Id> {
    return this.#pending
  }

  /** Those with open entries in their conflict ledgers. */
  conflictedIds(): ReadonlySet<Id> {
    return this.#conflicted
  }

  /**
   * The next documents after a place in the order of ids, and where they end: what a walk posts. Documents that the
   * server has never answered are not among them.
   */
  heldAfter(cursor: string, limit: number): { through: Id | null; documents: Held[] } {
    const ids = [...this.#kinds.keys()].filter((id) => id > cursor).toSorted()
    const documents: Held[] = []
    for (const id of ids) {
      const rev = this.#answeredRev(id)
      if (rev === null) continue
      if (documents.length === limit) return { through: documents.at(-1)?.id ?? null, documents }
      documents.push({ id, rev })
    }
    return { through: null, documents }
  }

  /** Lets go of everything. */
  close(): void {
    this.#closed = true
    this.#subscription.unsubscribe()
    this.#changes.complete()
    this.#kinds.clear()
    this.#tombstones.clear()
    this.#pending.clear()
    this.#conflicted.clear()
    for (const indexes of this.#indexes.values()) for (const index of indexes.values()) index.clear()
  }

  /** What was written meanwhile is here already, and newer. */
  async #read(): Promise<void> {
    await this.#stored.ready
    const giveWay = slices()
    let step = 0
    for (const id of this.#stored.ids()) {
      if (this.#closed) throw new AppError('replica.locked')
      if (this.#kinds.has(id) || this.#tombstones.has(id)) continue
      const parsed = this.#stored.parsed(id)
      if (parsed !== undefined) {
        this.#place({ id, fields: parsed.fields, deleted: parsed.members._deleted === true })
      }
      step += 1
      if (step % STEP === 0) await giveWay()
    }
    this.#isReady = true
  }

  #place({ id, fields, deleted, edited }: Shown): TableChange {
    const document = deleted ? undefined : documentOf(fields)
    this.#index(id, document, this.#kinds.has(id) ? edited : undefined)
    if (document === undefined) {
      const was = this.#kinds.get(id)
      this.#kinds.delete(id)
      this.#tombstones.add(id)
      this.#pending.delete(id)
      this.#conflicted.delete(id)
      return { id, now: undefined, was }
    }
    this.#tombstones.delete(id)
    this.#kinds.set(id, document.kind)
    mark(this.#pending, id, isPending(document))
    mark(this.#conflicted, id, document.conflicts.length > 0 && openConflicts(document).length > 0)
    return { id, now: document }
  }

  /** Of an edit, by no field but what it says. */
  #index(id: Id, document: StoredDocument | undefined, edited: object | undefined): void {
    for (const [field, index] of this.#indexesOf(document?.kind ?? this.#kinds.get(id) ?? '')) {
      if (edited === undefined || field in edited) index.put(id, document && indexKey(document[field]))
    }
  }

  /** Null of a document that the server has never answered. */
  #answeredRev(id: Id): string | null {
    const rev = this.#stored.glance(id)?.fields['rev']
    return typeof rev === 'string' && rev !== '' ? rev : null
  }

  #indexesOf(kind: string): ReadonlyMap<string, SortedIndex> {
    const known = this.#indexes.get(kind)
    if (known !== undefined) return known
    const fields = moduleOfKind(this.#collection, kind)?.indexes ?? []
    const made = new Map(fields.map((field) => [field, new SortedIndex()]))
    this.#indexes.set(kind, made)
    return made
  }
}

function mark(marked: Set<Id>, id: Id, isMarked: boolean): void {
  if (isMarked) marked.add(id)
  else marked.delete(id)
}

/** The fields of one that this replica wrote, validated when they came. */
function documentOf(fields: object | undefined): StoredDocument | undefined {
  return fields as StoredDocument | undefined
}
