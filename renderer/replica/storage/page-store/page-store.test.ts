import { Dexie } from 'dexie'
import type { Table } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryDisk } from '../../testing/memory-disk.ts'
import { openDexiePageStore } from './dexie-page-store.ts'
import type { PageCommit, PageStore } from './page-store.ts'

/** Where page stores are opened again and again over the same bytes. */
type Place = { open(): Promise<PageStore> }

const implementations: Record<string, () => Place> = {
  dexie: () => {
    const factory = { indexedDB: new IDBFactory(), IDBKeyRange }
    return { open: () => openDexiePageStore('rounds-test', factory) }
  },
  memory: () => {
    const disk = memoryDisk()
    return { open: async () => disk.open() }
  },
}

describe.each(Object.entries(implementations))('page store contract: %s', (_name, makePlace) => {
  let place: Place
  let store: PageStore

  beforeEach(async () => {
    place = makePlace()
    store = await place.open()
  })
  afterEach(() => store.close())

  async function reopen(): Promise<void> {
    await store.close()
    store = await place.open()
  }

  test('a new store is empty', async () => {
    expect(await store.readHeader()).toBeNull()
    expect(await store.readHead()).toBeNull()
    expect(await store.keys()).toEqual([])
    expect(await store.size()).toEqual({ pages: 0, bytes: 0 })
  })

  test('pieces of files are kept beside the pages, in order, and go with their file', async () => {
    await store.pieces.put([7, 0], bytes(1), 'strict')
    await store.pieces.put([7, 10], bytes(3), 'relaxed')
    await store.pieces.put([7, 9], bytes(2), 'relaxed')
    await store.pieces.put([8, 0], bytes(4), 'relaxed')
    await store.pieces.put([7, 0], bytes(5), 'relaxed')
    await reopen()
    expect(await store.pieces.keys()).toEqual([
      [7, 0],
      [7, 9],
      [7, 10],
      [8, 0],
    ])
    expect(await store.pieces.get([7, 0])).toEqual(bytes(5))
    expect(await store.pieces.get([7, 1])).toBeNull()
    expect(await store.keys()).toEqual([])
    await store.pieces.remove(7)
    expect(await store.pieces.keys()).toEqual([[8, 0]])
  })

  test.each(['strict', 'relaxed'] as const)(
    'a %s commit is read back after reopening',
    async (durability) => {
      await store.commit(
        commit({ put: { 1: [1, 2], [Number.MAX_SAFE_INTEGER]: [3] }, head: [9], durability }),
      )
      await reopen()
      expect(await store.readHead()).toEqual(bytes(9))
      expect((await store.keys()).toSorted((a, b) => a - b)).toEqual([1, Number.MAX_SAFE_INTEGER])
      expect(await store.read([1, Number.MAX_SAFE_INTEGER])).toEqual(
        new Map([
          [1, bytes(1, 2)],
          [Number.MAX_SAFE_INTEGER, bytes(3)],
        ]),
      )
      expect(await store.size()).toEqual({ pages: 2, bytes: 3 })
    },
  )

  test('a commit puts, replaces and removes pages and the head in one step', async () => {
    await store.commit(commit({ put: { 1: [1], 2: [2], 3: [3] }, head: [1] }))
    await store.commit(commit({ put: { 2: [22], 4: [4] }, remove: [1, 3], head: [2] }))
    await reopen()
    expect(await store.read([1, 2, 3, 4])).toEqual(
      new Map([
        [2, bytes(22)],
        [4, bytes(4)],
      ]),
    )
    expect(await store.readHead()).toEqual(bytes(2))
  })

  test('a shredded header is gone, also where there was none', async () => {
    await store.shredHeader()
    await store.writeHeader(bytes(1, 2, 3))
    await store.shredHeader()
    await reopen()
    expect(await store.readHeader()).toBeNull()
  })

  test('commits that are not waited for keep their order', async () => {
    const heads = Array.from({ length: 20 }, (_, at) => at)
    await Promise.all(
      heads.map((at) =>
        store.commit(
          commit({ put: { 7: [at] }, head: [at], durability: at % 2 === 0 ? 'strict' : 'relaxed' }),
        ),
      ),
    )
    expect(await store.readHead()).toEqual(bytes(19))
    expect(await store.read([7])).toEqual(new Map([[7, bytes(19)]]))
  })

  test('a page that is not there is left out', async () => {
    await store.commit(commit({ put: { 1: [1] }, head: [1] }))
    expect(await store.read([5, 1, 6])).toEqual(new Map([[1, bytes(1)]]))
  })

  test('the header is kept apart from the commits', async () => {
    await store.writeHeader(bytes(5, 5))
    await store.commit(commit({ put: { 1: [1] }, head: [1] }))
    await reopen()
    expect(await store.readHeader()).toEqual(bytes(5, 5))
    await store.writeHeader(bytes(6))
    expect(await store.readHead()).toEqual(bytes(1))
    expect(await store.readHeader()).toEqual(bytes(6))
  })

  test('a closed store refuses', async () => {
    await store.close()
    await expect(store.commit(commit({ put: { 1: [1] }, head: [1] }))).rejects.toThrow()
    store = await place.open()
    expect(await store.keys()).toEqual([])
  })

  test('destroying leaves nothing behind', async () => {
    await store.writeHeader(bytes(5))
    await store.commit(commit({ put: { 1: [1] }, head: [1] }))
    await store.destroy()
    store = await place.open()
    expect(await store.readHeader()).toBeNull()
    expect(await store.readHead()).toBeNull()
    expect(await store.keys()).toEqual([])
  })
})

