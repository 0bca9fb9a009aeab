import { afterEach, describe, expect, test } from 'vitest'
import type { Id } from '#app/kernel/index.ts'
import { closeLaptops, laptop, settledCase } from '../testing/laptops.ts'
import { reached, seen } from '../testing/replica-on-memory.ts'
import type { Laptop } from '../testing/replica-on-memory.ts'

// Whatever somebody does to the disk of a locked copy, who has no key: at the next unlock the person is told what was done,
// all that is sound is there, and once the server was reached everything is as it was, on the disk, too.

afterEach(closeLaptops)

type Bytes = Uint8Array<ArrayBuffer>
type Content = { readonly head: Bytes | null; readonly pages: ReadonlyMap<number, Bytes> }

type Disks = {
  readonly now: Content
  /** The same disk some writes before. */
  readonly past: Content
  /** The disk of another laptop, on which the same was done. */
  readonly strange: Content
}

/** Each disk that a harm can leave behind, one after the other. */
type Harm = { readonly told: RegExp; readonly left: (disks: Disks) => Content[] }

const flipped = (page: Bytes): Bytes => page.with(page.length - 1, (page.at(-1) ?? 0) ^ 1)

/** With another page in the place of each, one after the other. */
function eachInstead({ head, pages }: Content, other: (page: Bytes, at: number) => Bytes): Content[] {
  return [...pages].map(([key, page], at) => ({ head, pages: new Map(pages).set(key, other(page, at)) }))
}

/** Enough where others have been at every page. */
function every(nth: number, disks: readonly Content[]): Content[] {
  return disks.filter((_, index) => index % nth === 0)
}

const at = <Of>(list: Iterable<Of>, index: number): Of => {
  const all = [...list]
  const found = all[index % all.length]
  if (found === undefined) throw new Error('there is nothing')
  return found
}

const harms: Readonly<Record<string, Harm>> = {
  'a flipped byte': {
    told: /changed/,
    left: ({ now }) => eachInstead(now, flipped),
  },
  'a page that is cut off': {
    told: /changed/,
    left: ({ now }) =>
      every(
        3,
        eachInstead(now, (page) => page.slice(0, -9)),
      ),
  },
  'a missing page': {
    told: /missing/,
    left: ({ now: { head, pages } }) =>
      [...pages.keys()].map((lost) => ({
        head,
        pages: new Map([...pages].filter(([key]) => key !== lost)),
      })),
  },
  'two pages that are swapped': {
    told: /changed/,
    left: ({ now: { head, pages } }) =>
      [...pages.keys()].map((key, index) => {
        const other = at(pages.keys(), index + 1)
        const [one, two] = [pages.get(key), pages.get(other)]
        if (one === undefined || two === undefined) throw new Error('no such page')
        return { head, pages: new Map(pages).set(key, two).set(other, one) }
      }),
  },
  'a page of another laptop': {
    told: /changed/,
    left: ({ now, strange }) =>
      every(
        3,
        eachInstead(now, (_page, index) => at(strange.pages.values(), index)),
      ),
  },
  'a page that is replayed': {
    told: /from the past/,
    left: ({ now: { head, pages }, past }) =>
      [...past.pages]
        .filter(([key]) => !pages.has(key))
        .map(([key, page]) => ({ head, pages: new Map(pages).set(key, page) })),
  },
  'a part that is put back': {
    told: /different times/,
    left: ({ now, past }) => [
      { head: past.head, pages: now.pages },
      { head: past.head, pages: new Map([...past.pages, ...now.pages]) },
    ],
  },
}

function contentOf({ disk }: Laptop): Content {
  return { head: disk.head?.slice() ?? null, pages: new Map(disk.pages) }
}

function lay({ disk }: Laptop, { head, pages }: Content): void {
  disk.head = head?.slice() ?? null
  disk.pages.clear()
  for (const [key, page] of pages) disk.pages.set(key, page.slice())
}

/** A closed laptop with two records that the server has, and its disk before the second came. */
async function lived(): Promise<{ made: Laptop; ids: Id[]; past: Content }> {
  const made = laptop()
  const first = await settledCase(made, await made.open())
  await made.close()
  const past = contentOf(made)
  const replica = await made.open()
  const second = await settledCase(made, replica)
  await replica.update('cases', first, { description: 'after' })
  await seen(replica, 'cases', first, (view) => view?.edit === '')
  await reached(replica, 'done')
  await made.close()
  return { made, ids: [first, second], past }
}

/** What the person is told from the opening on, and how the records are once all is level with the server. */
async function opened(made: Laptop, ids: readonly Id[]) {
  const replica = await made.open()
  const told = new Set<string>()
  const telling = replica.status$.subscribe(({ problem }) => {
    if (problem !== null) told.add(`${problem.code}: ${String(problem.facts['what'])}`)
  })
  await reached(replica, 'done')
  const records = await Promise.all(ids.map((id) => replica.get('cases', id)))
  telling.unsubscribe()
  await made.close()
  return { told: [...told], records }
}

describe('told, and healed:', () => {
  test.each(Object.entries(harms))(
    '%s',
    async (_what, { told, left }) => {
      const { made, ids, past } = await lived()
      const strange = contentOf((await lived()).made)
      const records = ids.map((id) => made.server.get('cases', id))
      const disks = left({ now: contentOf(made), past, strange })
      expect(disks.length).toBeGreaterThan(0)
      for (const disk of disks) {
        lay(made, disk)
        const after = await opened(made, ids)
        expect(after.records).toEqual(records)
        expect(after.told.join()).toMatch(told)
        expect(after.told.every((one) => one.startsWith('replica.damaged: '))).toBe(true)
        expect(await opened(made, ids)).toEqual({ told: [], records })
      }
    },
    60_000,
  )
})
