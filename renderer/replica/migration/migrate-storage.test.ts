import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { openEncryptedStorage } from '../storage/index.ts'
import type { EncryptedStorage, ReadProgress, StorageMigrations } from '../storage/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import type { MemoryDisk } from '../testing/memory-disk.ts'
import { noDamage, noteOf, noteQuery, openNotes } from '../testing/storage-instance.ts'
import type { NoteInstance, StoredNote } from '../testing/storage-instance.ts'
import { storageKeys } from '../testing/storage-keys.ts'

// Pages of an older version, on a disk that dies at every write in turn. A step here adds one sign: who took it twice, or
// not at all, is seen.

const replicaId = newId()
const keys = await storageKeys()
const TYPED = 'rx-document-save-data'
const seed = Number(process.env['ROUNDS_SEED'] ?? Date.now() % 2 ** 31)

function version(today: number): StorageMigrations {
  return {
    versionOf: (collection) => (collection === 'notes' ? today : 0),
    migrate(_collection, document, from) {
      const { text } = document as unknown as StoredNote
      return { ...document, text: text + '+'.repeat(today - from) }
    },
  }
}

type Started = { readonly storage: EncryptedStorage; readonly notes: NoteInstance }
const started: Started[] = []
afterEach(async () => {
  for (const { storage } of started.splice(0)) await storage.close()
})

async function start(
  disk: MemoryDisk,
  today: number,
  onProgress: (progress: ReadProgress) => void = () => undefined,
): Promise<Started> {
  const migrations = version(today)
  const pageStore = disk.open()
  const storage = await openEncryptedStorage({ pageStore, replicaId, keys, migrations })
  storage.reading$.subscribe(onProgress)
  return { storage, notes: await openNotes(storage) }
}

/** A process that is closed after the test; one that dies is let go of: nothing of it ever answers. */
async function closing(...how: Parameters<typeof start>): Promise<Started> {
  const one = await start(...how)
  started.push(one)
  return one
}

/** A replica of version 0: single notes, and one large load. */
async function filled(singles: number, loaded: number): Promise<MemoryDisk> {
  const disk = memoryDisk()
  const { storage, notes } = await start(disk, 0)
  for (let at = 0; at < singles; at += 1) await write(notes, at, 1)
  await write(notes, singles, loaded)
  await storage.close()
  return disk
}

function copyOf({ pages, head }: MemoryDisk): MemoryDisk {
  const disk = memoryDisk()
  for (const [key, page] of pages) disk.pages.set(key, page)
  disk.head = head
  return disk
}

async function write(notes: NoteInstance, from: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => ({
    document: noteOf({ id: `n${from + at}`, text: `t${from + at}` }),
  }))
  await notes.bulkWrite(rows, TYPED)
}

/** Id and text, in the order of the writes: what replication goes by. */
async function changes(notes: NoteInstance): Promise<(readonly [string, string])[]> {
  const page = await notes.getChangedDocumentsSince?.(100_000, undefined)
  return page?.documents.map(({ id, text }) => [id, text] as const) ?? []
}

function expected(count: number, signs: string): (readonly [string, string])[] {
  return Array.from({ length: count }, (_, at) => [`n${at}`, `t${at}${signs}`] as const)
}

function rewrite(storage: EncryptedStorage): Promise<unknown> {
  return storage.reseal({ signal: new AbortController().signal, onProgress: () => undefined })
}

describe('pages of an older version', () => {
  test("are today's as they are read, in their order, and told by the progress", async () => {
    const disk = await filled(5, 600)
    const heard: ReadProgress[] = []
    const { storage, notes } = await closing(disk, 2, (progress) => heard.push(progress))
    expect(await changes(notes)).toEqual(expected(605, '++'))
    expect(heard.at(-1)).toEqual({ collection: 'notes', read: 8, migrated: 8, total: 8 })
    expect(storage.outdatedPages()).toBe(8)
    const found = await notes.query(noteQuery({ selector: { text: { $eq: 't7++' } } }))
    expect(found.documents.map(({ id }) => id)).toEqual(['n7'])
  })

  test('are written again once, and then never read as old', async () => {
    const disk = await filled(5, 600)
    const first = await closing(disk, 1)
    await rewrite(first.storage)
    expect(first.storage.outdatedPages()).toBe(0)
    await first.storage.close()
    const heard: ReadProgress[] = []
    const { storage, notes } = await closing(disk, 1, (progress) => heard.push(progress))
    expect(heard.at(-1)?.migrated).toBe(0)
    expect(storage.outdatedPages()).toBe(0)
    expect(await changes(notes)).toEqual(expected(605, '+'))
  })

  test('may be of several versions at once', async () => {
    const disk = await filled(0, 600)
    const one = await closing(disk, 1)
    const [, second] = await one.notes.findDocumentsById(['n0', 'n1'], false)
    if (second === undefined) throw new Error('n1 is missing')
    const written = noteOf({ id: 'n1', text: 'typed' }, second)
    await one.notes.bulkWrite([{ document: written, previous: second }], TYPED)
    await one.storage.close()
    const { notes } = await closing(disk, 3)
    const texts = await notes.findDocumentsById(['n0', 'n1'], false)
    expect(texts.map(({ text }) => text)).toEqual(['t0+++', 'typed++'])
  })

  test('stay as they are where a step fails, for the version that mends it', async () => {
    const disk = await filled(0, 300)
    const before = copyOf(disk)
    const failing = await openEncryptedStorage({
      pageStore: disk.open(),
      replicaId,
      keys,
      migrations: {
        ...version(1),
        migrate() {
          throw new Error('a step that fails')
        },
      },
    })
    await expect(openNotes(failing)).rejects.toThrow('a step that fails')
    await failing.close()
    expect([disk.pages, disk.head]).toEqual([before.pages, before.head])
    const { notes } = await closing(disk, 1)
    expect(await changes(notes)).toEqual(expected(300, '+'))
  })

  test('of a newer version are refused, before anything is read or written', async () => {
    const disk = await filled(0, 10)
    const newer = await closing(disk, 1)
    await write(newer.notes, 10, 1)
    await newer.storage.close()
    const head = disk.head
    await expect(closing(disk, 0)).rejects.toMatchObject({ code: 'replica.format' })
    expect(disk.head).toEqual(head)
    const again = await closing(disk, 1)
    expect(await changes(again.notes)).toHaveLength(11)
  })

  test('of a newer version are refused where the head is lost, too', async () => {
    const disk = await filled(0, 10)
    const newer = await closing(disk, 1)
    await write(newer.notes, 10, 1)
    await newer.storage.close()
    disk.head = null
    await expect(closing(disk, 0)).rejects.toMatchObject({ code: 'replica.format' })
  })
})

