import { getPrimaryFieldOfPrimaryKey, now, randomToken } from 'rxdb'
import type {
  BulkWriteRow,
  EventBulk,
  RxStorageBulkWriteResponse,
  RxStorageChangeEvent,
  RxStorageInstanceCreationParams,
} from 'rxdb'
import { Subject } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import { contentOf, orderOf } from '../log/edited-documents.ts'
import type { Held } from '../log/edited-documents.ts'
import type { LogCollection } from '../log/log-collection.ts'
import type { DocumentCodec } from '../log/read-collection.ts'
import type { Durability } from '../page-store/page-store.ts'
import { decideChanges, decideRows, newMembers } from './decisions.ts'
import type { Accepted, Change, Decision, Seen } from './decisions.ts'
import {
  decodeEdited,
  decodeMembers,
  decodeParts,
  documentCodec,
  encoderWith,
  wholeOf,
} from './document-codec.ts'
import type { Fields, Parsed, Stored } from './document-codec.ts'
import { recentDocuments } from './recent-documents.ts'
import { toldInOrder } from './told-in-order.ts'

export type CreationParams = RxStorageInstanceCreationParams<Fields, Record<string, never>>
/** Where replication stands in the order of local writes. */
export type OrderCheckpoint = { readonly order: number }

export type Changes = EventBulk<RxStorageChangeEvent<Stored>, OrderCheckpoint>

/** A document's new state, as it can be seen from now on. Nobody may change `fields`. */
export type Shown = {
  readonly id: string
  readonly fields: Fields
  readonly deleted: boolean
  /** Of an edit: in it stands whatever may be otherwise than it was shown before. */
  readonly edited?: Fields | undefined
}

export type OpenLog = (codec: DocumentCodec) => Promise<LogCollection>

export type StoredCollectionOptions = {
  readonly params: CreationParams
  readonly openLog: OpenLog
  readonly durabilityOf: (context: string) => Durability
}

/** A write in the line, with who waits for it. */
type Waiting = {
  readonly ids: readonly string[]
  readonly durability: Durability
  decide(): Decided
  reject(failure: unknown): void
}
type Decided = Omit<Decision<unknown>, 'answer'> & { readonly tellsRxDB: TellsRxDB; answered(): void }
/** RxDB waits for the news of its own writes; what people wrote it need not know before they have their answer. */
type TellsRxDB = 'now' | 'later'

/** So many documents of a load share a commit. */
const LOADED_AT_ONCE = 1024
/** What RxDB is told as the reason of a load. */
const LOADED = 'rounds-load'

/**
 * The documents of one collection, in memory as they lie on the disk: bytes, parsed where somebody looks. A write is
 * decided against them, put on the disk, and only then shown. Opened once, however many storage instances look at it,
 * and read in the background: whoever comes before `ready` waits.
 */
