import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import type { MemoryDisk } from '../testing/memory-disk.ts'
import { noteOf, openNotes } from '../testing/storage-instance.ts'
import type { NoteInstance } from '../testing/storage-instance.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { openEncryptedStorage } from './index.ts'
import type { EncryptedStorage } from './index.ts'

// What exists here only outlives the loss of any one page. What became of each document is kept in a plain map.

const replicaId = newId()
const keys = await storageKeys([1, 2])

type Step =
  | { readonly type: 'create' | 'edit' | 'receipt' | 'forget'; readonly ids: readonly number[] }
  | { readonly type: 'compact' | 'reopen' | 'reseal' }

const ids = fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 6 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ type: fc.constantFrom('create' as const, 'edit' as const), ids }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constantFrom('receipt' as const, 'forget' as const), ids }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constantFrom('compact' as const, 'reopen' as const, 'reseal' as const),
      }),
    },
  ),
  { minLength: 1, maxLength: 12 },
)
const harms = ['flipped', 'missing', 'truncated', 'emptied'] as const

type Machine = { disk: MemoryDisk; storage: EncryptedStorage; notes: NoteInstance; epoch: number }

async function opened(disk: MemoryDisk, epoch: number): Promise<Machine> {
  const storage = await openEncryptedStorage({
    pageStore: disk.open(),
    replicaId,
    keys: { epoch, dataKey: keys.dataKey },
  })
  return { disk, storage, notes: await openNotes(storage), epoch }
}

async function write(
  notes: NoteInstance,
  all: readonly string[],
  text: string,
  edit: string,
  deleted = false,
) {
  const held = new Map((await notes.findDocumentsById([...all], true)).map((note) => [note.id, note]))
  const rows = all.map((id) => {
    const previous = held.get(id)
    const document = noteOf({ id, text, edit }, previous, deleted)
    return previous === undefined ? { document } : { previous, document }
  })
  expect((await notes.bulkWrite(rows, 'test')).error).toEqual([])
}

async function edit(notes: NoteInstance, all: readonly string[], text: string, edit: string) {
  const changes = all.map((id) => {
    return { id, seen: notes.internals.seen(id), fields: { id, text, edit }, edited: { text, edit } }
  })
  expect(await notes.internals.change(changes)).toEqual([])
}

/** Does a step; `unsent` says afterwards which text of which document must not be lost. */
async function take(machine: Machine, step: Step, at: number, unsent: Map<string, string>): Promise<Machine> {
  const { notes, storage, disk } = machine
  const names = 'ids' in step ? step.ids.map((id) => `n${id}`) : []
  const text = `text ${at}`
  if (step.type === 'create' || step.type === 'edit') {
    // RxDB writes all of a document; what a person changes of one that the server has sent lies beside it.
    if (step.type === 'create') await write(notes, names, text, `e${at}`)
    else await edit(notes, names, text, `e${at}`)
    for (const id of names) unsent.set(id, text)
  } else if (step.type === 'receipt' || step.type === 'forget') {
    await write(notes, names, text, '', step.type === 'forget')
    for (const id of names) unsent.delete(id)
    if (step.type === 'forget') await notes.cleanup(0)
  } else if (step.type === 'compact') {
    await storage.compact()
  } else {
    await storage.close()
    return opened(disk, step.type === 'reseal' ? 2 : machine.epoch).then(async (next) => {
      const signal = new AbortController().signal
      if (step.type === 'reseal') await next.storage.reseal({ signal, onProgress: () => undefined })
      return next
    })
  }
  return machine
}

function harm(disk: MemoryDisk, key: number, how: (typeof harms)[number]): void {
  const page = disk.pages.get(key)
  if (page === undefined) throw new Error('no such page')
  if (how === 'missing') disk.pages.delete(key)
  else if (how === 'emptied') disk.pages.set(key, new Uint8Array())
  else if (how === 'truncated') disk.pages.set(key, page.slice(0, -9))
  else page[page.length - 1] = (page.at(-1) ?? 0) ^ 1
}

/** What can be read of these, and what was changed of those that can't. */
async function textsOf(notes: NoteInstance, asked: Iterable<string>): Promise<Map<string, string>> {
  const ids = [...asked]
  const texts = new Map((await notes.findDocumentsById(ids, false)).map(({ id, text }) => [id, text]))
  const stranded = notes.internals.stranded()
  for (const id of ids) {
    const edit = stranded.get(id)
    if (edit !== undefined) texts.set(id, String(edit['text']))
  }
  return texts
}

