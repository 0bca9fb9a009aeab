import { find, heard, idsOf, itemOf, itemSchema, numbered, put, same } from './stage.ts'
import type { ContractCase } from './stage.ts'

/** Opening, closing, removing; several collections, versions and instances side by side. */
export const lifecycle: readonly ContractCase[] = [
  {
    name: 'twenty collections side by side do not mix',
    async run(stage) {
      const names = Array.from({ length: 20 }, (_, at) => `items${at}`)
      const all = await Promise.all(names.map((name) => stage.open(name)))
      await Promise.all(all.map((items, at) => put(items, [itemOf({ id: 'a', size: at })])))
      const sizes = await Promise.all(all.map(async (items) => (await find(items, ['a']))[0]?.size))
      same(sizes, [...names.keys()], 'sizes')
      await Promise.all(all.map((items) => items.close()))
    },
  },
  {
    name: 'versions of one collection side by side do not mix',
    async run(stage) {
      const [zero, one] = [await stage.open('items', 0), await stage.open('items', 1)]
      await put(zero, [itemOf({ id: 'a', text: 'zero' })])
      await put(one, [itemOf({ id: 'a', text: 'one' })])
      const texts = [await find(zero, ['a']), await find(one, ['a'])].map(([item]) => item?.text)
      same(texts, ['zero', 'one'], 'texts')
    },
  },
  {
    name: 'a second instance of a collection has what the first writes',
    async run(stage) {
      const first = await stage.open()
      await put(first, [itemOf({ id: 'a' })])
      const second = await stage.open()
      await put(second, [itemOf({ id: 'b' })])
      same((await find(first, ['a', 'b'])).length, 2, 'documents in the first')
      same((await find(second, ['a', 'b'])).length, 2, 'documents in the second')
      await Promise.all([first.close(), second.close()])
    },
  },
  {
    name: 'a second instance hears what the first writes, and is asked to its end while the first closes',
    async run(stage) {
      const [first, second] = [await stage.open(), await stage.open()]
      const bulks = heard(second)
      await put(first, [itemOf({ id: 'a' })], 'by the first')
      same(
        bulks.map(({ context, events }) => [context, events.map(({ documentId }) => documentId)]),
        [['by the first', ['a']]],
        'heard',
      )
      const asked = idsOf(second, { selector: {} })
      await first.close()
      same(await asked, ['a'], 'found')
    },
  },
  {
    name: 'a schema whose wrapper is missing is refused: keys to shorten, fields to encrypt',
    async run(stage) {
      const schema = itemSchema()
      const wrapped = [
        ['UT5', { ...schema, keyCompression: true }],
        ['UT6', { ...schema, encrypted: ['text'] }],
      ] as const
      for (const [code, asked] of wrapped) {
        const problem = await problemOf(stage.open('wrapped', 0, asked))
        same(problem?.includes(code), true, `${code} of ${problem}`)
      }
    },
  },
  {
    name: 'what is closed can not be removed, what is removed can be closed',
    async run(stage) {
      const [closed, removed] = [await stage.open('closed'), await stage.open('removed')]
      await put(closed, numbered(3))
      await closed.close()
      same((await problemOf(closed.remove())) === null, false, 'removed after closing')
      same((await find(await stage.open('closed'), ['i0000'])).length, 1, 'documents of what was closed')
      await removed.remove()
      await removed.close()
    },
  },
  {
    name: 'closing twice is no harm, to this collection or another',
    async run(stage) {
      const items = await stage.open()
      await put(items, numbered(3))
      await Promise.all([items.close(), items.close()])
      await items.close()
      const others = await stage.open('others')
      await put(others, numbered(3))
      same((await find(others, ['i0000'])).length, 1, 'documents of another')
    },
  },
  {
    name: 'a removed collection is empty when it is opened again, and the others are as they were',
    async run(stage) {
      const [items, others] = [await stage.open('items'), await stage.open('others')]
      await put(items, numbered(30))
      await put(others, numbered(30))
      await items.remove()
      same(
        (
          await find(
            await stage.open('items'),
            numbered(30).map(({ id }) => id),
            true,
          )
        ).length,
        0,
        'removed',
      )
      same(
        (
          await find(
            others,
            numbered(30).map(({ id }) => id),
          )
        ).length,
        30,
        'others',
      )
    },
  },
  {
    name: 'what was written is there after a restart, tombstones too',
    restarts: true,
    async run(stage) {
      const items = await stage.open()
      const first = itemOf({ id: 'a', text: 'first' })
      await put(items, [first, ...numbered(300)])
      const second = itemOf({ id: 'a', text: 'second' }, first)
      await put(items, [{ previous: first, document: second }])
      await put(items, [{ ...itemOf({ id: 'gone' }), _deleted: true }])
      await stage.restart?.()
      const again = await stage.open()
      same(await find(again, ['a']), [second], 'the document')
      same(
        (await find(again, ['gone'], true)).map(({ _deleted }) => _deleted),
        [true],
        'the tombstone',
      )
      same(
        (
          await find(
            again,
            numbered(300).map(({ id }) => id),
          )
        ).length,
        300,
        'the others',
      )
    },
  },
]

async function problemOf(asked: Promise<unknown>): Promise<string | null> {
  return asked.then(
    () => null,
    (problem: unknown) => String(problem),
  )
}