export class StoredCollection {
  readonly primaryPath: string
  /** Resolves when all pages are read. Rejects where they can't be. */
  readonly ready: Promise<void>
  readonly changes$ = new Subject<Changes>()
  readonly #rxdb = toldInOrder<() => Changes>((changes) => this.changes$.next(changes()))
  /** The same changes, for those who read documents without RxDB. */
  readonly shown$ = new Subject<readonly Shown[]>()
  readonly #schema: CreationParams['schema']
  readonly #durabilityOf: (context: string) => Durability
  readonly #recent = recentDocuments()
  readonly #waiting: Waiting[] = []
  #log: LogCollection | undefined
  #tail: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor({ params, openLog, durabilityOf }: StoredCollectionOptions) {
    this.primaryPath = getPrimaryFieldOfPrimaryKey(params.schema.primaryKey)
    this.#schema = params.schema
    this.#durabilityOf = durabilityOf
    this.ready = openLog(documentCodec(this.primaryPath)).then((log) => {
      this.#log = log
    })
    // Who waits for it hears of a failure; nobody has to.
    this.ready.catch(() => undefined)
  }

  /** All that are here, deleted ones too. */
  ids(): IterableIterator<string> {
    return this.#read().ids()
  }

  get size(): number {
    return this.#read().size
  }

  /** How many of the documents that were looked at last stay parsed. */
  keepParsed(most: number): void {
    this.#recent.keep(most)
  }

  /** Keeps it, so that the next look is free. */
  parsed(id: string): Parsed | undefined {
    return this.#recent.get(id) ?? this.#parse(id, this.#read().held(id))
  }

  /** For those who look at everything once. */
  glance(id: string): Parsed | undefined {
    return decodeHeld(this.#read().held(id))
  }

  /** As RxDB knows it. */
  whole(id: string): Stored | undefined {
    const parsed = this.parsed(id)
    return parsed && wholeOf(parsed)
  }

  /** With its place in the order of writes, which says later whether it is still the same. It is not kept: what is written is. */
  seen(id: string): Seen {
    const held = this.#read().held(id)
    return { order: orderOf(held) ?? 0, parsed: this.#recent.get(id) ?? decodeHeld(held) }
  }

  write(rows: BulkWriteRow<Fields>[], context: string): Promise<RxStorageBulkWriteResponse<Fields>> {
    const { primaryPath } = this
    const ids = rows.map(({ document }) => String(document[primaryPath]))
    const as = { schema: this.#schema, primaryPath }
    const how = { durability: this.#durabilityOf(context), tellsRxDB: 'now' } as const
    return this.#queue(ids, how, () => decideRows(rows, context, as, (id) => this.whole(id)))
  }

  /** What people write: without RxDB's look at it. Answers, by id, what another write has overtaken: that is not written. */
  change(changes: readonly Change[]): Promise<readonly string[]> {
    const ids = changes.map(({ id }) => id)
    const how = { durability: 'strict', tellsRxDB: 'later' } as const
    return this.#queue(ids, how, () => decideChanges(changes, this.#read()))
  }

  /**
   * Takes many documents that the server sent. Those that are here in some state are not touched but answered, for RxDB to
   * compare.
   */
  load<Document extends Fields>(documents: readonly Document[]): Promise<readonly Document[]> {
    return this.#inTurn(async () => {
      await this.ready
      const left: Document[] = []
      const fresh = new Map<string, Fields>()
      for (const document of documents) {
        const id = String(document[this.primaryPath])
        if (this.#read().orderOf(id) > 0) left.push(document)
        else fresh.set(id, document)
      }
      await this.#loadNew([...fresh])
      return left
    })
  }

  changedSince(order: number, limit: number): { documents: Stored[]; checkpoint: OrderCheckpoint } {
    const { ids, order: reached } = this.#read().changedSince(order, limit)
    return { documents: ids.flatMap((id) => this.whole(id) ?? []), checkpoint: { order: reached } }
  }

  /** What was changed here of documents whose pages are damaged, by id: without them it can't be shown, and not sent. */
  stranded(): ReadonlyMap<string, Fields> {
    const edits = [...this.#read().stranded()]
    return new Map(edits.map(([id, edit]) => [id, decodeParts(edit).fields]))
  }

  /** They are safe elsewhere. */
  forgetStranded(): Promise<void> {
    return this.#inTurn(() => this.#read().forgetStranded())
  }

  /** Takes tombstones of that age out of memory and off the disk. */
  forgetDeleted(minimumAge: number): Promise<void> {
    const latest = now() - minimumAge
    return this.forget((id) => this.#isDeletedSince(id, latest))
  }

  /** Takes documents out of memory and off the disk, and leaves no tombstones. */
  forget(isForgotten: (id: string) => boolean): Promise<void> {
    return this.#inTurn(async () => {
      await this.ready
      const forgotten = new Set([...this.ids()].filter(isForgotten))
      if (forgotten.size === 0) return
      await this.#read().compact(forgotten, () => {
        for (const id of forgotten) this.#recent.delete(id)
      })
    })
  }

  /** Of these documents nothing but their newest states is on the disk afterwards, which no power cut takes back. */
  purge(ids: ReadonlySet<string>): Promise<void> {
    return this.#inTurn(async () => {
      await this.ready
      await this.#read().purge(ids)
    })
  }

  compact(): Promise<void> {
    return this.#inTurn(async () => {
      await this.ready
      await this.#read().compact(new Set(), () => undefined)
    })
  }

  drop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.ready
      await this.#read().drop()
      this.#recent.clear()
    })
  }

  /** Waits for the writes under way; then nothing of the documents can be reached from here. */
  async close(): Promise<void> {
    this.#closed = true
    await this.ready.catch(() => undefined)
    await this.#tail
    this.#rxdb.flush()
    await this.#log?.close()
    this.#recent.clear()
    this.changes$.complete()
    this.shown$.complete()
  }

  #read(): LogCollection {
    if (this.#log === undefined) throw new Error('the collection is not read yet')
    return this.#log
  }

  #parse(id: string, held: Held): Parsed | undefined {
    const parsed = decodeHeld(held)
    if (parsed !== undefined) this.#recent.set(id, parsed)
    return parsed
  }

  #isDeletedSince(id: string, latest: number): boolean {
    const content = this.#read().content(id)
    const members = content && decodeMembers(content)
    return members?._deleted === true && members._meta.lwt <= latest
  }

  /** One at a time: what is decided against memory must still hold when it is shown. */
  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(task)
    this.#tail = result.catch(() => undefined)
    return result
  }

  #queue<Answer>(
    ids: readonly string[],
    { durability, tellsRxDB }: { readonly durability: Durability; readonly tellsRxDB: TellsRxDB },
    decide: () => Decision<Answer>,
  ): Promise<Answer> {
    if (this.#closed) return Promise.reject(new AppError('replica.locked'))
    return new Promise((resolve, reject) => {
      const decided = (): Decided => {
        const { answer, ...decision } = decide()
        return { ...decision, tellsRxDB, answered: () => resolve(answer) }
      }
      this.#waiting.push({ ids, durability, decide: decided, reject })
      void this.#inTurn(() => this.#writeWaiting())
    })
  }

  async #writeWaiting(): Promise<void> {
    const writes = takeDisjoint(this.#waiting)
    try {
      await this.ready
      const decided = writes.map((write) => write.decide())
      const entries = decided.flatMap(({ accepted }) => accepted)
      if (entries.length > 0) {
        const strict = writes.some(({ durability }) => durability === 'strict')
        await this.#read().append(entries, strict ? 'strict' : 'relaxed', (lastOrder) => {
          this.#show(decided, lastOrder - entries.length)
        })
      }
      for (const { answered } of decided) answered()
    } catch (failure) {
      for (const { reject } of writes) reject(failure)
    }
  }

  #show(decided: readonly Decided[], orderBefore: number): void {
    for (const { id, parsed } of decided.flatMap(({ accepted }) => accepted)) this.#recent.set(id, parsed)
    // Only now: who hears of one write may ask for the changes after it, and must not miss the next.
    let order = orderBefore
    for (const { news, accepted, tellsRxDB } of decided) {
      if (accepted.length === 0) continue
      order += accepted.length
      const checkpoint = { order }
      this.#rxdb[tellsRxDB](() => ({ ...news(), checkpoint }))
      this.shown$.next(accepted.map(shownOf))
    }
  }

  /** While some are on their way to the disk, the next are sealed, and those after them written down. */
  async #loadNew(documents: readonly (readonly [id: string, fields: Fields])[]): Promise<void> {
    const encode = encoderWith(newMembers())
    let [before, last] = [Promise.resolve(), Promise.resolve()]
    for (let at = 0; at < documents.length; at += LOADED_AT_ONCE) {
      const some = documents.slice(at, at + LOADED_AT_ONCE)
      const entries = some.map(([id, fields]) => ({ id, content: encode(fields), local: false }))
      await before
      before = last
      last = this.#read().load(entries, (order) => {
        // RxDB hears how far it is, and nothing of the documents: it has nothing to do with them.
        this.#rxdb.now(() => ({ id: randomToken(10), events: [], checkpoint: { order }, context: LOADED }))
        this.shown$.next(some.map(([id, fields]) => ({ id, fields, deleted: false })))
      })
      // Whoever waits for it hears of a failure; where the one before has failed, nobody does.
      last.catch(() => undefined)
    }
    await Promise.all([before, last])
  }
}

function decodeHeld({ document, edit }: Held): Parsed | undefined {
  const [content, edited] = [contentOf(document), contentOf(edit)]
  return content && (edited ? decodeEdited(content, edited) : decodeParts(content))
}

function shownOf({ id, parsed: { fields, members, edited } }: Accepted): Shown {
  return { id, fields, deleted: members._deleted === true, edited }
}

/** The first writes that touch no document twice: they are decided side by side and share one commit. */
function takeDisjoint(waiting: Waiting[]): Waiting[] {
  const touched = new Set<string>()
  let count = 0
  for (const { ids } of waiting) {
    if (ids.some((id) => touched.has(id))) break
    for (const id of ids) touched.add(id)
    count += 1
  }
  return waiting.splice(0, count)
}
