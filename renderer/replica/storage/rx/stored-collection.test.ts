import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../../testing/memory-disk.ts'
import type { MemoryDisk } from '../../testing/memory-disk.ts'
import { noDamage, openNotes } from '../../testing/storage-instance.ts'
import type { NoteInstance } from '../../testing/storage-instance.ts'
import { storageKeys } from '../../testing/storage-keys.ts'
import { openEncryptedStorage } from '../index.ts'
import type { EncryptedStorage } from '../index.ts'

// The two doors beside RxDB's: for what people write, and for a first load.

const replicaId = newId()
const keys = await storageKeys()

let disk: MemoryDisk
let storage: EncryptedStorage
let notes: NoteInstance
let stored: NoteInstance['internals']

async function open(): Promise<void> {
  storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  notes = await openNotes(storage)
  stored = notes.internals
}

beforeEach(async () => {
  disk = memoryDisk()
  await open()
})

afterEach(() => storage.close())

function note(id: string, text = 'one') {
  return { id, text, edit: '' }
}

function many(count: number) {
  return Array.from({ length: count }, (_, at) => note(`n${at}`, at % 7 === 0 ? 'Ümläut' : 'one'))
}

/** Resolves when a commit waits for the disk; `release` lets it through. */
function held(): { readonly waiting: Promise<void>; release(): void } {
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  disk.slowDown(() => {
    reached.resolve()
    return gate.promise
  })
  return { waiting: reached.promise, release: gate.resolve }
}

describe('a load', () => {
  test('is seen only when it is on the disk, and is there after a restart', async () => {
    const gate = held()
    const shown: string[] = []
    stored.shown$.subscribe((some) => shown.push(...some.map(({ id }) => id)))
    const loading = stored.load([note('a'), note('b')])
    await gate.waiting
    expect(stored.glance('a')).toBeUndefined()
    expect(shown).toEqual([])
    gate.release()
    expect(await loading).toEqual([])
    expect(shown).toEqual(['a', 'b'])
    await storage.close()
    await open()
    expect(stored.glance('b')?.fields).toEqual(note('b'))
  })

  test('of more than one commit comes in its order, every document as it was given', async () => {
    const documents = many(2500)
    await stored.load(documents)
    expect((await storage.stats()).commits).toBeGreaterThan(1)
    expect(documents.map(({ id }) => stored.glance(id)?.fields)).toEqual(documents)
    const { documents: changed, checkpoint } = stored.changedSince(0, 5000)
    expect(changed.map(({ id }) => id)).toEqual(documents.map(({ id }) => id))
    expect(stored.changedSince(checkpoint.order, 10).documents).toEqual([])
  })

  test('leaves alone what is here in any state, and answers it', async () => {
    await stored.change([{ id: 'a', seen: stored.seen('a'), fields: { ...note('a', 'typed'), edit: 'e1' } }])
    await stored.load([note('gone')])
    const [gone] = await notes.findDocumentsById(['gone'], true)
    if (gone === undefined) throw new Error('it is not here')
    const deleted = { ...gone, _deleted: true, _rev: '2-token' }
    await notes.bulkWrite([{ previous: gone, document: deleted }], 'test')
    const left = await stored.load([note('a', 'late'), note('new'), note('gone', 'late')])
    expect(left).toEqual([note('a', 'late'), note('gone', 'late')])
    expect(stored.glance('a')?.fields['text']).toBe('typed')
    expect(stored.glance('gone')?.members._deleted).toBe(true)
    expect(stored.glance('new')?.fields).toEqual(note('new'))
  })

  test('tells RxDB how far it is, so that replication does not look at it again', async () => {
    const told: [number, unknown][] = []
    notes.changeStream().subscribe(({ events, checkpoint }) => told.push([events.length, checkpoint]))
    await stored.load([note('a'), note('b')])
    const { checkpoint } = stored.changedSince(0, 10)
    expect(told).toEqual([[0, checkpoint]])
  })

  test('can be written to by RxDB like any other document', async () => {
    await stored.load([note('a')])
    const [previous] = await notes.findDocumentsById(['a'], true)
    if (previous === undefined) throw new Error('it is not here')
    const document = { ...previous, text: 'two', _rev: '2-token' }
    expect((await notes.bulkWrite([{ previous, document }], 'test')).error).toEqual([])
    expect((await notes.bulkWrite([{ previous, document }], 'test')).error).toMatchObject([{ status: 409 }])
  })

  test('that the disk refuses in the middle rejects, and shows what is on the disk', async () => {
    let commits = 0
    disk.slowDown(() => {
      commits += 1
      return commits === 2 ? Promise.reject(new Error('no room')) : Promise.resolve()
    })
    await expect(stored.load(many(2500))).rejects.toMatchObject({ code: 'replica.write-failed' })
    const shown = [...stored.ids()].filter((id) => stored.glance(id) !== undefined)
    disk.slowDown(() => Promise.resolve())
    await open()
    expect(shown.length).toBeGreaterThan(0)
    expect([...stored.ids()].toSorted()).toEqual(shown.toSorted())
    expect(commits).toBe(2)
  })

  const deaths = [1, 2, 3, 4].flatMap((nth) => [[nth, 'done'] as const, [nth, 'undone'] as const])
  test.each(deaths)('that dies in its commit %i, %s, leaves those before it, whole', async (nth, effect) => {
    const died = Promise.withResolvers<void>()
    let commits = 0
    disk.slowDown(() => {
      commits += 1
      if (commits === nth) disk.dieInNextCommit(effect).then(died.resolve, died.reject)
      return Promise.resolve()
    })
    const documents = many(4000)
    void stored.load(documents)
    await died.promise
    await open()
    expect(storage.damage()).toEqual(noDamage)
    const there = documents.filter(({ id }) => stored.glance(id) !== undefined)
    expect(there).toEqual(documents.slice(0, there.length))
    expect(there.length).toBe(Math.min(1024 * (effect === 'done' ? nth : nth - 1), 4000))
  })

  test('lets what somebody writes meanwhile through before its end', async () => {
    const others = await openNotes(storage, 'others')
    const gate = held()
    let isLoaded = false
    const loading = stored.load(many(6000)).then(() => (isLoaded = true))
    await gate.waiting
    const written = others.internals.change([
      { id: 'typed', seen: others.internals.seen('typed'), fields: note('typed') },
    ])
    gate.release()
    await written
    expect(isLoaded).toBe(false)
    await loading
    await storage.close()
    await open()
    expect(stored.size).toBe(6000)
    expect((await openNotes(storage, 'others')).internals.glance('typed')?.fields).toEqual(note('typed'))
  })
})