test('the loss of any one page loses nothing that was not sent, and two pages hold it again', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(...harms), async (story, how) => {
      const disk = memoryDisk()
      let machine = await opened(disk, 1)
      const unsent = new Map<string, string>()
      for (const [at, step] of story.entries()) machine = await take(machine, step, at, unsent)
      await machine.storage.close()
      const { head, pages } = { head: disk.head, pages: new Map(disk.pages) }
      for (const key of pages.keys()) {
        disk.head = head
        disk.pages.clear()
        for (const [other, page] of pages) disk.pages.set(other, page.slice())
        harm(disk, key, how)
        const { storage, notes, epoch } = await opened(disk, machine.epoch)
        expect(storage.damage().pages).toBe(1)
        expect(await textsOf(notes, unsent.keys())).toEqual(unsent)
        await storage.settleDamage()
        await storage.close()
        // Whatever goes next, the other page or the one written anew, nothing is lost either.
        const next = [...disk.pages.keys()].at(-1)
        if (next !== undefined) harm(disk, next, how)
        const again = await opened(disk, epoch)
        expect(await textsOf(again.notes, unsent.keys())).toEqual(unsent)
        await again.storage.close()
      }
    }),
    { numRuns: 40 },
  )
})

test('a receipt takes the second copy off the disk with the next commit; none is there of what a server sent', async () => {
  const disk = memoryDisk()
  const { storage, notes } = await opened(disk, 1)
  await write(notes, ['a'], 'from the server', '')
  expect(disk.pages.size).toBe(1)
  await write(notes, ['b'], 'written here', 'e1')
  expect(disk.pages.size).toBe(3)
  await write(notes, ['b'], 'written here', '')
  expect(disk.pages.size).toBe(2)
  await storage.close()
})

test('many single edits do not leave a second page each', async () => {
  const disk = memoryDisk()
  const { storage, notes } = await opened(disk, 1)
  for (let at = 0; at < 200; at += 1) await write(notes, [`n${at}`], 'one', `e${at}`)
  await storage.close()
  expect(disk.pages.size).toBeLessThan(140)
})

describe('an edit of what the server has sent', () => {
  const before = 'x'.repeat(5000)

  async function edited(disk: MemoryDisk): Promise<{ base: number[]; edits: number[] }> {
    const { storage, notes } = await opened(disk, 1)
    await notes.internals.load([
      { id: 'a', text: before, edit: '' },
      { id: 'b', text: 'other', edit: '' },
    ])
    const base = [...disk.pages.keys()]
    await edit(notes, ['a'], 'new', 'e1')
    await edit(notes, ['a'], 'newer', 'e2')
    await storage.close()
    return { base, edits: [...disk.pages.keys()].filter((key) => !base.includes(key)) }
  }

  test('lies on two small pages beside it, and ends with the receipt', async () => {
    const disk = memoryDisk()
    const { base, edits } = await edited(disk)
    expect(edits).toHaveLength(2)
    const lengths = (keys: number[]) => keys.map((key) => disk.pages.get(key)?.length ?? 0)
    expect(Math.max(...lengths(edits))).toBeLessThan(Math.min(...lengths(base)) / 5)
    const { storage, notes } = await opened(disk, 1)
    expect(notes.internals.glance('a')?.fields).toEqual({ id: 'a', text: 'newer', edit: 'e2' })
    await write(notes, ['a'], 'received', '')
    expect(edits.some((key) => disk.pages.has(key))).toBe(false)
    await storage.close()
  })

  test('is stranded where its document is damaged, and stays so until it is safe elsewhere', async () => {
    const disk = memoryDisk()
    const { base } = await edited(disk)
    harm(disk, base[0] ?? 0, 'flipped')
    const { storage, notes } = await opened(disk, 1)
    expect(storage.damage().collections).toMatchObject([{ collection: 'notes', lost: ['a', 'b'] }])
    expect(await notes.findDocumentsById(['a'], true)).toEqual([])
    const kept = [['a', { text: 'newer', edit: 'e2' }]]
    expect([...notes.internals.stranded()]).toEqual(kept)
    // The server sends another state, and somebody edits that: what is kept is no edit of it.
    expect(await notes.internals.load([{ id: 'a', text: 'later', edit: '' }])).toEqual([])
    await edit(notes, ['a'], 'typed', 'e3')
    await storage.settleDamage()
    await storage.close()
    const again = await opened(disk, 1)
    expect(again.notes.internals.glance('a')?.fields).toMatchObject({ text: 'typed', edit: 'e3' })
    expect([...again.notes.internals.stranded()]).toEqual(kept)
    await again.notes.internals.forgetStranded()
    await again.storage.close()
    const last = await opened(disk, 1)
    expect(last.notes.internals.glance('a')?.fields).toMatchObject({ text: 'typed', edit: 'e3' })
    expect(last.notes.internals.stranded().size).toBe(0)
    await last.storage.close()
  })

  test('of a document that leaves goes with it', async () => {
    const disk = memoryDisk()
    await edited(disk)
    const { storage, notes } = await opened(disk, 1)
    await notes.internals.forget((id) => id === 'a')
    await notes.internals.load([{ id: 'a', text: 'again', edit: '' }])
    await storage.close()
    const again = await opened(disk, 1)
    expect(again.notes.internals.glance('a')?.fields).toEqual({ id: 'a', text: 'again', edit: '' })
    expect(again.notes.internals.stranded().size).toBe(0)
    await again.storage.close()
  })
})
