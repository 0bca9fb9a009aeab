import { getSortComparator, normalizeMangoQuery } from 'rxdb'
import type { MangoQuery } from 'rxdb'
import {
  find,
  goneOf,
  idsOf,
  itemOf,
  itemSchema,
  numbered,
  prepared,
  preparedWithDeleted,
  put,
  same,
} from './stage.ts'
import type { ContractCase, Instance, StoredItem } from './stage.ts'

/** Six items whose answers can be told by looking: text and size by id, and one of them deleted. */
async function fill(items: Instance): Promise<void> {
  const rows: readonly [string, string, number][] = [
    ['a', 'plum', 30],
    ['b', 'fig', 10],
    ['c', 'plum', 20],
    ['d', 'apple', 10],
    ['e', 'Äpfel', 50],
  ]
  await put(
    items,
    rows.map(([id, text, size]) => itemOf({ id, text, size, more: { tags: [text, 'fruit'], of: { size } } })),
  )
  const gone = itemOf({ id: 'x', text: 'plum', size: 40 })
  await put(items, [gone])
  await put(items, [{ previous: gone, document: goneOf(gone) }])
}

/** Queries, and the ids that they answer, in their order. */
const answers: Readonly<Record<string, readonly [MangoQuery<StoredItem>, readonly string[]]>> = {
  'all, by key': [{ selector: {}, sort: [{ id: 'asc' }] }, ['a', 'b', 'c', 'd', 'e']],
  'all, by key backwards': [{ selector: {}, sort: [{ id: 'desc' }] }, ['e', 'd', 'c', 'b', 'a']],
  $eq: [{ selector: { text: { $eq: 'plum' } }, sort: [{ id: 'asc' }] }, ['a', 'c']],
  $ne: [{ selector: { text: { $ne: 'plum' } }, sort: [{ id: 'asc' }] }, ['b', 'd', 'e']],
  '$gt and $lte': [{ selector: { size: { $gt: 10, $lte: 30 } }, sort: [{ id: 'asc' }] }, ['a', 'c']],
  '$gte and $lt': [{ selector: { size: { $gte: 10, $lt: 30 } }, sort: [{ id: 'asc' }] }, ['b', 'c', 'd']],
  $in: [{ selector: { id: { $in: ['e', 'x', 'b', 'none'] } }, sort: [{ id: 'asc' }] }, ['b', 'e']],
  $nin: [{ selector: { text: { $nin: ['plum', 'fig'] } }, sort: [{ id: 'asc' }] }, ['d', 'e']],
  $or: [{ selector: { $or: [{ text: 'fig' }, { size: { $gt: 40 } }] }, sort: [{ id: 'asc' }] }, ['b', 'e']],
  $and: [{ selector: { $and: [{ text: 'plum' }, { size: { $lt: 30 } }] }, sort: [{ id: 'asc' }] }, ['c']],
  $not: [{ selector: { size: { $not: { $gt: 10 } } }, sort: [{ id: 'asc' }] }, ['b', 'd']],
  $regex: [{ selector: { text: { $regex: '^(pl|fi)' } }, sort: [{ id: 'asc' }] }, ['a', 'b', 'c']],
  $exists: [{ selector: { more: { $exists: true } }, sort: [{ id: 'asc' }] }, ['a', 'b', 'c', 'd', 'e']],
  'a member of a member': [{ selector: { 'more.of.size': { $eq: 20 } } } as MangoQuery<StoredItem>, ['c']],
  $elemMatch: [
    { selector: { 'more.tags': { $elemMatch: { $eq: 'fig' } } } } as MangoQuery<StoredItem>,
    ['b'],
  ],
  'nothing fits': [{ selector: { text: { $eq: 'none' } } }, []],
  'sorted by two fields': [
    { selector: {}, sort: [{ text: 'asc' }, { size: 'asc' }] },
    ['d', 'b', 'c', 'a', 'e'],
  ],
  'sorted in two directions': [
    { selector: {}, sort: [{ size: 'desc' }, { id: 'asc' }] },
    ['e', 'a', 'c', 'b', 'd'],
  ],
  'equals are sorted by key': [{ selector: {}, sort: [{ size: 'asc' }] }, ['b', 'd', 'c', 'a', 'e']],
  'skip and limit': [{ selector: {}, sort: [{ id: 'asc' }], skip: 1, limit: 2 }, ['b', 'c']],
  'skip past the end': [{ selector: {}, sort: [{ id: 'asc' }], skip: 9, limit: 2 }, []],
  'limit with a sort that no index has': [{ selector: {}, sort: [{ size: 'asc' }], limit: 2 }, ['b', 'd']],
}

const queries: readonly ContractCase[] = Object.entries(answers).map(([what, [query, expected]]) => ({
  name: `query: ${what}`,
  async run(stage) {
    const items = await stage.open()
    await fill(items)
    same(await idsOf(items, query), expected, what)
    if (stage.restart === null) return
    await stage.restart()
    same(await idsOf(await stage.open(), query), expected, `${what}, after a restart`)
  },
}))

