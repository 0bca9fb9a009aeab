import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import type { MemoryDisk } from '../testing/memory-disk.ts'
import { noDamage, noteOf, openNotes } from '../testing/storage-instance.ts'
import type { NoteInstance } from '../testing/storage-instance.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { FORMAT } from './cipher/page-format.ts'
import { openEncryptedStorage } from './index.ts'
import type { EncryptedStorage, PageKey } from './index.ts'

type Bytes = Uint8Array<ArrayBuffer>

const replicaId = newId()
const keys = await storageKeys()
const none = noDamage.kinds

let disk: MemoryDisk
let storage: EncryptedStorage
let notes: NoteInstance
let visits: NoteInstance

async function open(options: { replicaId?: string; keys?: typeof keys } = {}): Promise<void> {
  storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys, ...options })
  notes = await openNotes(storage, 'notes')
  visits = await openNotes(storage, 'visits')
}

/** Writes so many new notes in one commit; answers the keys of the pages that it made. */
async function written(instance: NoteInstance, ids: readonly string[]): Promise<PageKey[]> {
  const before = new Set(disk.pages.keys())
  const rows = ids.map((id) => ({ document: noteOf({ id, text: 'one' }) }))
  expect((await instance.bulkWrite(rows, 'test')).error).toEqual([])
  return [...disk.pages.keys()].filter((key) => !before.has(key))
}

async function rewritten(instance: NoteInstance, ids: readonly string[], text: string): Promise<PageKey[]> {
  const before = new Set(disk.pages.keys())
  const held = await instance.findDocumentsById([...ids], true)
  const rows = held.map((previous) => ({ previous, document: noteOf({ id: previous.id, text }, previous) }))
  await instance.bulkWrite(rows, 'test')
  return [...disk.pages.keys()].filter((key) => !before.has(key))
}

async function texts(instance: NoteInstance, ids: readonly string[]): Promise<(string | undefined)[]> {
  const found = new Map((await instance.findDocumentsById([...ids], true)).map(({ id, text }) => [id, text]))
  return ids.map((id) => found.get(id))
}

function flip(key: PageKey | undefined, at: number): void {
  const page = disk.pages.get(key ?? -1)
  if (page === undefined) throw new Error('no such page')
  const index = at < 0 ? page.length + at : at
  page[index] = (page[index] ?? 0) ^ 1
}

/** A page of the same place in a copy of somebody else, who wrote the same. */
async function pageOfAnotherCopy(): Promise<Bytes> {
  const theirs = memoryDisk()
  const other = { pageStore: theirs.open(), replicaId: newId(), keys: await storageKeys() }
  const stranger = await openEncryptedStorage(other)
  await (
    await openNotes(stranger, 'notes')
  ).bulkWrite([{ document: noteOf({ id: 'a', text: 'one' }) }], 'test')
  await stranger.close()
  const [page = new Uint8Array()] = theirs.pages.values()
  return page
}

beforeEach(async () => {
  disk = memoryDisk()
  await open()
})

