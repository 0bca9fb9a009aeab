import { find, goneOf, heard, itemOf, numbered, put, same, since, write } from './stage.ts'
import type { ContractCase, Instance, StoredItem } from './stage.ts'

/** What is told of changes: as they happen, and afterwards from a checkpoint on. */
export const changes: readonly ContractCase[] = [
  {
    name: 'the change stream has told of a write when the write is answered',
    async run(stage) {
      const items = await stage.open()
      const bulks = heard(items)
      const first = itemOf({ id: 'a' })
      await put(items, [first], 'one')
      same([bulks.length, bulks[0]?.events.length, bulks[0]?.context], [1, 1, 'one'], 'bulks')
      same(bulks[0]?.events[0]?.documentData, first, 'the document')
    },
  },
  {
    name: 'the change stream tells inserts, updates, deletes and returns, with the state before',
    async run(stage) {
      const items = await stage.open()
      const bulks = heard(items)
      const first = itemOf({ id: 'a', text: 'first' })
      const second = itemOf({ id: 'a', text: 'second' }, first)
      const gone = goneOf(second)
      const back = itemOf({ id: 'a', text: 'back' }, gone)
      await put(items, [first])
      await put(items, [{ previous: first, document: second }])
      await put(items, [{ previous: second, document: gone }])
      await put(items, [{ previous: gone, document: back }])
      const told = bulks.flatMap(({ events }) => events)
      same(
        told.map(({ operation, documentId }) => [operation, documentId]),
        [
          ['INSERT', 'a'],
          ['UPDATE', 'a'],
          ['DELETE', 'a'],
          ['INSERT', 'a'],
        ],
        'operations',
      )
      same(told[1]?.previousDocumentData, first, 'the state before the update')
      same(told[2]?.previousDocumentData, second, 'the state before the delete')
    },
  },
  {
    name: 'the change stream keeps the order of the writes, also of those that are not waited for',
    async run(stage) {
      const items = await stage.open()
      const bulks = heard(items)
      const all = numbered(30)
      await Promise.all(all.map((item, at) => write(items, [item], `write ${at}`)))
      same(
        bulks.map(({ context, events }) => [context, events.map(({ documentId }) => documentId)]),
        all.map(({ id }, at) => [`write ${at}`, [id]]),
        'bulks',
      )
      same(new Set(bulks.map(({ id }) => id)).size, 30, 'names of bulks')
    },
  },
  {
    name: 'of a bulk with conflicts the change stream tells what was written',
    async run(stage) {
      const items = await stage.open()
      await put(items, [itemOf({ id: 'b' })])
      const bulks = heard(items)
      await write(items, [itemOf({ id: 'a' }), itemOf({ id: 'b' }), itemOf({ id: 'c' })])
      same(
        bulks.flatMap(({ events }) => events.map(({ documentId }) => documentId)),
        ['a', 'c'],
        'told',
      )
    },
  },
  {
    name: 'from the checkpoint of a change on, nothing comes that was told up to it, and all that comes after',
    async run(stage) {
      const items = await stage.open()
      const bulks = heard(items)
      for (const item of numbered(12)) await put(items, [item])
      for (const [at, { checkpoint }] of bulks.entries()) {
        const rest = await since(items, 100, checkpoint)
        same(
          rest.ids,
          numbered(12)
            .slice(at + 1)
            .map(({ id }) => id),
          `after change ${at}`,
        )
      }
    },
  },
  {
    name: 'getChangedDocumentsSince pages through everything once, in the order of the writes',
    async run(stage) {
      const items = await stage.open()
      await put(items, numbered(40))
      same(
        await walk(items, 7),
        numbered(40).map(({ id }) => id),
        'the walk',
      )
      same(await walk(items, 40), await walk(items, 1), 'the walk by other pages')
    },
  },
  {
    name: 'getChangedDocumentsSince gives a document once, where it was changed last',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a' })
      await put(items, [first, itemOf({ id: 'b' })])
      let held: StoredItem = first
      for (let round = 0; round < 5; round += 1) {
        const next = itemOf({ id: 'a', text: `t${round}` }, held)
        await put(items, [{ previous: held, document: next }])
        held = next
      }
      same(await walk(items, 10), ['b', 'a'], 'the walk')
      await put(items, [{ previous: held, document: goneOf(held) }])
      same(await walk(items, 10), ['b', 'a'], 'the walk with a tombstone')
    },
  },
  {
    name: 'getChangedDocumentsSince: a checkpoint without news is given back as it is',
    async run(stage) {
      const items = await stage.open()
      await put(items, numbered(3))
      const { checkpoint } = await since(items, 10)
      same(await since(items, 10, checkpoint), { ids: [], checkpoint }, 'no news')
      const late = itemOf({ id: 'late' })
      await put(items, [late])
      same((await since(items, 10, checkpoint)).ids, ['late'], 'news')
    },
  },
  {
    name: 'getChangedDocumentsSince misses nothing that is written while somebody pages',
    async run(stage) {
      const items = await stage.open()
      const seen: string[] = []
      let checkpoint: unknown
      for (let round = 0; round < 10; round += 1) {
        await put(items, numbered(20).slice(round * 2, round * 2 + 2))
        const page = await since(items, 1, checkpoint)
        seen.push(...page.ids)
        checkpoint = page.checkpoint
      }
      seen.push(...(await since(items, 100, checkpoint)).ids)
      same(
        seen,
        numbered(20).map(({ id }) => id),
        'seen',
      )
    },
  },
  {
    name: 'a checkpoint holds over a restart',
    restarts: true,
    async run(stage) {
      const items = await stage.open()
      await put(items, numbered(10))
      const { checkpoint } = await since(items, 6)
      await stage.restart?.()
      const again = await stage.open()
      same(
        (await since(again, 10, checkpoint)).ids,
        numbered(10)
          .slice(6)
          .map(({ id }) => id),
        'the rest',
      )
      await put(again, [itemOf({ id: 'late' })])
      same((await since(again, 100, checkpoint)).ids.at(-1), 'late', 'the last')
    },
  },
  {
    name: 'cleanup takes tombstones that are old enough, and nothing else',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a' })
      const gone = goneOf(first)
      await put(items, [first, itemOf({ id: 'b' })])
      await put(items, [{ previous: first, document: gone }])
      while (!(await items.cleanup(Date.now()))) await Promise.resolve()
      same((await find(items, ['a', 'b'], true)).length, 2, 'tombstones that are young')
      while (!(await items.cleanup(0))) await Promise.resolve()
      same(
        (await find(items, ['a', 'b'], true)).map(({ id }) => id),
        ['b'],
        'what is left',
      )
      same(await walk(items, 10), ['b'], 'changes that are left')
      await put(items, [itemOf({ id: 'a', text: 'new' })])
      same(
        (await find(items, ['a'])).map(({ text }) => text),
        ['new'],
        'the next of that name',
      )
    },
  },
]

async function walk(items: Instance, limit: number): Promise<string[]> {
  const ids: string[] = []
  let checkpoint: unknown
  for (;;) {
    const page = await since(items, limit, checkpoint)
    if (page.ids.length === 0) return ids
    ids.push(...page.ids)
    checkpoint = page.checkpoint
  }
}
