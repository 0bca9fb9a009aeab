import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeOf, newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import type { MemoryDisk } from '../testing/memory-disk.ts'
import { noteOf, openNotes } from '../testing/storage-instance.ts'
import type { NoteInstance } from '../testing/storage-instance.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { openEncryptedStorage } from './index.ts'
import type { EncryptedStorage } from './index.ts'

// Whoever has the disk and no key changes it while the replica is closed, knowing all its past states and those of
// another device. Whatever they do: it is noticed, nothing is shown that was never written, what is sound stays, and
// after settling the disk is sound again. What a whole past state put back is, only the server can tell (e2e/older-copy).

const replicaId = newId()
const keys = await storageKeys()
const other = { replicaId: newId(), keys: await storageKeys() }
const collections = ['notes', 'visits'] as const

type Content = {
  readonly head: Uint8Array<ArrayBuffer> | null
  readonly pages: ReadonlyMap<number, Uint8Array<ArrayBuffer>>
}

const contentOf = ({ head, pages }: MemoryDisk): Content => ({
  head: head?.slice() ?? null,
  pages: new Map(pages),
})

function load(disk: MemoryDisk, { head, pages }: Content): void {
  disk.head = head?.slice() ?? null
  disk.pages.clear()
  for (const [key, page] of pages) disk.pages.set(key, page.slice())
}

async function opened(
  disk: MemoryDisk,
  owner: { replicaId: string; keys: typeof keys } = { replicaId, keys },
) {
  const storage = await openEncryptedStorage({ pageStore: disk.open(), ...owner })
  const instances = await Promise.all(collections.map((name) => openNotes(storage, name)))
  return { storage, instances }
}

async function write(notes: NoteInstance, ids: readonly string[], text: string): Promise<void> {
  const held = new Map((await notes.findDocumentsById([...ids], true)).map((note) => [note.id, note]))
  const rows = ids.map((id) => {
    const previous = held.get(id)
    const document = noteOf({ id, text }, previous)
    return previous === undefined ? { document } : { previous, document }
  })
  await notes.bulkWrite(rows, 'test')
}

type Shown = ReadonlyMap<string, string>
const ids = Array.from({ length: 8 }, (_, at) => `n${at}`)

async function shown(instances: readonly NoteInstance[]): Promise<Shown> {
  const found = await Promise.all(
    instances.map(async (notes, at) =>
      (await notes.findDocumentsById(ids, false)).map(
        ({ id, text }) => [`${collections[at]}/${id}`, text] as const,
      ),
    ),
  )
  return new Map(found.flat())
}

const isSound = (storage: EncryptedStorage) => storage.damage().pages === 0 && !storage.damage().head

const batch = fc.record({ into: fc.nat(1), ids: fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }) })
const batches = fc.array(batch, { minLength: 1, maxLength: 8 })

/** A disk's life: its content after each batch, what it showed then, and everything that was ever written. */
async function lived(story: readonly { into: number; ids: string[] }[], owner = { replicaId, keys }) {
  const disk = memoryDisk()
  const past: Content[] = []
  const written = new Set<string>()
  const { storage, instances } = await opened(disk, owner)
  let now: Shown = new Map()
  for (const [at, { into, ids: some }] of story.entries()) {
    const notes = instances[into]
    if (notes === undefined) throw new Error('no such collection')
    await write(notes, some, `text ${at}`)
    for (const id of some) written.add(`${collections[into]}/${id}=text ${at}`)
    now = await shown(instances)
    past.push(contentOf(disk))
  }
  await storage.close()
  return { disk, past, written, now, present: contentOf(disk) }
}

/** What an attacker does to the present, with the past and a stranger's disk at hand. */
type Harm =
  | {
      readonly how: 'flip' | 'truncate' | 'remove' | 'replay' | 'foreign' | 'swap'
      readonly page: number
      readonly at: number
    }
  | { readonly how: 'head'; readonly at: number }
  | { readonly how: 'partial'; readonly at: number; readonly keep: readonly boolean[] }

const harm: fc.Arbitrary<Harm> = fc.oneof(
  fc.record({
    how: fc.constantFrom(
      'flip' as const,
      'truncate' as const,
      'remove' as const,
      'replay' as const,
      'foreign' as const,
      'swap' as const,
    ),
    page: fc.nat(30),
    at: fc.nat(4000),
  }),
  fc.record({ how: fc.constant('head' as const), at: fc.nat(10) }),
  fc.record({
    how: fc.constant('partial' as const),
    at: fc.nat(10),
    keep: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
  }),
)

