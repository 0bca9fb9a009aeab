import { ensureRxStorageInstanceParamsAreCorrect, RXDB_VERSION } from 'rxdb'
import type { RxStorage, RxStorageInstance, RxStorageInstanceCreationParams } from 'rxdb'
import type { LogCollection } from '../log/log-collection.ts'
import type { DocumentCodec } from '../log/read-collection.ts'
import type { Durability } from '../page-store/page-store.ts'
import { EncryptedStorageInstance } from './storage-instance.ts'
import { StoredCollection } from './stored-collection.ts'
import type { CreationParams } from './stored-collection.ts'

export type EncryptedRxStorage = RxStorage<StoredCollection, Record<string, never>>

export type RxStorageOptions = {
  openLog(collection: string, schemaVersion: number, codec: DocumentCodec): Promise<LogCollection>
  durabilityOf(context: string): Durability
}

export type OpenRxStorage = {
  readonly storage: EncryptedRxStorage
  collections(): readonly StoredCollection[]
  close(): Promise<void>
}

type Shelved = { readonly stored: StoredCollection; users: number }

/** RxDB's storage over the log. One RxDB database for one storage: the database's name plays no part. */
export function encryptedRxStorage({ openLog, durabilityOf }: RxStorageOptions): OpenRxStorage {
  const open = new Map<string, Shelved>()
  /** A collection is read again only after its last writes are through. */
  const closing = new Map<string, Promise<void>>()

  function shelve(place: string, params: CreationParams): Shelved {
    const { collectionName, schema } = params
    const before = closing.get(place) ?? Promise.resolve()
    const stored = new StoredCollection({
      params,
      openLog: (codec) => before.then(() => openLog(collectionName, schema.version, codec)),
      durabilityOf,
    })
    const shelved = { stored, users: 0 }
    open.set(place, shelved)
    return shelved
  }

  function closeShelved(place: string, { stored }: Shelved): Promise<void> {
    open.delete(place)
    const closed = stored.close()
    closing.set(place, closed)
    return closed.finally(() => closing.delete(place))
  }

  async function create(params: CreationParams): Promise<EncryptedStorageInstance> {
    ensureRxStorageInstanceParamsAreCorrect(params)
    if (params.schema.attachments) throw new Error('this storage keeps no attachments')
    const place = `${params.collectionName}@${params.schema.version}`
    const shelved = open.get(place) ?? shelve(place, params)
    shelved.users += 1
    return Promise.resolve(
      new EncryptedStorageInstance(params, shelved.stored, async () => {
        shelved.users -= 1
        if (shelved.users === 0 && open.get(place) === shelved) await closeShelved(place, shelved)
      }),
    )
  }

  return {
    storage: {
      name: 'rounds',
      rxdbVersion: RXDB_VERSION,
      createStorageInstance: <Document>(
        params: RxStorageInstanceCreationParams<Document, Record<string, never>>,
      ) =>
        // RxDB types each collection; this storage treats all documents alike.
        create(params as unknown as CreationParams) as unknown as Promise<
          RxStorageInstance<Document, StoredCollection, Record<string, never>>
        >,
    },
    collections: () => [...open.values()].map(({ stored }) => stored),
    async close() {
      await Promise.all([...open].map(([place, shelved]) => closeShelved(place, shelved)))
      await Promise.all(closing.values())
    },
  }
}