describe('what is damaged is named and contained', () => {
  test('a flipped byte: the other pages load, the lost documents are named', async () => {
    const [bad] = await written(notes, ['a', 'b'])
    await written(notes, ['c'])
    await written(visits, ['a'])
    await storage.close()
    flip(bad, -1)
    await open()
    expect(await texts(notes, ['a', 'b', 'c'])).toEqual([undefined, undefined, 'one'])
    expect(await texts(visits, ['a'])).toEqual(['one'])
    expect(storage.damage()).toEqual({
      pages: 1,
      kinds: { ...none, changed: 1 },
      head: false,
      collections: [{ collection: 'notes', pages: 1, lost: ['a', 'b'], outdated: [], complete: true }],
    })
  })

  test('any flipped byte of a page is noticed', async () => {
    const [key] = await written(notes, ['a'])
    await storage.close()
    const sound = disk.pages.get(key ?? -1)?.slice() ?? new Uint8Array()
    for (let at = 0; at < sound.length; at += 1) {
      disk.pages.set(key ?? -1, sound.slice())
      flip(key, at)
      await open()
      expect(storage.damage().pages, `byte ${at}`).toBe(1)
      await storage.close()
    }
  })

  test('a replaced version in a damaged page is no loss; a newer one lost leaves the older one shown', async () => {
    const [first] = await written(notes, ['a', 'b', 'c'])
    await rewritten(notes, ['a'], 'two')
    const [third] = await rewritten(notes, ['b'], 'two')
    await storage.close()
    flip(third, -1)
    await open()
    expect(await texts(notes, ['a', 'b', 'c'])).toEqual(['two', 'one', 'one'])
    expect(storage.damage().collections).toMatchObject([{ lost: [], outdated: ['b'], complete: true }])
    await storage.close()
    flip(first, -1)
    await open()
    expect(await texts(notes, ['a', 'b', 'c'])).toEqual(['two', undefined, undefined])
    expect(storage.damage().collections).toMatchObject([{ pages: 2, lost: ['b', 'c'], outdated: [] }])
  })

  test('a damaged label loses nothing, and the page is written again when damage is settled', async () => {
    const [key] = await written(notes, ['a'])
    await storage.close()
    flip(key, 20)
    await open()
    expect(await texts(notes, ['a'])).toEqual(['one'])
    expect(storage.damage()).toMatchObject({
      kinds: { changed: 1 },
      collections: [{ lost: [], complete: true }],
    })
    await storage.settleDamage()
    await storage.close()
    await open()
    expect(storage.damage()).toEqual(noDamage)
    expect(await texts(notes, ['a'])).toEqual(['one'])
  })

  test.each([
    ['truncated', (page: Bytes) => page.slice(0, -9)],
    ['emptied', () => new Uint8Array()],
    ['of another copy', (_page: Bytes, strange: Bytes) => strange],
  ])('a page that is %s does not open, and the others load', async (_how, harm) => {
    const [bad = 0] = await written(notes, ['a'])
    await written(notes, ['b'])
    await storage.close()
    const strange = await pageOfAnotherCopy()
    disk.pages.set(bad, harm(disk.pages.get(bad) ?? new Uint8Array(), strange))
    await open()
    expect(storage.damage()).toMatchObject({ pages: 1, kinds: { changed: 1 }, head: false })
    expect(await texts(notes, ['a', 'b'])).toEqual([undefined, 'one'])
  })

  test('swapped pages do not open in the place of the other', async () => {
    const [one = 0] = await written(notes, ['a'])
    const [two = 0] = await written(visits, ['b'])
    await storage.close()
    const [first, second] = [disk.pages.get(one), disk.pages.get(two)]
    if (first === undefined || second === undefined) throw new Error('pages expected')
    disk.pages.set(one, second).set(two, first)
    await open()
    expect(storage.damage()).toMatchObject({ pages: 2, kinds: { changed: 2 }, head: false })
    expect(await texts(notes, ['a', 'b'])).toEqual([undefined, undefined])
    expect(await texts(visits, ['a', 'b'])).toEqual([undefined, undefined])
  })

  test('a missing page is noticed though nothing is left of it', async () => {
    const [key = 0] = await written(notes, ['a'])
    await written(notes, ['b'])
    await storage.close()
    disk.pages.delete(key)
    await open()
    expect(storage.damage()).toEqual({
      pages: 1,
      kinds: { ...none, missing: 1 },
      head: false,
      collections: [{ collection: 'notes', pages: 1, lost: [], outdated: [], complete: false }],
    })
    expect(await texts(notes, ['b'])).toEqual(['one'])
  })

  test('a page brought back from the past is left alone, and goes when damage is settled', async () => {
    const [old = 0] = await written(notes, ['a'])
    const past = disk.pages.get(old)
    await rewritten(notes, ['a'], 'two')
    await storage.close()
    if (past === undefined || disk.pages.has(old)) throw new Error('the replaced page should be gone')
    disk.pages.set(old, past)
    await open()
    expect(storage.damage()).toMatchObject({ pages: 1, kinds: { past: 1 }, head: false })
    expect(await texts(notes, ['a'])).toEqual(['two'])
    await storage.settleDamage()
    expect(disk.pages.has(old)).toBe(false)
    await storage.close()
    await open()
    expect(storage.damage()).toEqual(noDamage)
  })

  test('a stale head: the pages written after it are found, and no order is given twice', async () => {
    await written(notes, ['a'])
    const stale = disk.head
    await written(notes, ['b'])
    const reached = await notes.getChangedDocumentsSince?.(9, undefined)
    await storage.close()
    disk.head = stale
    await open()
    expect(storage.damage().head).toBe(true)
    expect(await texts(notes, ['a', 'b'])).toEqual(['one', 'one'])
    await written(notes, ['c'])
    const next = await notes.getChangedDocumentsSince?.(9, reached?.checkpoint)
    expect(next?.documents.map(({ id }) => id)).toEqual(['c'])
    await storage.settleDamage()
    await storage.close()
    await open()
    expect(storage.damage()).toEqual(noDamage)
  })

  test.each(['missing', 'damaged'])('a %s head: everything that opens is kept', async (how) => {
    await written(notes, ['a', 'b'])
    await rewritten(notes, ['b'], 'two')
    await written(visits, ['c'])
    await storage.close()
    if (how === 'missing') disk.head = null
    else disk.head?.fill(7, 20, 30)
    await open()
    expect(storage.damage()).toMatchObject({ head: true, pages: 0 })
    expect(await texts(notes, ['a', 'b'])).toEqual(['one', 'two'])
    expect(await texts(visits, ['c'])).toEqual(['one'])
    await storage.settleDamage()
    await storage.close()
    await open()
    expect(storage.damage()).toEqual(noDamage)
    expect(await texts(notes, ['a', 'b'])).toEqual(['one', 'two'])
  })

  test('after the lost documents were written again and damage was settled, all is sound', async () => {
    const [bad] = await written(notes, ['a'])
    const [gone = 0] = await written(notes, ['b'])
    await storage.close()
    flip(bad, -1)
    disk.pages.delete(gone)
    await open()
    expect(storage.damage().pages).toBe(2)
    await written(notes, ['a', 'b'])
    await storage.settleDamage()
    expect(storage.damage()).toEqual(noDamage)
    await storage.close()
    await open()
    expect(storage.damage()).toEqual(noDamage)
    expect(await texts(notes, ['a', 'b'])).toEqual(['one', 'one'])
  })
})

