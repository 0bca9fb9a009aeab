import type {
  BulkWriteRow,
  PreparedQuery,
  RxDocumentData,
  RxJsonSchema,
  RxStorageBulkWriteResponse,
  RxStorageCountResult,
  RxStorageInstance,
  RxStorageQueryResult,
} from 'rxdb'
import type { MemoryStorageInternals } from 'rxdb/plugins/storage-memory'
import type { Observable } from 'rxjs'
import type {
  Changes,
  CreationParams,
  Fields,
  OrderCheckpoint,
  Stored,
  StoredCollection,
} from './stored-collection.ts'

/** RxDB does not wait for these writes: a failure would be nobody's. After a failed write the storage stops anyway. */
const UNHEEDED = 'replication-set-checkpoint'

function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** What RxDB holds of a collection: reads go to memory, writes through the log. */
export class EncryptedStorageInstance implements RxStorageInstance<
  Fields,
  MemoryStorageInternals<Fields>,
  Record<string, never>,
  OrderCheckpoint
> {
  readonly databaseName: string
  readonly collectionName: string
  readonly schema: Readonly<RxJsonSchema<RxDocumentData<Fields>>>
  readonly options: Readonly<Record<string, never>>
  readonly internals: MemoryStorageInternals<Fields>
  readonly #stored: StoredCollection
  readonly #release: () => Promise<void>
  #closed: Promise<void> | null = null

  /** `release` gives the collection back; the last of its instances closes it. */
  constructor(params: CreationParams, stored: StoredCollection, release: () => Promise<void>) {
    this.databaseName = params.databaseName
    this.collectionName = params.collectionName
    this.schema = params.schema
    this.options = params.options
    this.internals = stored.memory.internals
    this.#stored = stored
    this.#release = release
  }

  bulkWrite(rows: BulkWriteRow<Fields>[], context: string): Promise<RxStorageBulkWriteResponse<Fields>> {
    const written = this.#stored.write(rows, context)
    return context === UNHEEDED ? written.catch(never) : written
  }

  findDocumentsById(ids: string[], withDeleted: boolean): Promise<Stored[]> {
    return this.#stored.memory.findDocumentsById(ids, withDeleted)
  }

  query(query: PreparedQuery<Fields>): Promise<RxStorageQueryResult<Fields>> {
    return this.#stored.memory.query(query)
  }

  count(query: PreparedQuery<Fields>): Promise<RxStorageCountResult> {
    return this.#stored.memory.count(query)
  }

  getAttachmentData(): Promise<Blob> {
    return Promise.reject(new Error('this storage keeps no attachments'))
  }

  async getChangedDocumentsSince(
    limit: number,
    checkpoint?: OrderCheckpoint,
  ): Promise<{ documents: Stored[]; checkpoint: OrderCheckpoint }> {
    return this.#stored.changedSince(checkpoint?.order ?? 0, limit)
  }

  changeStream(): Observable<Changes> {
    return this.#stored.changes$.asObservable()
  }

  async cleanup(minimumDeletedTime: number): Promise<boolean> {
    await this.#stored.forgetDeleted(minimumDeletedTime)
    return true
  }

  close(): Promise<void> {
    this.#closed ??= this.#release()
    return this.#closed
  }

  async remove(): Promise<void> {
    await this.#stored.drop()
    await this.close()
  }
}
