import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import type { MemoryDisk } from '../testing/memory-disk.ts'
import { noteOf, noteQuery, openNotes } from '../testing/storage-instance.ts'
import type { NoteInstance, StoredNote } from '../testing/storage-instance.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { openEncryptedStorage } from './index.ts'
import type { EncryptedStorage, ReadProgress } from './index.ts'

const TYPED = 'rx-collection-bulk-insert'
const replicaId = newId()
const keys = await storageKeys()

let disk: MemoryDisk
let storage: EncryptedStorage
let notes: NoteInstance

beforeEach(async () => {
  disk = memoryDisk()
  storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  notes = await openNotes(storage)
})

async function insert(
  instance: NoteInstance,
  ids: readonly string[],
  context = TYPED,
): Promise<StoredNote[]> {
  const documents = ids.map((id) => noteOf({ id, text: 'one' }))
  const { error } = await instance.bulkWrite(
    documents.map((document) => ({ document })),
    context,
  )
  expect(error).toEqual([])
  return documents
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `n${at}`)
}

describe('writing', () => {
  test('a write is seen only when it is on the disk', async () => {
    const gate = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    disk.slowDown(() => {
      reached.resolve()
      return gate.promise
    })
    const seen: string[] = []
    notes.changeStream().subscribe((bulk) => seen.push(...bulk.events.map(({ documentId }) => documentId)))
    const writing = notes.bulkWrite([{ document: noteOf({ id: 'a', text: 'one' }) }], TYPED)
    await reached.promise
    expect(await notes.findDocumentsById(['a'], true)).toEqual([])
    expect(seen).toEqual([])
    gate.resolve()
    await writing
    expect(await notes.findDocumentsById(['a'], true)).toHaveLength(1)
    expect(seen).toEqual(['a'])
  })

  test('what waits for the disk goes there together, whatever the collection', async () => {
    const visits = await openNotes(storage, 'visits')
    await insert(notes, ['first'])
    const { commits } = await storage.stats()
    await Promise.all([
      ...numbered(20).map((id) => insert(notes, [id])),
      ...numbered(20).map((id) => insert(visits, [id])),
    ])
    expect((await storage.stats()).commits - commits).toBeLessThanOrEqual(3)
  })

  test('a conflict is answered without a write; the rest of the bulk is written', async () => {
    const [a] = await insert(notes, ['a', 'b'])
    const { commits } = await storage.stats()
    const stale = noteOf({ id: 'a', text: 'stale' })
    const onlyConflict = await notes.bulkWrite([{ document: stale }], TYPED)
    expect(onlyConflict.error).toMatchObject([{ status: 409, documentId: 'a', documentInDb: a }])
    expect((await storage.stats()).commits).toBe(commits)
    const mixed = await notes.bulkWrite(
      [{ document: stale }, { document: noteOf({ id: 'c', text: 'new' }) }],
      TYPED,
    )
    expect(mixed.error.map(({ documentId }) => documentId)).toEqual(['a'])
    expect((await notes.findDocumentsById(['c'], false)).map(({ text }) => text)).toEqual(['new'])
  })

  test('two writes to one document at once: the first wins, the second is a conflict', async () => {
    const [a] = await insert(notes, ['a'])
    const write = (text: string) =>
      notes.bulkWrite([{ document: noteOf({ id: 'a', text }, a), ...(a && { previous: a }) }], TYPED)
    const [first, second] = await Promise.all([write('first'), write('second')])
    expect(first.error).toEqual([])
    expect(second.error).toMatchObject([{ status: 409 }])
    expect(await notes.findDocumentsById(['a'], false)).toMatchObject([{ text: 'first' }])
  })

  test('the change stream tells each bulk in order, with its context and a checkpoint that leads past it', async () => {
    const heard: { ids: string[]; context: string; rest: Promise<string[]> }[] = []
    const after = async (checkpoint: unknown) => {
      const rest = await notes.getChangedDocumentsSince?.(10, checkpoint)
      return rest?.documents.map(({ id }) => id) ?? []
    }
    notes.changeStream().subscribe(({ events, context, checkpoint }) => {
      heard.push({ ids: events.map(({ documentId }) => documentId), context, rest: after(checkpoint) })
    })
    await Promise.all([
      insert(notes, ['a', 'b'], 'one'),
      insert(notes, ['c'], 'two'),
      insert(notes, ['d'], 'three'),
    ])
    const bulks = heard.map(async (bulk) => ({ ...bulk, rest: await bulk.rest }))
    expect(await Promise.all(bulks)).toEqual([
      { ids: ['a', 'b'], context: 'one', rest: ['c', 'd'] },
      { ids: ['c'], context: 'two', rest: ['d'] },
      { ids: ['d'], context: 'three', rest: [] },
    ])
  })

  test.each([
    ['rx-document-save-data', 0],
    ['incremental-write', 0],
    ['something that RxDB has not thought of yet', 0],
    ['replication-downstream-hash', 1],
    ['replication-up-write-conflict', 1],
    ['replication-set-checkpoint', 1],
  ])('durability of the context %s', async (context, atRisk) => {
    await insert(notes, ['a'], context)
    expect(disk.atRisk()).toBe(atRisk)
  })

  test('a clock set back a day changes nothing in the order of changes', async () => {
    const [a] = await insert(notes, ['a', 'b'])
    const before = await notes.getChangedDocumentsSince?.(10, undefined)
    const late = noteOf({ id: 'a', text: 'late' }, a)
    late._meta.lwt = 1
    await notes.bulkWrite([{ document: late, ...(a && { previous: a }) }], TYPED)
    const since = await notes.getChangedDocumentsSince?.(10, before?.checkpoint)
    expect(since?.documents.map(({ id }) => id)).toEqual(['a'])
    await storage.close()
    storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
    notes = await openNotes(storage)
    const after = await notes.getChangedDocumentsSince?.(10, before?.checkpoint)
    expect(after?.documents.map(({ id }) => id)).toEqual(['a'])
  })
})

