import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../../testing/memory-disk.ts'
import { storageKeys } from '../../testing/storage-keys.ts'
import { openDexiePageStore, openEncryptedStorage } from '../index.ts'
import type { PageStore } from '../index.ts'
import { storageContract } from './contract/index.ts'
import { stageOn } from './contract/stage-on.ts'
import type { OpenStage } from './contract/stage-on.ts'

// The contract over this storage, and over RxDB's own memory storage: that shows that the contract asks for what RxDB
// means. e2e/storage-contract runs it in a real browser.

const keys = await storageKeys()

/** One replica, opened again over the same pages. */
function encryptedOn(openPages: () => Promise<PageStore>): Promise<OpenStage> {
  const replicaId = newId()
  return stageOn(async () => {
    const pageStore = await openPages()
    const { rxStorage, close } = await openEncryptedStorage({ pageStore, replicaId, keys })
    return {
      rxStorage,
      async close() {
        await close()
        await pageStore.close()
      },
    }
  }, true)
}

type Place = { readonly keeps: boolean; open(): Promise<OpenStage> }

const places: Readonly<Record<string, Place>> = {
  'encrypted, on a disk in memory': {
    keeps: true,
    open() {
      const disk = memoryDisk()
      return encryptedOn(async () => disk.open())
    },
  },
  'encrypted, on Dexie': {
    keeps: true,
    open() {
      const factory = { indexedDB: new IDBFactory(), IDBKeyRange }
      return encryptedOn(() => openDexiePageStore('contract', factory))
    },
  },
  'the memory storage of RxDB': {
    keeps: false,
    open: () =>
      stageOn(async () => ({ rxStorage: getRxStorageMemory(), close: async () => undefined }), false),
  },
}

let stage: OpenStage | undefined
afterEach(async () => {
  await stage?.end()
  stage = undefined
})

describe.each(Object.entries(places))('%s', (_name, place) => {
  const asked = storageContract.filter(({ restarts }) => place.keeps || restarts !== true)
  test.each(asked.map((one) => [one.name, one] as const))('%s', async (_what, { run }) => {
    stage = await place.open()
    await expect(run(stage)).resolves.toBeUndefined()
  })
})
