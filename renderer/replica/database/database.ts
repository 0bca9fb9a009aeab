import { createRxDatabase } from 'rxdb'
import type { RxCollection, RxDatabase } from 'rxdb'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { conflictHandler } from '../replication/conflict-handler.ts'
import { withDerivedMeta } from '../replication/derived-meta.ts'
import type { EncryptedRxStorage, StoredCollection } from '../storage/index.ts'
import { alwaysParsed, rxSchemaOf } from './collections.ts'
import type { ReplicatedDocument } from './stored-document.ts'
import { Table } from './table.ts'

export type ReplicaCollection = RxCollection<ReplicatedDocument>

export type ReplicaDatabase = {
  readonly collection: (name: CollectionName) => ReplicaCollection
  readonly table: (name: CollectionName) => Table
  readonly names: readonly CollectionName[]
  /** Resolves when all tables are read. Rejects where the disk fails, or the replica is locked before. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

/** Opens RxDB over the encrypted storage, and a table beside each collection. They are read in the order of `names`. */
export async function openDatabase(
  replicaId: Id,
  storage: EncryptedRxStorage,
  names: readonly CollectionName[],
): Promise<ReplicaDatabase> {
  const database: RxDatabase = await createRxDatabase({
    name: replicaId,
    storage: withDerivedMeta(storage),
    // One owner by a lock; nothing of a document may cross a BroadcastChannel.
    multiInstance: false,
    eventReduce: false,
  })
  const creators = names.map((name) => [name, { schema: rxSchemaOf(), conflictHandler }])
  const opened = await database.addCollections(Object.fromEntries(creators))
  const tables = new Map<CollectionName, Table>()
  for (const name of names) {
    // The storage's own instance stands behind RxDB's.
    const stored = found(opened[name]).storageInstance.internals as StoredCollection
    if (alwaysParsed.has(name)) stored.keepParsed(Infinity)
    tables.set(name, new Table(name, stored))
  }
  const ready = Promise.all([...tables.values()].map((table) => table.ready)).then(() => undefined)
  ready.catch(() => undefined)
  return {
    names,
    ready,
    collection: (name) => found(opened[name]) as ReplicaCollection,
    table: (name) => found(tables.get(name)),
    async close() {
      for (const table of tables.values()) table.close()
      await database.close()
    },
  }
}

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a collection that this replica did not open')
  return value
}
