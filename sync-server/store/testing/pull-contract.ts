import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Reach } from '../contract.ts'
import type { Subject } from './store-contract.ts'
import { everything, put, readOne } from './samples.ts'

const site1 = `site:${newId()}`
const site2 = `site:${newId()}`

export function pullContract({ store }: Subject): void {
  describe('reads of a pull', () => {
    const changes = (reach: Reach, after = 0, limit = 100) =>
      store().snapshot((read) => read.changes('cases', reach, { after, limit }))
    const range = (reach: Reach, after = '', through: string | null = null, limit = 100) =>
      store().snapshot((read) => read.range('cases', reach, { after, through, limit }))

    test('changes are those in reach: by scope, by kind, each document once, in the order of numbers', async () => {
      const [a, b, c, d] = [newId(), newId(), newId(), newId()]
      await put(store(), 'cases', [
        { id: a, scopes: [site1] },
        { id: b, scopes: [site1, site2] },
        { id: c, scopes: [site2] },
        { id: d, scopes: [site1], kind: 'other' },
      ])
      const ids = async (reach: Reach) => (await changes(reach)).map((row) => row.id)
      expect(await ids([{ kinds: ['case'], scopes: [site1] }])).toEqual([a, b])
      expect(await ids([{ kinds: ['case'], scopes: [site1, site2] }])).toEqual([a, b, c])
      expect(await ids([{ kinds: ['case', 'other'], scopes: 'all' }])).toEqual([a, b, c, d])
      expect(
        await ids([
          { kinds: ['case'], scopes: [site2] },
          { kinds: ['other'], scopes: [site1] },
        ]),
      ).toEqual([b, c, d])
      expect(await ids([{ kinds: [], scopes: 'all' }])).toEqual([])
      expect(await ids([])).toEqual([])
    })

    test('a changed document moves to the end; pages join without gap or repeat', async () => {
      const ids = Array.from({ length: 25 }, () => newId())
      await put(
        store(),
        'cases',
        ids.map((id) => ({ id })),
      )
      await put(store(), 'cases', [{ id: ids[3] ?? '' }])
      const seen: string[] = []
      let after = 0
      for (;;) {
        const page = await changes(everything, after, 10)
        if (page.length === 0) break
        seen.push(...page.map((row) => row.id))
        after = page.at(-1)?.seq ?? 0
      }
      expect(seen).toEqual([...ids.filter((_, index) => index !== 3), ids[3]])
      expect(after).toBe((await store().snapshot((read) => read.heads())).cases.seq)
    })

    test('leaving a scope is a departure for those who reach that scope, at the number of the write', async () => {
      const id = newId()
      await put(store(), 'cases', [{ id, scopes: [site1] }])
      const [moved = 0] = await put(store(), 'cases', [{ id, scopes: [site2] }])
      expect(await changes([{ kinds: ['case'], scopes: [site1] }], moved - 1)).toEqual([{ id, seq: moved }])
      expect(await changes([{ kinds: ['case'], scopes: [site2] }])).toEqual([{ id, seq: moved }])
      expect(await changes([{ kinds: ['case'], scopes: 'all' }])).toEqual([{ id, seq: moved }])
      expect(await changes([{ kinds: ['other'], scopes: [site1] }])).toEqual([])
      expect(await range([{ kinds: ['case'], scopes: [site1] }])).toEqual([])

      const [back = 0] = await put(store(), 'cases', [{ id, scopes: [site1, site2] }])
      expect(await range([{ kinds: ['case'], scopes: [site1] }])).toEqual([{ id, seq: back }])
      expect((await changes([{ kinds: ['case'], scopes: [site1] }], moved)).map((row) => row.seq)).toEqual([
        back,
      ])
    })

    test('what has a sensitivity is reached only by who says so, and leaves the others when it gets one', async () => {
      const [plain, marked] = [newId(), newId()]
      await put(store(), 'cases', [
        { id: plain, scopes: [site1] },
        { id: marked, scopes: [site1] },
      ])
      const [seq = 0] = await put(store(), 'cases', [{ id: marked, scopes: [site1, 'sensitivity:hiv'] }])
      for (const scopes of [[site1], 'all'] as const) {
        const [reach, further]: [Reach, Reach] = [
          [{ kinds: ['case'], scopes }],
          [{ kinds: ['case'], scopes, sensitive: true }],
        ]
        const count = (part: Reach) => store().snapshot((read) => read.countAfterId('cases', part, ''))
        expect((await range(reach)).map(({ id }) => id)).toEqual([plain])
        expect((await range(further)).map(({ id }) => id)).toEqual([plain, marked].toSorted())
        expect([await count(reach), await count(further)]).toEqual([1, 2])
        const only: Reach = [{ kinds: ['case'], scopes, sensitive: 'only' }]
        expect((await range(only)).map(({ id }) => id)).toEqual([marked])
        expect(await changes(reach, seq - 1)).toEqual([{ id: marked, seq }])
      }
      const [later = 0] = await put(store(), 'cases', [{ id: marked, scopes: [site1, 'sensitivity:hiv'] }])
      expect(await changes([{ kinds: ['case'], scopes: 'all' }], seq)).toEqual([])
      const [back = 0] = await put(store(), 'cases', [{ id: marked, scopes: [site1] }])
      expect(back).toBeGreaterThan(later)
      expect((await range([{ kinds: ['case'], scopes: 'all' }])).map(({ id }) => id)).toContain(marked)
      expect((await readOne(store(), { collection: 'cases', id: marked }))?.scopes).toEqual([site1])
    })

    test('a page of changes never ends behind departures that it has not read', async () => {
      const ids = Array.from({ length: 12 }, () => newId())
      await put(
        store(),
        'cases',
        ids.map((id) => ({ id, scopes: [site1] })),
      )
      await put(
        store(),
        'cases',
        ids.map((id) => ({ id, scopes: [site2] })),
      )
      await put(store(), 'cases', [{ id: newId(), scopes: [site1] }])
      const reach: Reach = [{ kinds: ['case'], scopes: [site1] }]
      const first = await changes(reach, 12, 5)
      expect(first.map((row) => row.seq)).toEqual([13, 14, 15, 16, 17])
      const rest = await changes(reach, 17, 100)
      expect(rest.map((row) => row.seq)).toEqual([18, 19, 20, 21, 22, 23, 24, 25])
    })

    test('the latest are those in reach that changed last, each once, in pages from the end', async () => {
      const ids = Array.from({ length: 7 }, () => newId())
      const [first = '', second = '', third = ''] = ids
      await put(
        store(),
        'cases',
        ids.map((id) => ({ id, scopes: [site1, site2] })),
      )
      await put(store(), 'cases', [{ id: second, scopes: [site1, site2] }])
      await put(store(), 'cases', [{ id: third, scopes: ['org'] }])
      await put(store(), 'cases', [{ id: newId(), scopes: [site1], kind: 'other' }])
      const reach: Reach = [{ kinds: ['case'], scopes: [site1, site2] }]
      const latest = (before: number | null) =>
        store().snapshot((read) => read.latest('cases', reach, { before, limit: 4 }))
      const page = await latest(null)
      const rest = await latest(page.at(-1)?.seq ?? 0)
      const stayed = ids.slice(3).toReversed()
      expect([...page, ...rest].map(({ id }) => id)).toEqual([second, ...stayed, first])
      expect(page).toHaveLength(4)
      expect(await latest(rest.at(-1)?.seq ?? 0)).toEqual([])
    })

    test('a range is by id in code units, bounded on both sides, with counts for progress', async () => {
      const ids = Array.from({ length: 6 }, () => newId()).toSorted()
      await put(
        store(),
        'cases',
        ids.toReversed().map((id) => ({ id })),
      )
      const found = await range(everything, ids[0], ids[4])
      expect(found.map((row) => row.id)).toEqual(ids.slice(1, 5))
      expect((await range(everything, '', null, 2)).map((row) => row.id)).toEqual(ids.slice(0, 2))
      await store().snapshot(async (read) => {
        expect(await read.countAfterId('cases', everything, ids[1] ?? '')).toBe(4)
        expect(await read.countAfterSeq('cases', everything, 2)).toBe(4)
        expect(await read.countAfterId('tasks', everything, '')).toBe(0)
      })
    })

    test('a snapshot does not see what is committed while it runs', async () => {
      await put(store(), 'cases', [{ id: newId() }])
      await store().snapshot(async (read) => {
        const before = await read.heads()
        await put(store(), 'cases', [{ id: newId() }])
        expect((await read.heads()).cases).toEqual(before.cases)
        expect(await read.changes('cases', everything, { after: 0, limit: 10 })).toHaveLength(1)
        // A single read elsewhere waits for no snapshot.
        expect(await store().access.users()).toEqual([])
      })
      expect(await changes(everything)).toHaveLength(2)
    })
  })
}
