import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { RotationStatus } from './contract.ts'
import { KeyRotation } from './key-rotation.ts'
import { createKeyRing, decodeKeyRecord, encodeKeyRecord, openKeyRing, replicaKeys } from './keys/index.ts'
import type { KeyRecord, ReplicaKeys } from './keys/index.ts'
import { epochOf } from './storage/cipher/page-format.ts'
import { openEncryptedStorage } from './storage/index.ts'
import type { EncryptedStorage } from './storage/index.ts'
import { machine } from './testing/machine.ts'
import { memoryDisk } from './testing/memory-disk.ts'
import type { MemoryDisk } from './testing/memory-disk.ts'
import { quickRunner } from './testing/quick-runner.ts'
import { noDamage, noteOf, openNotes } from './testing/storage-instance.ts'
import type { NoteInstance } from './testing/storage-instance.ts'

// Real keys, real pages, a disk that dies at every write in turn.

const passphrase = 'seven grey herons wade'
const host = machine()
const replicaId = newId()
let record: KeyRecord

type Started = {
  readonly keys: ReplicaKeys
  readonly storage: EncryptedStorage
  readonly notes: NoteInstance
  readonly rotation: KeyRotation
}
const started: Started[] = []

beforeAll(async () => {
  ;({ record } = await createKeyRing({ host, replicaId, passphrase, runner: quickRunner }))
})
afterEach(async () => {
  for (const { rotation, storage } of started.splice(0)) {
    await rotation.stop()
    await storage.close()
  }
})

function newDisk(): MemoryDisk {
  const disk = memoryDisk()
  disk.header = encodeKeyRecord(record)
  return disk
}

/** A start of the program. A process that died is let go of: nothing of it ever answers. */
async function start(disk: MemoryDisk, mostSeals?: number): Promise<Started> {
  const pageStore = disk.open()
  const found = decodeKeyRecord((await pageStore.readHeader()) ?? new Uint8Array())
  const ring = await openKeyRing({ host, record: found, passphrase, runner: quickRunner })
  const keep = (changed: KeyRecord) => pageStore.writeHeader(encodeKeyRecord(changed))
  const keys = replicaKeys({ host, runner: quickRunner, ring, record: found, keep })
  const storage = await openEncryptedStorage({ pageStore, replicaId, keys: ring })
  const notes = await openNotes(storage)
  const rotation = new KeyRotation({ keys, storage, ...(mostSeals === undefined ? {} : { mostSeals }) })
  return { keys, storage, notes, rotation }
}

async function closing(disk: MemoryDisk, mostSeals?: number): Promise<Started> {
  const one = await start(disk, mostSeals)
  started.push(one)
  return one
}

async function write(notes: NoteInstance, from: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => ({
    document: noteOf({ id: `n${from + at}`, text: `text ${from + at}` }),
  }))
  await notes.bulkWrite(rows, 'rx-document-save-data')
}

async function idsIn(notes: NoteInstance, upTo: number): Promise<number> {
  const ids = Array.from({ length: upTo }, (_, at) => `n${at}`)
  return (await notes.findDocumentsById(ids, false)).length
}

function epochsOn(disk: MemoryDisk): number[] {
  const all = [...disk.pages.values(), ...(disk.head === null ? [] : [disk.head])].map(
    (sealed) => epochOf(sealed) ?? 0,
  )
  return [...new Set(all)].toSorted((a, b) => a - b)
}

function epochsInRecord(disk: MemoryDisk): number[] {
  return decodeKeyRecord(disk.header ?? new Uint8Array()).wraps.epochs.map(({ epoch }) => epoch)
}