function harmed(
  { past, present }: { past: readonly Content[]; present: Content },
  stranger: Content,
  what: Harm,
): Content {
  const pages = new Map(present.pages)
  const older = past[what.at % past.length] ?? present
  if (what.how === 'head') return { head: older.head, pages }
  if (what.how === 'partial') {
    // A rollback of some pages and not of others, beside the head of one of the two times.
    const all = [...new Map([...older.pages, ...present.pages])]
    const kept = all.filter((_, at) => what.keep[at % what.keep.length])
    return { head: what.keep[0] === true ? present.head : older.head, pages: new Map(kept) }
  }
  const names = [...pages.keys()]
  const key = names[what.page % names.length]
  const page = pages.get(key ?? -1)
  if (key === undefined || page === undefined || page.length === 0) return { head: present.head, pages }
  const gone = [...older.pages].filter(([name]) => !pages.has(name))
  switch (what.how) {
    case 'flip':
      pages.set(key, page.with(what.at % page.length, (page[what.at % page.length] ?? 0) ^ 1))
      break
    case 'truncate':
      pages.set(key, page.slice(0, what.at % page.length))
      break
    case 'remove':
      pages.delete(key)
      break
    case 'replay':
      // A page of the past under its own name, or, where none is gone, in the place of another.
      for (const [name, bytes] of gone.slice(0, 1)) pages.set(name, bytes)
      break
    case 'foreign':
      pages.set(key, [...stranger.pages.values()][what.at % stranger.pages.size] ?? page)
      break
    case 'swap': {
      const [second = key] = names.filter((name) => name !== key)
      pages.set(key, pages.get(second) ?? page).set(second, page)
      break
    }
  }
  return { head: present.head, pages }
}

function isSame(a: Content, b: Content): boolean {
  const bytes = (content: Content) =>
    JSON.stringify([
      content.head && [...content.head],
      [...content.pages].toSorted(([a], [b]) => a - b).map(([key, page]) => [key, [...page]]),
    ])
  return bytes(a) === bytes(b)
}

test('whatever is done to the disk is noticed, spreads to nothing else, and is settled', async () => {
  await fc.assert(
    fc.asyncProperty(
      batches,
      batches,
      fc.array(harm, { minLength: 1, maxLength: 3 }),
      async (story, strange, harms) => {
        const life = await lived(story)
        const stranger = (await lived(strange, other)).present
        const changed = harms.reduce(
          (present, what) => harmed({ ...life, present }, stranger, what),
          life.present,
        )
        const isWhole = [...life.past, life.present].some((state) => isSame(state, changed))
        // An empty disk is no replica any more: its header is all that is left of it.
        if (isWhole || (changed.head === null && changed.pages.size === 0)) return
        const { disk } = life
        load(disk, changed)
        const before = contentOf(disk)
        const first = await opened(disk).catch(codeOf)
        if (typeof first === 'string') {
          expect(first).toBe('replica.damaged')
          expect(isSame(contentOf(disk), before)).toBe(true)
          return
        }
        const { storage, instances } = first
        expect(isSound(storage)).toBe(false)
        const held = await shown(instances)
        for (const [place, text] of held) expect(life.written).toContain(`${place}=${text}`)
        // What lies on untouched pages only is as it was, unless the report says otherwise.
        const named = new Set(
          storage
            .damage()
            .collections.flatMap(({ collection, lost, outdated, complete }) =>
              complete
                ? [...lost, ...outdated].map((id) => `${collection}/${id}`)
                : ids.map((id) => `${collection}/${id}`),
            ),
        )
        // A head of the past can't name what it does not know: that is why everything is compared after any damage.
        const knows = !storage.damage().head && changed.head?.join() === life.present.head?.join()
        for (const [place, text] of life.now) {
          if (knows && !named.has(place)) expect(held.get(place)).toBe(text)
        }
        await storage.settleDamage()
        await storage.close()
        const second = await opened(disk)
        expect(isSound(second.storage)).toBe(true)
        expect(await shown(second.instances)).toEqual(held)
        await second.storage.close()
      },
    ),
    { numRuns: 150 },
  )
})

test('a profile of another device does not open, and is left as it is', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (story) => {
      const { disk } = await lived(story, other)
      const before = contentOf(disk)
      await expect(opened(disk, { replicaId: other.replicaId, keys })).rejects.toMatchObject({
        code: 'replica.damaged',
      })
      await expect(opened(disk, { replicaId, keys: other.keys })).rejects.toMatchObject({
        code: 'replica.damaged',
      })
      expect(isSame(contentOf(disk), before)).toBe(true)
    }),
    { numRuns: 10 },
  )
})