describe('tombstones', () => {
  test('cleanup takes them off the disk, and no older version comes back', async () => {
    const [a] = await insert(notes, ['a', 'b'])
    await notes.bulkWrite(
      [{ document: noteOf({ id: 'a', text: '' }, a, true), ...(a && { previous: a }) }],
      TYPED,
    )
    expect(await notes.findDocumentsById(['a'], true)).toHaveLength(1)
    expect(await notes.findDocumentsById(['a'], false)).toEqual([])
    await notes.cleanup(Date.now())
    expect(await notes.findDocumentsById(['a'], true)).toHaveLength(1)
    await notes.cleanup(0)
    expect(await notes.findDocumentsById(['a'], true)).toEqual([])
    expect((await storage.stats()).deadEntries).toBe(0)
    await storage.close()
    storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
    notes = await openNotes(storage)
    expect(await notes.findDocumentsById(['a', 'b'], true)).toMatchObject([{ id: 'b' }])
  })
})

describe('pages', () => {
  test('hold up to 256 documents', async () => {
    await insert(notes, numbered(600))
    expect(disk.pages.size).toBe(3)
  })

  test('single writes are joined behind the scenes', async () => {
    for (const id of numbered(300)) await insert(notes, [id])
    await storage.close()
    expect(disk.pages.size).toBeLessThan(40)
    storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
    expect((await (await openNotes(storage)).query(noteQuery({}))).documents).toHaveLength(300)
  })

  test('compaction leaves no replaced version on the disk', async () => {
    const documents = await insert(notes, numbered(300))
    const changed = documents.slice(0, 100).map((previous) => ({
      previous,
      document: noteOf({ id: previous.id, text: 'two' }, previous),
    }))
    await notes.bulkWrite(changed, 'replication-downstream-x')
    expect((await storage.stats()).deadEntries).toBe(100)
    await storage.compact()
    expect(await storage.stats()).toMatchObject({ deadEntries: 0, liveEntries: 300 })
    expect(disk.atRisk()).toBe(0)
  })

  test('a purge takes the replaced versions of some documents off the disk, and leaves other pages alone', async () => {
    const [first, second] = [
      await insert(notes, numbered(200)),
      await insert(
        notes,
        numbered(200).map((id) => `other-${id}`),
      ),
    ]
    const changed = [first[0], first[1], second[0]].flatMap((previous) =>
      previous === undefined
        ? []
        : { previous, document: noteOf({ id: previous.id, text: 'two' }, previous) },
    )
    await notes.bulkWrite(changed, 'replication-downstream-x')
    const before = new Set(disk.pages.keys())
    expect(await storage.stats()).toMatchObject({ deadEntries: 3, liveEntries: 400 })
    await notes.internals.purge(new Set([first[0]?.id ?? '']))
    // One page was written again, with all that was dead in it; the other still holds its own.
    expect(await storage.stats()).toMatchObject({ deadEntries: 1, liveEntries: 400 })
    expect([...before].filter((key) => !disk.pages.has(key))).toHaveLength(1)
    expect(disk.atRisk()).toBe(0)
  })
})

