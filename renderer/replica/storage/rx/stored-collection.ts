import { categorizeBulkWriteRows, getPrimaryFieldOfPrimaryKey, now } from 'rxdb'
import type {
  BulkWriteRow,
  CategorizeBulkWriteRowsOutput,
  EventBulk,
  RxStorageBulkWriteResponse,
  RxStorageChangeEvent,
  RxStorageInstance,
  RxStorageInstanceCreationParams,
} from 'rxdb'
import { Subject } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { LogCollection, LogEntry } from '../log/log-collection.ts'
import type { DocumentCodec } from '../log/read-collection.ts'
import type { Durability } from '../page-store/page-store.ts'
import { decodeMembers, decodeParts, documentCodec, encodeParts, isUnsent } from './document-codec.ts'
import { partsOf, wholeOf } from './document-codec.ts'
import type { Fields, Parsed, Stored } from './document-codec.ts'
import { recentDocuments } from './recent-documents.ts'

export type CreationParams = RxStorageInstanceCreationParams<Fields, Record<string, never>>
/** Where replication stands in the order of local writes. */
export type OrderCheckpoint = { readonly order: number }

export type Changes = EventBulk<RxStorageChangeEvent<Stored>, OrderCheckpoint>

/** A document's new state, as it can be seen from now on. Nobody may change `fields`. */
export type Shown = { readonly id: string; readonly fields: Fields; readonly deleted: boolean }

export type OpenLog = (codec: DocumentCodec) => Promise<LogCollection>

export type StoredCollectionOptions = {
  readonly params: CreationParams
  readonly openLog: OpenLog
  readonly durabilityOf: (context: string) => Durability
}

type Write = {
  readonly rows: BulkWriteRow<Fields>[]
  readonly context: string
  resolve(response: RxStorageBulkWriteResponse<Fields>): void
  reject(failure: unknown): void
}
type Decided = {
  readonly write: Write
  readonly outcome: CategorizeBulkWriteRowsOutput<Fields>
  readonly accepted: readonly Accepted[]
}
type Accepted = LogEntry & { readonly parsed: Parsed }

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
  /** The same changes, for those who read documents without RxDB. */
  readonly shown$ = new Subject<readonly Shown[]>()
  readonly #schema: CreationParams['schema']
  readonly #durabilityOf: (context: string) => Durability
  readonly #recent = recentDocuments()
  readonly #waiting: Write[] = []
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
    const recent = this.#recent.get(id)
    if (recent !== undefined) return recent
    const parsed = this.glance(id)
    if (parsed !== undefined) this.#recent.set(id, parsed)
    return parsed
  }

  /** For those who look at everything once. */
  glance(id: string): Parsed | undefined {
    const content = this.#read().content(id)
    return content && decodeParts(content)
  }

  /** As RxDB knows it. */
  whole(id: string): Stored | undefined {
    const parsed = this.parsed(id)
    return parsed && wholeOf(parsed)
  }

  write(rows: BulkWriteRow<Fields>[], context: string): Promise<RxStorageBulkWriteResponse<Fields>> {
    if (this.#closed) return Promise.reject(new AppError('replica.locked'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, context, resolve, reject })
      void this.#inTurn(() => this.#writeWaiting())
    })
  }

  changedSince(order: number, limit: number): { documents: Stored[]; checkpoint: OrderCheckpoint } {
    const { ids, order: reached } = this.#read().changedSince(order, limit)
    return { documents: ids.flatMap((id) => this.whole(id) ?? []), checkpoint: { order: reached } }
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
    await this.#log?.close()
    this.#recent.clear()
    this.changes$.complete()
    this.shown$.complete()
  }

  #read(): LogCollection {
    if (this.#log === undefined) throw new Error('the collection is not read yet')
    return this.#log
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

  async #writeWaiting(): Promise<void> {
    const writes = takeDisjoint(this.#waiting, this.primaryPath)
    try {
      await this.ready
      const decided = writes.map((write) => this.#decide(write))
      const entries = decided.flatMap(({ accepted }) => accepted)
      if (entries.length > 0) {
        const strict = writes.some(({ context }) => this.#durabilityOf(context) === 'strict')
        await this.#read().append(entries, strict ? 'strict' : 'relaxed', (lastOrder) => {
          this.#show(decided, lastOrder - entries.length)
        })
      }
      for (const { write, outcome } of decided) write.resolve({ error: outcome.errors })
    } catch (failure) {
      for (const { reject } of writes) reject(failure)
    }
  }

  #decide(write: Write): Decided {
    const { primaryPath } = this
    const held = new Map<string, Stored>()
    for (const { document } of write.rows) {
      const id = String(document[primaryPath])
      const whole = this.whole(id)
      if (whole !== undefined) held.set(id, whole)
    }
    // Of the instance it asks for nothing but the schema.
    const instance = { schema: this.#schema } as unknown as RxStorageInstance<Fields, unknown, unknown>
    const outcome = categorizeBulkWriteRows(instance, primaryPath, held, write.rows, write.context)
    const documents = [...outcome.bulkInsertDocs, ...outcome.bulkUpdateDocs]
    const accepted = documents.map(({ document }) => {
      const parsed = partsOf(document)
      const id = String(document[primaryPath])
      return { id, content: encodeParts(parsed), local: isUnsent(parsed), parsed }
    })
    return { write, outcome, accepted }
  }

  #show(decided: readonly Decided[], orderBefore: number): void {
    for (const { id, parsed } of decided.flatMap(({ accepted }) => accepted)) this.#recent.set(id, parsed)
    // Only now: who hears of one write may ask for the changes after it, and must not miss the next.
    let order = orderBefore
    for (const { outcome, accepted } of decided) {
      order += accepted.length
      if (outcome.eventBulk.events.length > 0) {
        this.changes$.next({ ...outcome.eventBulk, checkpoint: { order } })
      }
      if (accepted.length > 0) this.shown$.next(accepted.map(shownOf))
    }
  }
}

function shownOf({ id, parsed: { fields, members } }: Accepted): Shown {
  return { id, fields, deleted: members._deleted === true }
}

/** The first writes that touch no document twice: they are decided side by side and share one commit. */
function takeDisjoint(waiting: Write[], primaryPath: string): Write[] {
  const touched = new Set<unknown>()
  let count = 0
  for (const { rows } of waiting) {
    const ids = rows.map(({ document }) => document[primaryPath])
    if (ids.some((id) => touched.has(id))) break
    for (const id of ids) touched.add(id)
    count += 1
  }
  return waiting.splice(0, count)
}