describe('the header in IndexedDB', () => {
  const factory = { indexedDB: new IDBFactory(), IDBKeyRange }
  const header = bytes(1, 2, 3, 4)
  const singles = ['header', 'header copy']

  async function after(damage: (kept: Table<Uint8Array, string>) => Promise<unknown>) {
    const store = await openDexiePageStore('rounds-header', factory)
    await store.writeHeader(bytes(9))
    await store.writeHeader(header)
    await store.close()
    const database = await new Dexie('rounds-header', factory).open()
    await damage(database.table('singles'))
    database.close()
    const again = await openDexiePageStore('rounds-header', factory)
    const found = await again.readHeader()
    await again.shredHeader()
    const left = await again.readHeader()
    await again.close()
    return { found, left }
  }

  test.each(singles)('is what was written last, whatever becomes of one of the two: %s', async (one) => {
    const gone = { found: header, left: null }
    expect(await after((kept) => kept.delete(one))).toEqual(gone)
    expect(await after((kept) => kept.put(bytes(), one))).toEqual(gone)
    for (let at = 0; at < (one === 'header' ? 4 : 36); at += 1) {
      const flip = async (kept: Table<Uint8Array, string>) => {
        const there = (await kept.get(one)) ?? bytes()
        return kept.put(there.with(at, (there[at] ?? 0) ^ 1), one)
      }
      expect(await after(flip)).toEqual(gone)
    }
  })

  test('is not there where both are gone', async () => {
    expect(await after((kept) => kept.bulkDelete(singles))).toEqual({ found: null, left: null })
  })
})

describe('the memory disk', () => {
  test('a failed commit leaves no trace, and the next one works', async () => {
    const disk = memoryDisk()
    const store = disk.open()
    disk.failNextCommit()
    await expect(store.commit(commit({ put: { 1: [1] }, head: [1] }))).rejects.toThrow('full')
    expect(await store.keys()).toEqual([])
    await store.commit(commit({ put: { 2: [2] }, head: [2] }))
    expect(await store.keys()).toEqual([2])
  })

  test.each(['done', 'undone'] as const)('a process that dies in a commit: %s', async (effect) => {
    const disk = memoryDisk()
    const store = disk.open()
    void disk.dieInNextCommit(effect)
    const answered = store.commit(commit({ put: { 1: [1] }, head: [1] })).then(() => 'answered')
    expect(await Promise.race([answered, afterAWhile()])).toBe('silence')
    expect(await Promise.race([store.keys(), afterAWhile()])).toBe('silence')
    expect(await disk.open().keys()).toEqual(effect === 'done' ? [1] : [])
  })

  test('a power cut takes relaxed commits from the end, never a strict one', async () => {
    const disk = memoryDisk()
    const store = disk.open()
    await store.commit(commit({ put: { 1: [1] }, head: [1], durability: 'strict' }))
    await store.commit(commit({ put: { 2: [2] }, head: [2], durability: 'relaxed' }))
    await store.commit(commit({ put: { 3: [3] }, remove: [1], head: [3], durability: 'relaxed' }))
    expect(disk.atRisk()).toBe(2)
    disk.powerCut(1)
    const after = disk.open()
    expect((await after.keys()).toSorted((a, b) => a - b)).toEqual([1, 2])
    expect(await after.readHead()).toEqual(bytes(2))
    disk.powerCut(9)
    expect((await disk.open().keys()).toSorted((a, b) => a - b)).toEqual([1, 2])
  })
})

test('a Dexie commit that the disk refuses changes nothing', async () => {
  const factory = { indexedDB: new IDBFactory(), IDBKeyRange }
  const store = await openDexiePageStore('rounds-test', factory)
  await store.commit(commit({ put: { 1: [1] }, head: [1] }))
  // No key of IndexedDB: the second request of the transaction fails after the first was made.
  await expect(store.commit(commit({ put: { 2: [2], NaN: [3] }, head: [2] }))).rejects.toThrow()
  expect(await store.keys()).toEqual([1])
  expect(await store.readHead()).toEqual(bytes(1))
  await store.close()
})

function commit(parts: {
  put: Record<number, number[]>
  remove?: number[]
  head: number[]
  durability?: PageCommit['durability']
}): PageCommit {
  const put = Object.entries(parts.put).map(([key, page]) => [Number(key), bytes(...page)] as const)
  return {
    put: new Map(put),
    remove: parts.remove ?? [],
    head: bytes(...parts.head),
    durability: parts.durability ?? 'strict',
  }
}

function bytes(...values: number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(values)
}

/** Long enough for every promise that is going to settle. */
function afterAWhile(): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('silence'), 20))
}
