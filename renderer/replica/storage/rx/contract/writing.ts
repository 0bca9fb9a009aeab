import { find, goneOf, heard, idsOf, itemOf, numbered, put, same, write } from './stage.ts'
import type { ContractCase, StoredItem } from './stage.ts'

/** Writing: what is accepted, what is a conflict, and what a conflict says. */
export const writing: readonly ContractCase[] = [
  {
    name: 'a document is read back as it was written',
    async run(stage) {
      const items = await stage.open()
      const item = itemOf({ id: 'a' })
      await put(items, [structuredClone(item)])
      same(await find(items, ['a']), [item], 'the document')
    },
  },
  {
    name: 'an insert of what is there is a conflict, which shows what is there and what was to be written',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a', text: 'first' })
      await put(items, [first])
      const second = itemOf({ id: 'a', text: 'second' })
      const { error } = await items.bulkWrite([{ document: second }], 'contract')
      const [conflict] = error
      same([error.length, conflict?.status, conflict?.documentId], [1, 409, 'a'], 'the conflict')
      same(conflict && 'documentInDb' in conflict && conflict.documentInDb, first, 'what is there')
      same(conflict?.writeRow.document, second, 'what was to be written')
    },
  },
  {
    name: 'of two inserts of one document at once, the first is written and the second is a conflict',
    async run(stage) {
      const items = await stage.open()
      const [first, second] = await Promise.all([
        write(items, [itemOf({ id: 'a', text: 'first' })]),
        write(items, [itemOf({ id: 'a', text: 'second' })]),
      ])
      same([first.ids, second.statuses], [[], [409]], 'conflicts')
      same(
        (await find(items, ['a'])).map(({ text }) => text),
        ['first'],
        'what is kept',
      )
    },
  },
  {
    name: 'an update of another state than the one that is there is a conflict',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a', text: 'first' })
      const second = itemOf({ id: 'a', text: 'second' }, first)
      await put(items, [first])
      await put(items, [{ previous: first, document: second }])
      const late = itemOf({ id: 'a', text: 'late' }, first)
      same((await write(items, [{ previous: first, document: late }])).statuses, [409], 'conflicts')
      same(
        (await find(items, ['a'])).map(({ text }) => text),
        ['second'],
        'what is kept',
      )
    },
  },
  {
    name: 'a bulk with conflicts writes the rest, and answers each conflict once',
    async run(stage) {
      const items = await stage.open()
      await put(items, [itemOf({ id: 'b' }), itemOf({ id: 'd' })])
      const bulk = ['a', 'b', 'c', 'd', 'e'].map((id) => itemOf({ id, text: 'new' }))
      const { ids, statuses } = await write(items, bulk)
      same(
        [ids.toSorted(), statuses],
        [
          ['b', 'd'],
          [409, 409],
        ],
        'conflicts',
      )
      const kept = await idsOf(items, { selector: { text: { $eq: 'new' } }, sort: [{ id: 'asc' }] })
      same(kept, ['a', 'c', 'e'], 'what was written')
    },
  },
  {
    name: 'a bulk of conflicts only writes nothing, and the change stream is silent',
    async run(stage) {
      const items = await stage.open()
      await put(items, [itemOf({ id: 'a' })])
      const bulks = heard(items)
      same((await write(items, [itemOf({ id: 'a' })])).statuses, [409], 'conflicts')
      same(bulks.length, 0, 'bulks of changes')
    },
  },
  {
    name: 'a deleted document comes back only for who knows its last state',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a' })
      const gone = goneOf(first)
      await put(items, [first])
      await put(items, [{ previous: first, document: gone }])
      same((await write(items, [itemOf({ id: 'a', text: 'unknowing' })])).statuses, [409], 'conflicts')
      await put(items, [{ previous: gone, document: itemOf({ id: 'a', text: 'back' }, gone) }])
      same(
        (await find(items, ['a'])).map(({ text }) => text),
        ['back'],
        'what is kept',
      )
    },
  },
  {
    name: 'a deleted document can change and stay deleted',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a' })
      const gone = goneOf(first)
      const changed = { ...goneOf(gone), text: 'changed' }
      await put(items, [first])
      await put(items, [{ previous: first, document: gone }])
      await put(items, [{ previous: gone, document: changed }])
      same(await find(items, ['a']), [], 'what is there')
      same(await find(items, ['a'], true), [changed], 'the tombstone')
    },
  },
  {
    name: 'a tombstone can be the first that is written of a document',
    async run(stage) {
      const items = await stage.open()
      await put(items, [goneOf(itemOf({ id: 'a' }))])
      same((await find(items, ['a'])).length, 0, 'what is there')
      same((await find(items, ['a'], true)).length, 1, 'tombstones')
    },
  },
  {
    name: 'a field that an update leaves out is gone',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a', more: { one: 1 } })
      const second = itemOf({ id: 'a' }, first)
      await put(items, [first])
      await put(items, [{ previous: first, document: second }])
      same(await find(items, ['a']), [second], 'the document')
    },
  },
  {
    name: 'a write may change nothing but what RxDB keeps with the document',
    async run(stage) {
      const items = await stage.open()
      let held: StoredItem = itemOf({ id: 'a' })
      await put(items, [held])
      for (let round = 1; round <= 3; round += 1) {
        const next = itemOf({ id: 'a' }, held)
        await put(items, [{ previous: held, document: next }])
        held = next
      }
      same((await find(items, ['a']))[0]?._rev.split('-')[0], '4', 'height of the revision')
    },
  },
  {
    name: 'a write may be several revisions ahead of what is there',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a' })
      const second = itemOf({ id: 'a' }, first)
      const third = itemOf({ id: 'a', text: 'third' }, itemOf({ id: 'a' }, second))
      await put(items, [first])
      await put(items, [{ previous: first, document: third }])
      same(await find(items, ['a']), [third], 'what is kept')
    },
  },
  {
    name: 'odd documents are kept whole: any script, no text at all, deep, and large',
    async run(stage) {
      const items = await stage.open()
      const deep = Array.from({ length: 60 }).reduce((inner) => ({ inner }), { end: true } as unknown)
      const odd = [
        itemOf({ id: 'प्रिय-żółć-🜂', text: 'e\u0301\u200d👩‍⚕️"\\\n\u0000' }),
        itemOf({ id: 'empty', text: '', more: { '': '', list: [], object: {}, nothing: null } }),
        itemOf({ id: 'deep', more: deep }),
        itemOf({ id: 'large', more: { text: 'a few bytes '.repeat(100_000) } }),
        itemOf({ id: '__proto__', more: { constructor: 'x', toString: 1, length: -0.5 } }),
        itemOf({ id: 'numbers', more: { list: [0, -1, 1e-7, 1.5e300, Number.MAX_SAFE_INTEGER] } }),
      ]
      await put(items, structuredClone(odd))
      const ids = odd.map(({ id }) => id)
      const found = new Map((await find(items, ids)).map((item) => [item.id, item]))
      for (const item of odd) same(found.get(item.id), item, item.id)
      if (stage.restart === null) return
      await stage.restart()
      const again = await find(await stage.open(), ids)
      for (const item of odd)
        same(
          again.find(({ id }) => id === item.id),
          item,
          `${item.id} after a restart`,
        )
    },
  },
  {
    name: 'ten thousand documents in one bulk are written, and found by their names',
    async run(stage) {
      const items = await stage.open()
      const all = numbered(10_000)
      await put(items, all)
      same((await idsOf(items, { selector: {} })).length, all.length, 'documents')
      const ids = all.map(({ id }) => id)
      same((await find(items, ids)).length, all.length, 'documents by their names')
    },
  },
  {
    name: 'what was handed in is not changed',
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a', more: { list: [1] } })
      const second = itemOf({ id: 'a', more: { list: [2] } }, first)
      const before = structuredClone([first, second])
      await put(items, [first])
      await put(items, [{ previous: first, document: second }])
      same([first, second], before, 'what was handed in')
    },
  },
]
