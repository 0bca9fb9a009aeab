import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { IndexRange } from '../contract.ts'
import { SortedIndex } from './sorted-index.ts'

const key = fc.constantFrom('', 'a', 'A', 'aa', 'b', 'é', '2026-01-05', '2026-01-05T08:00')
const id = fc.integer({ min: 0, max: 60 }).map((number) => `id${number}`)
const put = fc.record({ id, key: fc.option(key, { nil: undefined }) })
/** One document, or so many at a time that they are sorted with the rest. */
const puts = fc.oneof(
  put.map((one) => [one]),
  fc.array(put, { minLength: 33, maxLength: 80 }),
)
const range: fc.Arbitrary<IndexRange> = fc.oneof(
  fc.record({ equals: key }),
  fc.record({ from: key, before: key }, { requiredKeys: [] }),
)

test('a sorted index answers as a plain array that is sorted and filtered anew', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(puts, range), { maxLength: 30 }), (steps) => {
      const index = new SortedIndex()
      const plain = new Map<string, string>()
      for (const [changes, asked] of steps) {
        for (const change of changes) {
          index.put(change.id, change.key)
          if (change.key === undefined) plain.delete(change.id)
          else plain.set(change.id, change.key)
        }
        expect([...index.ids(asked)]).toEqual(plainIds(plain, asked))
      }
      index.clear()
      expect([...index.ids({})]).toEqual([])
    }),
    { numRuns: 150 },
  )
})

function plainIds(plain: ReadonlyMap<string, string>, asked: IndexRange): string[] {
  const has = (at: string): boolean =>
    'equals' in asked
      ? at === asked.equals
      : at >= (asked.from ?? '') && (asked.before === undefined || at < asked.before)
  return [...plain]
    .filter(([, at]) => has(at))
    .toSorted(([a, x], [b, y]) => (x === y ? compare(a, b) : compare(x, y)))
    .map(([each]) => each)
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
