import { createRxDatabase } from 'rxdb'
import type { RxCollection, RxDatabase, RxStorage } from 'rxdb'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { conflictHandler } from '../replication/conflict-handler.ts'
import { rxSchemaOf } from './collections.ts'
import type { ReplicatedDocument } from './stored-document.ts'
import { Table } from './table.ts'

export type ReplicaCollection = RxCollection<ReplicatedDocument>

export type ReplicaDatabase = {
  readonly collection: (name: CollectionName) => ReplicaCollection
  readonly table: (name: CollectionName) => Table
  readonly names: readonly CollectionName[]
  close(): Promise<void>
}

type AnyRxStorage = RxStorage<unknown, unknown>

/** Opens RxDB over the encrypted storage, and a table beside each collection. */
export async function openDatabase(
  replicaId: Id,
  storage: AnyRxStorage,
  names: readonly CollectionName[],
): Promise<ReplicaDatabase> {
  const database: RxDatabase = await createRxDatabase({
    name: replicaId,
    storage,
    // One owner by a lock; nothing of a document may cross a BroadcastChannel.
    multiInstance: false,
    eventReduce: false,
  })
  const creators = names.map((name) => [name, { schema: rxSchemaOf(), conflictHandler }])
  const opened = await database.addCollections(Object.fromEntries(creators))
  const tables = new Map<CollectionName, Table>()
  for (const name of names) tables.set(name, await Table.open(found(opened[name]).storageInstance))
  return {
    names,
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
