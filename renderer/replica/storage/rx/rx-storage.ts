import { ensureRxStorageInstanceParamsAreCorrect, RXDB_VERSION } from 'rxdb'
import type { RxStorage, RxStorageInstance, RxStorageInstanceCreationParams } from 'rxdb'
import type { MemoryStorageInternals, RxStorageMemory } from 'rxdb/plugins/storage-memory'
import type { Durability } from '../page-store/page-store.ts'
import { EncryptedStorageInstance } from './storage-instance.ts'
import { StoredCollection } from './stored-collection.ts'
import type { CreationParams, Fields, OpenLog } from './stored-collection.ts'

export type EncryptedRxStorage = RxStorage<MemoryStorageInternals<Fields>, Record<string, never>>

export type RxStorageOptions = {
  openLog(collection: string, schemaVersion: number): OpenLog
  durabilityOf(context: string): Durability
}

export type OpenRxStorage = {
  readonly storage: EncryptedRxStorage
  collections(): Promise<StoredCollection[]>
  close(): Promise<void>
}

type Shelved = { readonly stored: Promise<StoredCollection>; users: number }

/** RxDB's storage over the log. One RxDB database for one storage: the database's name plays no part. */
export function encryptedRxStorage(options: RxStorageOptions): OpenRxStorage {
  const open = new Map<string, Shelved>()
  /** A collection is read again only after its last writes are through. */
  const closing = new Map<string, Promise<void>>()
  // RxDB's own instance of this keeps every document in a map of the module, also after close.
  const memory: RxStorageMemory = {
    name: 'rounds',
    rxdbVersion: RXDB_VERSION,
    collectionStates: new Map(),
    createStorageInstance: () => Promise.reject(new Error('made by the encrypted storage only')),
  }

  function shelve(place: string, params: CreationParams): Shelved {
    const openLog = options.openLog(params.collectionName, params.schema.version)
    const before = closing.get(place) ?? Promise.resolve()
    const stored = before.then(() => StoredCollection.open(memory, params, openLog, options.durabilityOf))
    const shelved = { stored, users: 0 }
    open.set(place, shelved)
    stored.catch(() => open.delete(place))
    return shelved
  }

  function closeShelved(place: string, shelved: Shelved): Promise<void> {
    open.delete(place)
    const closed = shelved.stored.then(async (stored) => {
      await stored.close()
      for (const [key, state] of memory.collectionStates) {
        if (state === stored.memory.internals) memory.collectionStates.delete(key)
      }
    })
    closing.set(place, closed)
    return closed.finally(() => closing.delete(place))
  }

  async function create(params: CreationParams): Promise<EncryptedStorageInstance> {
    ensureRxStorageInstanceParamsAreCorrect(params)
    if (params.schema.attachments) throw new Error('this storage keeps no attachments')
    const place = `${params.collectionName}@${params.schema.version}`
    const shelved = open.get(place) ?? shelve(place, params)
    shelved.users += 1
    const stored = await shelved.stored
    return new EncryptedStorageInstance(params, stored, async () => {
      shelved.users -= 1
      if (shelved.users === 0 && open.get(place) === shelved) await closeShelved(place, shelved)
    })
  }

  return {
    storage: {
      name: memory.name,
      rxdbVersion: RXDB_VERSION,
      createStorageInstance: <Document>(
        params: RxStorageInstanceCreationParams<Document, Record<string, never>>,
      ) =>
        // RxDB types each collection; this storage treats all documents alike.
        create(params as unknown as CreationParams) as unknown as Promise<
          RxStorageInstance<Document, MemoryStorageInternals<Fields>, Record<string, never>>
        >,
    },
    collections: () => Promise.all([...open.values()].map(({ stored }) => stored)),
    async close() {
      await Promise.all([...open].map(([place, shelved]) => closeShelved(place, shelved)))
      await Promise.all(closing.values())
      memory.collectionStates.clear()
    },
  }
}