describe('opening and closing', () => {
  test('collections load in the order in which they are opened, and the progress adds up', async () => {
    const visits = await openNotes(storage, 'visits')
    await insert(notes, numbered(300))
    await insert(visits, numbered(10))
    await storage.close()
    const heard: ReadProgress[] = []
    storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
    storage.reading$.subscribe((progress) => heard.push(progress))
    expect(heard.splice(0)).toEqual([{ collection: '', read: 0, migrated: 0, total: 3 }])
    await openNotes(storage, 'visits')
    expect(heard).toEqual([{ collection: 'visits', read: 1, migrated: 0, total: 3 }])
    await openNotes(storage, 'notes')
    expect(heard.at(-1)).toEqual({ collection: 'notes', read: 3, migrated: 0, total: 3 })
  })

  test('two instances of one collection see the same documents; the last one to close ends it', async () => {
    const second = await openNotes(storage)
    await insert(notes, ['a'])
    expect(await second.findDocumentsById(['a'], false)).toHaveLength(1)
    await notes.close()
    await insert(second, ['b'])
    await second.close()
    await expect(
      second.bulkWrite([{ document: noteOf({ id: 'c', text: '' }) }], TYPED),
    ).rejects.toMatchObject({
      code: 'replica.locked',
    })
    const again = await openNotes(storage)
    expect((await again.findDocumentsById(['a', 'b', 'c'], false)).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test('a collection opened while it closes has what was written last', async () => {
    const writing = insert(notes, ['a'])
    const closing = notes.close()
    const again = await openNotes(storage)
    await Promise.all([writing, closing])
    expect(await again.findDocumentsById(['a'], false)).toHaveLength(1)
  })

  test('after closing no document can be reached from the storage', async () => {
    await insert(notes, numbered(300))
    const { internals } = notes
    await storage.close()
    expect(internals.size).toBe(0)
    expect(internals.parsed('n1')).toBeUndefined()
    await expect(insert(notes, ['late'])).rejects.toMatchObject({ code: 'replica.locked' })
  })

  test('removing a collection takes its pages off the disk, and only those', async () => {
    const visits = await openNotes(storage, 'visits')
    await insert(notes, numbered(300))
    await insert(visits, ['a'])
    await notes.remove()
    expect(disk.pages.size).toBe(1)
    expect((await (await openNotes(storage)).query(noteQuery({}))).documents).toEqual([])
    expect(await visits.findDocumentsById(['a'], false)).toHaveLength(1)
  })
})

describe('fail-stop', () => {
  test('after a failed write every write is refused, whoever asks, and reopening repairs', async () => {
    const told: string[] = []
    storage = await openEncryptedStorage({
      pageStore: disk.open(),
      replicaId,
      keys,
      onFailed: (failure) => told.push(failure.code),
    })
    notes = await openNotes(storage)
    const visits = await openNotes(storage, 'visits')
    const records = await storage.records<string>('settings')
    await insert(notes, ['a'])
    disk.failNextCommit()
    await expect(insert(notes, ['b'])).rejects.toMatchObject({ code: 'replica.write-failed' })
    await expect(insert(visits, ['c'])).rejects.toMatchObject({ code: 'replica.write-failed' })
    await expect(records.put('d', '')).rejects.toMatchObject({ code: 'replica.write-failed' })
    await expect(storage.compact()).rejects.toMatchObject({ code: 'replica.write-failed' })
    expect(await notes.findDocumentsById(['a', 'b'], false)).toMatchObject([{ id: 'a' }])
    expect(told).toEqual(['replica.write-failed'])
    storage.failed$.subscribe((failure) => told.push(failure.code))
    expect(told).toHaveLength(2)
    await storage.close()

    storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
    notes = await openNotes(storage)
    expect(await notes.findDocumentsById(['a', 'b'], false)).toMatchObject([{ id: 'a' }])
    await insert(notes, ['b'])
    expect(storage.failed()).toBeNull()
  })
})
