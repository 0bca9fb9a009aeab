import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { holdReplica } from './replica-hold.ts'
import { newDatabaseName, openReplicaRegistry } from './replica-registry.ts'
import type { RegisteredReplica } from './replica-registry.ts'

function registered(lastUsedAt: string): RegisteredReplica {
  return {
    replicaId: newId(),
    login: 'carla',
    serverUrl: 'http://127.0.0.1:7400',
    enrolledAt: '2026-03-01T08:00:00.000Z',
    lastUsedAt,
    databaseName: newDatabaseName(),
  }
}

test('the registry lists the replicas of this machine, the last used first', async () => {
  const factory = { indexedDB: new IDBFactory(), IDBKeyRange }
  const older = registered('2026-03-02T08:00:00.000Z')
  const newer = registered('2026-03-03T08:00:00.000Z')
  const registry = openReplicaRegistry(factory)
  await registry.put(older)
  await registry.put(newer)
  registry.close()
  const again = openReplicaRegistry(factory)
  expect(await again.all()).toEqual([newer, older])
  await again.put({ ...older, lastUsedAt: '2026-03-04T08:00:00.000Z' })
  expect((await again.all()).map(({ replicaId }) => replicaId)).toEqual([older.replicaId, newer.replicaId])
  await again.remove(newer.replicaId)
  expect(await again.get(newer.replicaId)).toBeNull()
  expect(await again.get(older.replicaId)).toMatchObject({ databaseName: older.databaseName })
  again.close()
})

test('database names tell nothing and are never the same', () => {
  const names = new Set(Array.from({ length: 100 }, newDatabaseName))
  expect(names.size).toBe(100)
})

test('one window holds a replica; the next is refused until it lets go', async () => {
  const replicaId = newId()
  const hold = await holdReplica(replicaId, navigator.locks)
  await expect(holdReplica(replicaId, navigator.locks)).rejects.toMatchObject({ code: 'replica.in-use' })
  const other = await holdReplica(newId(), navigator.locks)
  hold.release()
  // The lock is free once its own callback has ended.
  await navigator.locks.request(`rounds-replica-${replicaId}`, () => undefined)
  const again = await holdReplica(replicaId, navigator.locks)
  again.release()
  other.release()
})