describe('a change', () => {
  test('is written on what was seen, and RxDB hears both states', async () => {
    await stored.load([note('a')])
    const events: unknown[] = []
    notes.changeStream().subscribe((bulk) => events.push(...bulk.events))
    const overtaken = await stored.change([
      { id: 'a', seen: stored.seen('a'), fields: { ...note('a', 'two'), edit: 'e1' } },
      { id: 'b', seen: stored.seen('b'), fields: { ...note('b', 'new'), edit: 'e2' } },
    ])
    expect(overtaken).toEqual([])
    await expect
      .poll(() => events)
      .toMatchObject([
        {
          operation: 'UPDATE',
          documentData: { text: 'two', _deleted: false },
          previousDocumentData: { text: 'one' },
        },
        { operation: 'INSERT', documentData: { text: 'new' } },
      ])
    const [a] = await notes.findDocumentsById(['a'], true)
    expect(a?._rev).toMatch(/^2-/)
  })

  test('is told to RxDB in its place among other writes, and before the collection closes', async () => {
    await stored.load([note('a')])
    const told: [string, number][] = []
    notes.changeStream().subscribe(({ events, checkpoint }) => {
      told.push([events.map(({ documentId }) => documentId).join(), checkpoint.order])
    })
    const change = (id: string) => stored.change([{ id, seen: stored.seen(id), fields: note(id, 'two') }])
    await Promise.all([change('a'), stored.load([note('b')])])
    await change('c')
    await storage.close()
    expect(told.map(([ids]) => ids).toSorted()).toEqual(['', 'a', 'c'])
    expect(told.map(([, order]) => order)).toEqual([2, 3, 4])
    await open()
  })

  test('made on a state that another has replaced is answered, not written', async () => {
    await stored.load([note('a'), note('b')])
    const before = stored.seen('a')
    const first = stored.change([{ id: 'a', seen: before, fields: note('a', 'first') }])
    const second = stored.change([
      { id: 'a', seen: before, fields: note('a', 'second') },
      { id: 'b', seen: stored.seen('b'), fields: note('b', 'second') },
    ])
    expect(await first).toEqual([])
    expect(await second).toEqual(['a'])
    expect(stored.glance('a')?.fields['text']).toBe('first')
    expect(stored.glance('b')?.fields['text']).toBe('second')
  })

  test('side by side with others of one collection shares their commit', async () => {
    await stored.load(many(20))
    const gate = held()
    const first = stored.change([{ id: 'first', seen: stored.seen('first'), fields: note('first') }])
    await gate.waiting
    const { commits } = await storage.stats()
    const rest = many(20).map(({ id }) =>
      stored.change([{ id, seen: stored.seen(id), fields: note(id, 'two') }]),
    )
    gate.release()
    await Promise.all([first, ...rest])
    expect((await storage.stats()).commits - commits).toBe(1)
  })
})
