import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { AppError, newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { BLOB_CHUNK } from '#app/protocol/index.ts'
import { openEncryptedStorage } from '../storage/index.ts'
import type { EncryptedStorage, StorageKeys } from '../storage/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import type { MemoryDisk } from '../testing/memory-disk.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { download } from './download.ts'
import { FileBook } from './file-book.ts'
import { Shelf } from './shelf.ts'

let disk: MemoryDisk
let replicaId: Id
let keys: StorageKeys
let storage: EncryptedStorage
let book: FileBook
let shelf: Shelf
let now = Date.parse('2026-03-02T08:00:00.000Z')

async function open(limit?: number): Promise<void> {
  storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  book = new FileBook(await storage.records('files'))
  shelf = new Shelf({ book, pieces: storage.pieces, clock: { now: () => now }, ...(limit && { limit }) })
}

beforeEach(async () => {
  disk = memoryDisk()
  replicaId = newId()
  keys = await storageKeys([1])
  await open()
})

function source(size: number, fill = 0) {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  bytes[0] = fill
  const slice = async (start: number, end: number) => bytes.slice(start, end)
  return { name: 'a.pdf', type: 'application/pdf', size, slice, bytes }
}

async function read(hash: string): Promise<Uint8Array> {
  const record = book.get(hash)
  if (record === undefined) throw new Error('no record')
  return shelf.whole(hash, record)
}

async function sent(hash: string): Promise<void> {
  await book.change(hash, { sent: true })
}

const quiet = () => undefined

describe('files on the disk', () => {
  test('are read as they were added, also after a restart, and no byte of them is in the clear', async () => {
    const words = new TextEncoder().encode('KolibriUndZimtstern '.repeat(30_000))
    const slice = async (start: number, end: number) => words.slice(start, end)
    const hash = await shelf.add({ name: 'a.txt', type: '', size: words.length, slice }, quiet)
    await open()
    expect(Buffer.from(await read(hash)).equals(Buffer.from(words))).toBe(true)
    for (const bytes of [...disk.pieces.values(), ...disk.pages.values()]) {
      expect(Buffer.from(bytes).includes('Kolibri')).toBe(false)
      expect(Buffer.from(bytes).includes(hash)).toBe(false)
    }
    expect([...disk.pieces.keys()].some((key) => key.includes(hash))).toBe(false)
  })

  test('are there whole or not at all, wherever the process dies', async () => {
    for (const effect of ['done', 'undone'] as const) {
      for (const until of [0, 1, 2]) {
        const file = source(2 * BLOB_CHUNK + 5)
        const died = Promise.withResolvers<void>()
        let reads = 0
        const slice = async (start: number, end: number) => {
          if (reads === until) void disk.dieInNextCommit(effect).then(died.resolve)
          reads += 1
          return file.slice(start, end)
        }
        void shelf.add({ ...file, slice }, quiet)
        await died.promise
        await open()
        await shelf.removeStrays()
        expect([book.size, disk.pieces.size]).toEqual([0, 0])
      }
    }
  })

  test('that the disk has no room for are refused, and leave nothing', async () => {
    disk.failNextCommit()
    await expect(shelf.add(source(100), quiet)).rejects.toMatchObject({ code: 'replica.write-failed' })
    expect([book.size, disk.pieces.size]).toEqual([0, 0])
    expect(storage.failed()).toBeNull()
    await expect(shelf.add(source(0), quiet)).rejects.toMatchObject({ code: 'blob.empty' })
    await expect(shelf.add({ ...source(1), size: 2 ** 30 }, quiet)).rejects.toMatchObject({
      code: 'blob.too-large',
    })
  })

  test('that leave while they are read are missing, and not damaged', async () => {
    const { pieces } = storage
    const hash = await shelf.add(source(2 * BLOB_CHUNK), quiet)
    const reading = new Shelf({
      book,
      clock: { now: () => now },
      pieces: {
        ...pieces,
        async get(key) {
          await shelf.remove(hash)
          return pieces.get(key)
        },
      },
    })
    const record = book.get(hash)
    if (record === undefined) throw new Error('no record')
    await expect(reading.whole(hash, record)).rejects.toMatchObject({ code: 'blob.missing' })
    expect([book.size, disk.pieces.size]).toEqual([0, 0])
  })

  test('are neither broken nor gone where the replica locks while they are read', async () => {
    const hash = await shelf.add(source(2 * BLOB_CHUNK), quiet)
    Object.assign(keys, { dataKey: () => undefined })
    await expect(read(hash)).rejects.toMatchObject({ code: 'replica.locked' })
    expect(book.get(hash)).toMatchObject({ state: 'here', sent: false })
    expect(disk.pieces.size).toBe(2)
  })

  test('do not open with a piece that is changed, swapped or gone; what the server has comes again', async () => {
    const damages = [
      (key: string) => void disk.pieces.delete(key),
      (key: string) => void (disk.pieces.get(key) ?? new Uint8Array(1)).fill(7, 40, 50),
      (key: string) => void disk.pieces.set(key, [...disk.pieces.values()][1] ?? new Uint8Array(1)),
    ]
    for (const damage of damages) {
      const hash = await shelf.add(source(2 * BLOB_CHUNK), quiet)
      await sent(hash)
      damage([...disk.pieces.keys()][0] ?? '')
      await expect(read(hash)).rejects.toMatchObject({ code: 'blob.damaged' })
      expect(book.get(hash)?.state).toBe('coming')
      await shelf.remove(hash)
    }
  })

  test('go under the new key with the pages, and need the old one no more', async () => {
    const file = source(BLOB_CHUNK + 9)
    const hash = await shelf.add(file, quiet)
    keys = await bothKeys(keys)
    await open()
    const onDisk = await storage.reseal({ signal: new AbortController().signal, onProgress: quiet })
    expect([...onDisk]).toEqual([2])
    const second = keys.dataKey(2)
    keys = { epoch: 2, dataKey: (epoch) => (epoch === 2 ? second : undefined) }
    await open()
    expect(Buffer.from(await read(hash)).equals(Buffer.from(file.bytes))).toBe(true)
  })

  test('that were only looked at leave the longest unseen first; what is kept or not sent never does', async () => {
    await open(2500)
    const hashes: string[] = []
    for (let index = 0; index < 5; index += 1) {
      now += 3_600_000
      hashes.push(await shelf.add(source(1000), quiet))
    }
    const [unsent, kept, ...looked] = hashes
    if (unsent === undefined || kept === undefined) throw new Error('too few')
    for (const hash of [kept, ...looked]) await sent(hash)
    await book.change(kept, { kept: true })
    now += 3_600_000
    await read(looked[0] ?? '')
    await shelf.makeRoom('')
    expect(hashes.map((hash) => book.get(hash) !== undefined)).toEqual([true, true, true, false, true])
    expect(disk.pieces.size).toBe(4)
  })
})

async function bothKeys(before: StorageKeys): Promise<StorageKeys> {
  const after = await storageKeys([2])
  return { epoch: 2, dataKey: (epoch) => before.dataKey(epoch) ?? after.dataKey(epoch) }
}

describe('a download', () => {
  test('arrives whole, cut at any byte, killed in between, and whatever the lengths of what comes', async () => {
    const lines = fc.array(fc.record({ cut: fc.nat(400_000), step: fc.integer({ min: 1, max: 200_000 }) }), {
      minLength: 1,
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 600_000 }),
        lines,
        fc.boolean(),
        async (size, cuts, killed) => {
          const file = source(size)
          const hash = await shelf.add(file, quiet)
          await shelf.remove(hash)
          const record = await shelf.expect(hash, size)
          let line = 0
          let asked = 0
          const parts = {
            shelf,
            environment: {
              random: () => 0,
              wait: (ms: number) => (ms > 20_000 ? new Promise<void>(quiet) : Promise.resolve()),
            },
            onProgress: quiet,
            isOnline: () => true,
            signal: new AbortController().signal,
            async read({ from }: { from: number }) {
              asked += from
              const { cut = size, step = 300_000 } = cuts[line] ?? {}
              line += 1
              // What was in memory is gone with it.
              if (killed && line === 2) throw new AppError('blob.missing')
              return cutStream(file.bytes.subarray(from), cut, step, line <= cuts.length)
            },
          }
          const of = { collection: 'clinical', id: newId() } as const
          if (killed) await download(parts, { hash, record, of }).catch(quiet)
          await download({ ...parts, shelf }, { hash, record, of })
          await book.change(hash, { state: 'here' })
          expect(Buffer.from(await read(hash)).equals(Buffer.from(file.bytes))).toBe(true)
          expect(asked).toBeLessThanOrEqual(size * (cuts.length + 2))
        },
      ),
      { numRuns: 8 },
    )
  })

  test('that is another file is refused', async () => {
    const [file, other] = [source(5000, 1), source(5000, 2)]
    const hash = await shelf.add(file, quiet)
    await shelf.remove(hash)
    const record = await shelf.expect(hash, 5000)
    const parts = {
      shelf,
      environment: { random: () => 0, wait: () => new Promise<void>(quiet) },
      onProgress: quiet,
      isOnline: () => true,
      signal: new AbortController().signal,
      read: async () => cutStream(other.bytes, 5000, 700, false),
    }
    const of = { collection: 'clinical', id: newId() } as const
    await expect(download(parts, { hash, record, of })).rejects.toMatchObject({ code: 'blob.damaged' })
  })
})

/** A body that brings its bytes in steps, and fails after some of them. */
function cutStream(bytes: Uint8Array, cut: number, step: number, fails: boolean): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      const next = bytes.subarray(at, Math.min(at + step, cut))
      at += next.length
      if (next.length > 0) controller.enqueue(next)
      else if (fails) controller.error(new TypeError('the line was cut'))
      else controller.close()
    },
  })
}