describe('what is not ours does not open', () => {
  test.each(['another key', 'another replica'])('%s: refused, and nothing is written', async (what) => {
    await written(notes, ['a'])
    await storage.close()
    const before = structuredClone([...disk.pages])
    const other = what === 'another key' ? { keys: await storageKeys() } : { replicaId: newId() }
    await expect(open(other)).rejects.toMatchObject({ code: 'replica.damaged' })
    expect([...disk.pages]).toEqual(before)
    await open()
    expect(await texts(notes, ['a'])).toEqual(['one'])
  })

  test('data of a newer version is refused as such', async () => {
    await written(notes, ['a'])
    await storage.close()
    disk.head?.set([FORMAT + 1])
    await expect(open()).rejects.toMatchObject({ code: 'replica.format' })
  })

  test('pages of an earlier key epoch open beside those of the current one', async () => {
    const two = await storageKeys([1, 2])
    disk = memoryDisk()
    const one = { epoch: 1, dataKey: two.dataKey }
    await open({ keys: one })
    await written(notes, ['a'])
    await storage.close()
    await open({ keys: two })
    await written(notes, ['b'])
    await storage.close()
    await open({ keys: two })
    expect(storage.damage()).toEqual(noDamage)
    expect(await texts(notes, ['a', 'b'])).toEqual(['one', 'one'])
  })
})

test('nothing of a document can be read on the disk', async () => {
  const secret = 'Ottoline Quux'
  await notes.bulkWrite([{ document: noteOf({ id: 'Fernsby-77', text: secret }) }], 'test')
  const everything = [...disk.pages.values(), disk.head ?? new Uint8Array()]
  for (const bytes of everything) {
    const text = new TextDecoder('latin1').decode(bytes)
    expect(text).not.toContain(secret)
    expect(text).not.toContain('Fernsby')
    expect(text).not.toContain('notes')
    expect(text).not.toContain('text')
  }
})

test('settling damage leaves closed collections as they are', async () => {
  const [weak] = await written(notes, ['a'])
  const [bad] = await written(visits, ['b'])
  await storage.close()
  flip(weak, 20)
  flip(bad, -1)
  await open()
  await notes.close()
  await storage.settleDamage()
  expect(storage.failed()).toBeNull()
  notes = await openNotes(storage, 'notes')
  expect(await texts(notes, ['a'])).toEqual(['one'])
  expect(storage.damage()).toMatchObject({ pages: 1, collections: [{ collection: 'notes', lost: [] }] })
})
