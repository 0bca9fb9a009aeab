import { createRxDatabase } from 'rxdb'
import type { RxCollection, RxDatabase, RxJsonSchema } from 'rxdb'
import { replicateRxCollection } from 'rxdb/plugins/replication'
import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { openEncryptedStorage } from './index.ts'
import type { EncryptedStorage } from './index.ts'

type Visit = { id: string; place: string; minutes: number }

const visitSchema: RxJsonSchema<Visit> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 36 },
    place: { type: 'string', maxLength: 40 },
    minutes: { type: 'number', minimum: 0, maximum: 1000, multipleOf: 1 },
  },
  required: ['id', 'place', 'minutes'],
  indexes: ['place'],
}

type Open = { storage: EncryptedStorage; database: RxDatabase; visits: RxCollection<Visit> }

const replicaId = newId()
const disk = memoryDisk()
const keys = await storageKeys()
let open: Open | null = null

async function start(): Promise<Open> {
  const storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  const database = await createRxDatabase({
    name: 'rounds',
    storage: storage.rxStorage,
    multiInstance: false,
    ignoreDuplicate: false,
  })
  const { visits } = await database.addCollections<{ visits: RxCollection<Visit> }>({
    visits: { schema: visitSchema },
  })
  open = { storage, database, visits }
  return open
}

async function restart(): Promise<Open> {
  await open?.database.close()
  await open?.storage.close()
  return start()
}

describe('an RxDB database over the encrypted storage', () => {
  afterEach(async () => {
    await open?.database.close()
    await open?.storage.close()
    open = null
  })

  test('finds after a restart what was inserted, changed and removed before it', async () => {
    const before = await start()
    await before.visits.bulkInsert(
      Array.from({ length: 600 }, (_, at) => ({ id: `v${at}`, place: `site ${at % 3}`, minutes: at })),
    )
    const first = await before.visits.findOne('v1').exec(true)
    await first.incrementalPatch({ minutes: 999 })
    await (await before.visits.findOne('v2').exec(true)).remove()

    const after = await restart()
    expect(await after.visits.count().exec()).toBe(599)
    expect((await after.visits.findOne('v1').exec(true)).minutes).toBe(999)
    expect(await after.visits.findOne('v2').exec()).toBeNull()
    const site2 = await after.visits
      .find({ selector: { place: 'site 2' }, sort: [{ minutes: 'desc' }] })
      .exec()
    expect(site2[0]?.id).toBe('v599')
    expect(site2).toHaveLength(199)
  })

  test('replicates, and goes on after a restart where it stood', async () => {
    const pushed: string[] = []
    const { visits } = await start()
    const replication = (collection: RxCollection<Visit>) =>
      replicateRxCollection<Visit, { seq: number }>({
        replicationIdentifier: 'server',
        collection,
        live: false,
        retryTime: 10,
        toggleOnDocumentVisible: true,
        push: {
          handler: async (rows) => {
            pushed.push(...rows.map((row) => row.newDocumentState.id))
            return []
          },
          batchSize: 100,
        },
        pull: {
          handler: async (checkpoint) =>
            checkpoint === undefined
              ? {
                  documents: [{ id: 'pulled', place: 'ward', minutes: 5, _deleted: false }],
                  checkpoint: { seq: 1 },
                }
              : { documents: [], checkpoint },
        },
      })
    await replication(visits).awaitInSync()
    expect(pushed.toSorted()).toHaveLength(599 + 1)

    const after = await restart()
    expect((await after.visits.findOne('pulled').exec(true)).place).toBe('ward')
    pushed.length = 0
    await after.visits.insert({ id: 'new', place: 'ward', minutes: 1 })
    await replication(after.visits).awaitInSync()
    expect(pushed).toEqual(['new'])
  })
})
