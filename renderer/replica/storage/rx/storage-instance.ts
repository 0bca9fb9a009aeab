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
import type { Observable } from 'rxjs'
import type { Fields, Stored } from './document-codec.ts'
import { scan } from './scan.ts'
import type { Changes, CreationParams, OrderCheckpoint, StoredCollection } from './stored-collection.ts'

/** RxDB does not wait for these writes: a failure would be nobody's. After a failed write the storage stops anyway. */
export const UNHEEDED = 'replication-set-checkpoint'

export function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** What RxDB holds of a collection: reads go to memory, writes through the log. Reads wait until it is read. */
export class EncryptedStorageInstance implements RxStorageInstance<
  Fields,
  StoredCollection,
  Record<string, never>,
  OrderCheckpoint
> {
  readonly databaseName: string
  readonly collectionName: string
  readonly schema: Readonly<RxJsonSchema<RxDocumentData<Fields>>>
  readonly options: Readonly<Record<string, never>>
  readonly internals: StoredCollection
  readonly #release: () => Promise<void>
  #closed: Promise<void> | null = null

  /** `release` gives the collection back; the last of its instances closes it. */
  constructor(params: CreationParams, stored: StoredCollection, release: () => Promise<void>) {
    this.databaseName = params.databaseName
    this.collectionName = params.collectionName
    this.schema = params.schema
    this.options = params.options
    this.internals = stored
    this.#release = release
  }

  bulkWrite(rows: BulkWriteRow<Fields>[], context: string): Promise<RxStorageBulkWriteResponse<Fields>> {
    const written = this.internals.write(rows, context)
    return context === UNHEEDED ? written.catch(never) : written
  }

  async findDocumentsById(ids: string[], withDeleted: boolean): Promise<Stored[]> {
    await this.internals.ready
    const found = ids.flatMap((id) => this.internals.whole(id) ?? [])
    return withDeleted ? found : found.filter(({ _deleted }) => !_deleted)
  }

  async query(query: PreparedQuery<Fields>): Promise<RxStorageQueryResult<Fields>> {
    await this.internals.ready
    return { documents: scan(this.internals, this.schema, query) }
  }

  async count(query: PreparedQuery<Fields>): Promise<RxStorageCountResult> {
    return { count: (await this.query(query)).documents.length, mode: 'fast' }
  }

  getAttachmentData(): Promise<Blob> {
    return Promise.reject(new Error('this storage keeps no attachments'))
  }

  async getChangedDocumentsSince(
    limit: number,
    checkpoint?: OrderCheckpoint,
  ): Promise<{ documents: Stored[]; checkpoint: OrderCheckpoint }> {
    await this.internals.ready
    return this.internals.changedSince(checkpoint?.order ?? 0, limit)
  }

  changeStream(): Observable<Changes> {
    return this.internals.changes$.asObservable()
  }

  async cleanup(minimumDeletedTime: number): Promise<boolean> {
    await this.internals.forgetDeleted(minimumDeletedTime)
    return true
  }

  close(): Promise<void> {
    this.#closed ??= this.#release()
    return this.#closed
  }

  async remove(): Promise<void> {
    if (this.#closed !== null) throw new Error('the collection is closed')
    await this.internals.drop()
    await this.close()
  }
}