/** Reading: by key, by query, by counting. */
export const reading: readonly ContractCase[] = [
  ...queries,
  {
    name: 'query: what was written last is what is found, by the old value no more',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a', text: 'before' })
      await put(items, [first])
      await put(items, [{ previous: first, document: itemOf({ id: 'a', text: 'after' }, first) }])
      const found = [
        await idsOf(items, { selector: { text: { $eq: 'before' } } }),
        await idsOf(items, { selector: { text: { $eq: 'after' } } }),
      ]
      same(found, [[], ['a']], 'found')
    },
  },
  {
    name: 'query: many documents, in order, page by page',
    async run(stage) {
      const items = await stage.open()
      const all = numbered(700, (at) => ({ text: `t${at % 7}`, size: at % 13 }))
      await put(items, all)
      const sort: MangoQuery<StoredItem>['sort'] = [{ text: 'asc' }, { size: 'desc' }, { id: 'asc' }]
      const whole = await idsOf(items, { selector: {}, sort })
      const pages: string[] = []
      for (let skip = 0; skip < 700; skip += 90) {
        pages.push(...(await idsOf(items, { selector: {}, sort, skip, limit: 90 })))
      }
      same(pages, whole, 'the pages together')
      same(new Set(whole).size, 700, 'documents')
    },
  },
  {
    name: 'query: the order is the one of RxDB, which keeps live queries by it',
    async run(stage) {
      const items = await stage.open()
      await put(
        items,
        numbered(60, (at) => ({ text: `t${(at * 7) % 5}`, size: (at * 11) % 6 })),
      )
      const sorts: readonly MangoQuery<StoredItem>['sort'][] = [
        [{ id: 'asc' }],
        [{ text: 'asc' }],
        [{ size: 'desc' }],
        [{ text: 'desc' }, { size: 'asc' }],
      ]
      for (const sort of sorts) {
        const query = normalizeMangoQuery<StoredItem>(itemSchema(), { selector: {}, ...(sort && { sort }) })
        const { documents } = await items.query(preparedWithDeleted(query))
        const sorted = documents.toReversed().toSorted(getSortComparator(itemSchema(), query))
        const ids = (some: readonly StoredItem[]) => some.map(({ id }) => id)
        same([documents.length, ids(documents)], [60, ids(sorted)], JSON.stringify(sort))
      }
    },
  },
  {
    name: 'query: by an index over a member of a member',
    async run(stage) {
      const schema = itemSchema()
      const within = {
        type: 'object',
        properties: { ward: { type: 'string', maxLength: 20 } },
        required: ['ward'],
      } as const
      const items = await stage.open('placed', 0, {
        ...schema,
        properties: { ...schema.properties, more: within },
        required: [...(schema.required ?? []), 'more'],
        indexes: [['_deleted', 'more.ward', 'id']],
      })
      await put(
        items,
        ['north', 'south', 'north'].map((ward, at) => itemOf({ id: `i${at}`, more: { ward } })),
      )
      const asked = { selector: { 'more.ward': 'north' }, sort: [{ 'more.ward': 'asc' }, { id: 'asc' }] }
      same(await idsOf(items, asked as MangoQuery<StoredItem>), ['i0', 'i2'], 'found')
    },
  },
  {
    name: 'query and count: what is deleted is left out by who asks, and not by the storage',
    async run(stage) {
      const items = await stage.open()
      await fill(items)
      const all = preparedWithDeleted({ selector: {}, sort: [{ id: 'asc' }] })
      const { documents } = await items.query(all)
      same(
        documents.map(({ id }) => id),
        ['a', 'b', 'c', 'd', 'e', 'x'],
        'found',
      )
      same((await items.count(all)).count, 6, 'counted')
    },
  },
  {
    name: 'findDocumentsById answers what is there, once each, and tombstones where they are asked for',
    async run(stage) {
      const items = await stage.open()
      await fill(items)
      const ids = async (withDeleted: boolean) =>
        (await find(items, ['c', 'x', 'none', 'a'], withDeleted)).map(({ id }) => id).toSorted()
      same(
        [await ids(false), await ids(true)],
        [
          ['a', 'c'],
          ['a', 'c', 'x'],
        ],
        'found',
      )
      same(await find(items, []), [], 'found of nothing')
      const [gone] = await find(items, ['x'], true)
      same([gone?._deleted, gone?.text, gone?.size], [true, 'plum', 40], 'the tombstone')
    },
  },
  {
    name: 'count counts what a query finds, without the deleted',
    async run(stage) {
      const items = await stage.open()
      const count = async (selector: MangoQuery<StoredItem>['selector']) =>
        (await items.count(prepared(selector === undefined ? {} : { selector }))).count
      same(await count({ text: { $gte: '' } }), 0, 'of nothing')
      await fill(items)
      same(await count({ text: { $gte: '' } }), 5, 'all')
      same(await count({ text: { $eq: 'plum' } }), 2, 'plums')
    },
  },
]