describe('rotation of the data key', () => {
  test('puts every page under the new key, and drops the old one', async () => {
    const disk = newDisk()
    const { notes, rotation, storage } = await closing(disk)
    await (await storage.records('settings')).put('one', 'value')
    for (let at = 0; at < 30; at += 1) await write(notes, at, 1)
    await write(notes, 30, 3000)
    const told: RotationStatus[] = []
    rotation.status$.subscribe((status) => told.push(status))
    await rotation.rotate()
    expect([epochsOn(disk), epochsInRecord(disk)]).toEqual([[2], [2]])
    expect(told.at(-1)).toEqual({ phase: 'idle' })
    const shares = told.flatMap((status) => (status.phase === 'rewriting' ? [status.done] : []))
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(told.findLast(({ phase }) => phase === 'rewriting')).toMatchObject({
      epoch: 2,
      done: shares.at(-1),
    })

    const again = await closing(disk)
    expect(again.storage.damage()).toEqual(noDamage)
    expect(await idsIn(again.notes, 3030)).toBe(3030)
    expect((await again.storage.records('settings')).get('one')).toBe('value')
  })

  test('begins by itself when a key has sealed often enough, and counts anew', async () => {
    const disk = newDisk()
    const { notes, rotation, keys } = await closing(disk, 40)
    rotation.start()
    for (let at = 0; at < 10; at += 1) await write(notes, at, 1)
    expect(keys.ring.epoch).toBe(1)
    for (let at = 10; at < 16; at += 1) await write(notes, at, 1)
    await expect.poll(() => epochsInRecord(disk)).toEqual([2])
    expect(epochsOn(disk)).toEqual([2])
  })

  test('remembers over restarts how often a key has sealed', async () => {
    const disk = newDisk()
    for (let round = 0; round < 4; round += 1) {
      const { notes, storage } = await start(disk)
      for (let at = 0; at < 4; at += 1) await write(notes, round * 4 + at, 1)
      await storage.close()
    }
    const { rotation } = await closing(disk, 40)
    rotation.start()
    await expect.poll(() => epochsInRecord(disk)).toEqual([2])
  })

  test('begins at once where the count was lost with the head', async () => {
    const disk = newDisk()
    const before = await start(disk)
    await write(before.notes, 0, 10)
    await before.storage.close()
    disk.head = null
    const { rotation, notes } = await closing(disk)
    rotation.start()
    await expect.poll(() => epochsInRecord(disk)).toEqual([2])
    expect(await idsIn(notes, 10)).toBe(10)
  })

  test('keeps the old key while a page that needs it does not open', async () => {
    const disk = newDisk()
    const before = await start(disk)
    await write(before.notes, 0, 300)
    await before.storage.close()
    const [page] = [...disk.pages.values()]
    page?.fill(7, 40)
    const { rotation, storage } = await closing(disk)
    await rotation.rotate()
    expect(epochsInRecord(disk)).toEqual([1, 2])
    await storage.settleDamage()
    await rotation.rotate()
    expect(epochsInRecord(disk)).toEqual([3])
  })

  test('killed at any write, everything is there, and the next start ends it', async () => {
    for (const effect of ['done', 'undone'] as const) {
      for (let kill = 0; ; kill += 1) {
        const disk = newDisk()
        const { notes, rotation } = await start(disk)
        for (let at = 0; at < 20; at += 1) await write(notes, at, 1)
        await write(notes, 20, 2600)
        const died = dieInWrite(disk, kill, effect)
        const finished = rotation.rotate().then(() => 'finished' as const)
        const outcome = await Promise.race([died, finished])

        const again = await start(disk)
        expect(again.storage.damage()).toEqual(noDamage)
        expect(await idsIn(again.notes, 2620)).toBe(2620)
        again.rotation.start()
        await expect.poll(() => epochsInRecord(disk).length).toBe(1)
        expect(epochsOn(disk)).toEqual(epochsInRecord(disk))
        await again.rotation.stop()
        await again.storage.close()
        if (outcome === 'finished') {
          expect(kill).toBeGreaterThan(3)
          break
        }
      }
    }
  })

  test('people who write meanwhile lose nothing, whenever power goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }),
        fc.nat(4),
        async (batches, lost) => {
          const disk = newDisk()
          const { notes, rotation } = await start(disk)
          await write(notes, 0, 600)
          const rotated = rotation.rotate()
          let count = 600
          for (const batch of batches) {
            await write(notes, count, batch)
            count += batch
          }
          disk.powerCut(lost)
          await Promise.race([rotated, Promise.resolve()])
          const again = await closing(disk)
          expect(again.storage.damage()).toEqual(noDamage)
          expect(await idsIn(again.notes, count)).toBe(count)
          await again.rotation.rotate()
          expect(epochsOn(disk)).toEqual(epochsInRecord(disk))
        },
      ),
      { numRuns: 25 },
    )
  })
})

/** Lets so many writes pass, then dies in the next. */
async function dieInWrite(disk: MemoryDisk, passing: number, effect: 'done' | 'undone'): Promise<'died'> {
  const died = Promise.withResolvers<void>()
  let seen = 0
  disk.slowDown(() => {
    if (seen === passing) void disk.dieInNextCommit(effect).then(died.resolve)
    seen += 1
    return Promise.resolve()
  })
  await died.promise
  disk.slowDown(() => Promise.resolve())
  return 'died'
}