describe('an edit of an older version', () => {
  /** Makes one field of two, of which a person edits one. */
  const joining: StorageMigrations = {
    versionOf: () => 1,
    migrate: (_collection, document) => {
      const { text, place, ...rest } = document as unknown as StoredNote & { readonly place?: string }
      return { ...rest, text: `${text} in ${place}` } as unknown as typeof document
    },
  }

  async function filledAndEdited(): Promise<MemoryDisk> {
    const disk = memoryDisk()
    const { storage, notes } = await start(disk, 0)
    const { internals } = notes
    await internals.load(['a', 'b'].map((id) => ({ id, text: 'one', place: 'Ulm', edit: '' })))
    const edited = { text: 'two', edit: 'e1' }
    const fields = { id: 'a', place: 'Ulm', ...edited }
    await internals.change([{ id: 'a', seen: internals.seen('a'), fields, edited }])
    await storage.close()
    return disk
  }

  async function startJoining(disk: MemoryDisk): Promise<Started> {
    const pageStore = disk.open()
    const storage = await openEncryptedStorage({ pageStore, replicaId, keys, migrations: joining })
    return { storage, notes: await openNotes(storage) }
  }

  const fieldsOf = ({ notes }: Started) => ['a', 'b'].map((id) => notes.internals.glance(id)?.fields)
  const joined = [
    { id: 'a', text: 'two in Ulm', edit: 'e1' },
    { id: 'b', text: 'one in Ulm', edit: '' },
  ]

  test('is brought to the next together with its document, once, and outlives the loss of a page', async () => {
    const first = await startJoining(await filledAndEdited())
    expect(fieldsOf(first)).toEqual(joined)
    await first.storage.close()
    const disk = await filledAndEdited()
    const again = await startJoining(disk)
    await rewrite(again.storage)
    expect(again.storage.outdatedPages()).toBe(0)
    await again.storage.close()
    for (const key of disk.pages.keys()) {
      const damaged = copyOf(disk)
      damaged.pages.delete(key)
      const healed = await startJoining(damaged)
      expect(fieldsOf(healed)[0]).toEqual(joined[0])
      await healed.storage.close()
    }
  })

  test.each(['done', 'undone'] as const)(
    'is brought there by the next start, too: a kill, %s',
    async (effect) => {
      const disk = await filledAndEdited()
      const died = dieInWrite(disk, 0, effect)
      void startJoining(disk)
      await died
      disk.slowDown(() => Promise.resolve())
      const again = await startJoining(disk)
      started.push(again)
      expect(fieldsOf(again)).toEqual(joined)
    },
  )

  test('without its document is brought there alone', async () => {
    const disk = await filledAndEdited()
    const [base = 0] = disk.pages.keys()
    disk.pages.delete(base)
    const again = await startJoining(disk)
    started.push(again)
    expect([...again.notes.internals.stranded()]).toMatchObject([['a', { edit: 'e1' }]])
  })
})

describe('a kill', () => {
  test('at any write of the rewriting: every note is there, taken on exactly once', async () => {
    const old = await filled(20, 2600)
    for (const effect of ['done', 'undone'] as const) {
      for (let kill = 0; ; kill += 1) {
        const disk = copyOf(old)
        const { storage } = await start(disk, 1)
        const died = dieInWrite(disk, kill, effect)
        const outcome = await Promise.race([died, rewrite(storage).then(() => 'finished' as const)])
        disk.slowDown(() => Promise.resolve())

        const again = await start(disk, 1)
        expect(again.storage.damage()).toEqual(noDamage)
        expect(await changes(again.notes)).toEqual(expected(2620, '+'))
        await rewrite(again.storage)
        expect(again.storage.outdatedPages()).toBe(0)
        await again.storage.close()
        if (outcome === 'finished') {
          expect(kill).toBeGreaterThan(1)
          break
        }
      }
    }
  })

  test('of the machine, while somebody writes and a second version comes: nothing is lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
        fc.nat(4),
        async (batches, lost) => {
          const disk = await filled(3, 700)
          const { storage, notes } = await start(disk, 1)
          const rewriting = rewrite(storage)
          let count = 703
          for (const batch of batches) {
            await write(notes, count, batch)
            count += batch
          }
          disk.powerCut(lost)
          await Promise.race([rewriting, Promise.resolve()])
          const again = await closing(disk, 2)
          expect(again.storage.damage()).toEqual(noDamage)
          expect(await changes(again.notes)).toEqual([
            ...expected(703, '++'),
            ...expected(count, '+').slice(703),
          ])
        },
      ),
      { seed, numRuns: 25 },
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
  return 'died'
}
