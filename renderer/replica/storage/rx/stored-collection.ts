import { categorizeBulkWriteRows, now } from 'rxdb'
import type {
  BulkWriteRow,
  CategorizeBulkWriteRowsOutput,
  EventBulk,
  RxDocumentData,
  RxStorageBulkWriteResponse,
  RxStorageChangeEvent,
  RxStorageInstanceCreationParams,
} from 'rxdb'
import {
  bulkInsertToState,
  createMemoryStorageInstance,
  removeDocFromState,
} from 'rxdb/plugins/storage-memory'
import type { RxStorageInstanceMemory, RxStorageMemory } from 'rxdb/plugins/storage-memory'
import { Subject } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { LogCollection, LogSource } from '../log/log-collection.ts'
import type { Durability } from '../page-store/page-store.ts'

/** A document's own fields: this storage looks at none but the primary key. */
export type Fields = { [field: string]: unknown }
export type Stored = RxDocumentData<Fields>
export type CreationParams = RxStorageInstanceCreationParams<Fields, Record<string, never>>
/** Where replication stands in the order of local writes. */
export type OrderCheckpoint = { readonly order: number }

export type Changes = EventBulk<RxStorageChangeEvent<Stored>, OrderCheckpoint>

type Log = LogCollection<Stored>
export type OpenLog = (source: LogSource<Stored>) => Promise<{ collection: Log; documents: Stored[] }>

type Write = {
  readonly rows: BulkWriteRow<Fields>[]
  readonly context: string
  resolve(response: RxStorageBulkWriteResponse<Fields>): void
  reject(failure: unknown): void
}
type Decided = { readonly write: Write; readonly outcome: CategorizeBulkWriteRowsOutput<Fields> }

/**
 * The documents of one collection: in RxDB's memory storage for reading, in the log for keeping. A write is decided
 * against memory, put on the disk, and only then shown. Opened once, however many storage instances look at it.
 */
export class StoredCollection {
  readonly memory: RxStorageInstanceMemory<Fields>
  readonly changes$ = new Subject<Changes>()
  readonly #log: Log
  readonly #durabilityOf: (context: string) => Durability
  readonly #waiting: Write[] = []
  #tail: Promise<unknown> = Promise.resolve()
  #closed = false

  static async open(
    memoryStorage: RxStorageMemory,
    params: CreationParams,
    openLog: OpenLog,
    durabilityOf: (context: string) => Durability,
  ): Promise<StoredCollection> {
    const memory = await createMemoryStorageInstance<Fields>(memoryStorage, params, {})
    const { internals, primaryPath } = memory
    const idOf = (document: Stored) => String(document[primaryPath])
    const { collection, documents } = await openLog({
      idOf,
      get: (id) => internals.documents.get(id),
      isTwice: isUnsent,
    })
    const rows = documents.map((document) => ({ document }))
    bulkInsertToState(primaryPath, internals, internals.byIndexArray, rows)
    return new StoredCollection(memory, collection, durabilityOf)
  }

  private constructor(
    memory: RxStorageInstanceMemory<Fields>,
    log: Log,
    durabilityOf: (context: string) => Durability,
  ) {
    this.memory = memory
    this.#log = log
    this.#durabilityOf = durabilityOf
  }

  write(rows: BulkWriteRow<Fields>[], context: string): Promise<RxStorageBulkWriteResponse<Fields>> {
    if (this.#closed) return Promise.reject(new AppError('replica.locked'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, context, resolve, reject })
      void this.#inTurn(() => this.#writeWaiting())
    })
  }

  changedSince(order: number, limit: number): { documents: Stored[]; checkpoint: OrderCheckpoint } {
    const { ids, order: reached } = this.#log.changedSince(order, limit)
    const documents = ids.map((id) => this.memory.internals.documents.get(id))
    return {
      documents: documents.filter((document) => document !== undefined),
      checkpoint: { order: reached },
    }
  }

  /** Takes tombstones of that age out of memory and off the disk. */
  forgetDeleted(minimumAge: number): Promise<void> {
    return this.#inTurn(async () => {
      const { internals, primaryPath, schema } = this.memory
      const latest = now() - minimumAge
      const forgotten = [...internals.documents].filter(
        ([, { _deleted, _meta }]) => _deleted && _meta.lwt <= latest,
      )
      if (forgotten.length === 0) return
      await this.#log.compact(new Set(forgotten.map(([id]) => id)), () => {
        for (const [, document] of forgotten) removeDocFromState(primaryPath, schema, internals, document)
      })
    })
  }

  compact(): Promise<void> {
    return this.#inTurn(() => this.#log.compact(new Set(), () => undefined))
  }

  drop(): Promise<void> {
    return this.#inTurn(() => this.#log.drop())
  }

  /** Waits for the writes under way; then nothing of the documents can be reached from here. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#tail
    await this.#log.close()
    const { internals } = this.memory
    await this.memory.close()
    internals.documents.clear()
    for (const index of internals.byIndexArray) index.docsWithIndex = []
    this.changes$.complete()
  }

  /** One at a time: what is decided against memory must still hold when it is shown. */
  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(task)
    this.#tail = result.catch(() => undefined)
    return result
  }

  async #writeWaiting(): Promise<void> {
    const writes = takeDisjoint(this.#waiting, this.memory.primaryPath)
    try {
      const decided = writes.map((write) => ({ write, outcome: this.#decide(write) }))
      const documents = decided.flatMap(({ outcome }) => acceptedBy(outcome))
      if (documents.length > 0) {
        const strict = writes.some(({ context }) => this.#durabilityOf(context) === 'strict')
        await this.#log.append(documents, strict ? 'strict' : 'relaxed', (lastOrder) => {
          this.#show(decided, lastOrder - documents.length)
        })
      }
      for (const { write, outcome } of decided) write.resolve({ error: outcome.errors })
    } catch (failure) {
      for (const { reject } of writes) reject(failure)
    }
  }

  #decide({ rows, context }: Write): CategorizeBulkWriteRowsOutput<Fields> {
    const { memory } = this
    return categorizeBulkWriteRows(memory, memory.primaryPath, memory.internals.documents, rows, context)
  }

  #show(decided: readonly Decided[], orderBefore: number): void {
    const { memory } = this
    for (const { outcome } of decided) {
      memory.internals.ensurePersistenceTask = outcome
      memory.ensurePersistence()
    }
    // Only now: who hears of one write may ask for the changes after it, and must not miss the next.
    let order = orderBefore
    for (const { outcome } of decided) {
      order += acceptedBy(outcome).length
      if (outcome.eventBulk.events.length > 0) {
        this.changes$.next({ ...outcome.eventBulk, checkpoint: { order } })
      }
    }
  }
}

/** Written here, and without the server's receipt so far (docs/protocol.md, line 3). */
function isUnsent({ edit, _deleted }: Stored): boolean {
  return !_deleted && typeof edit === 'string' && edit !== ''
}

function acceptedBy({ bulkInsertDocs, bulkUpdateDocs }: CategorizeBulkWriteRowsOutput<Fields>): Stored[] {
  return [...bulkInsertDocs, ...bulkUpdateDocs].map(({ document }) => document)
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
