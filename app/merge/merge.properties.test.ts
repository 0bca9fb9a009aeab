import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { canonicalJson, field, sameJson } from '../kernel/index.ts'
import type { FieldSpecs, MergeRule } from '../kernel/index.ts'
import { mergeFields } from './index.ts'
import type { MergeOutcome } from './index.ts'

const letter = fc.constantFrom('a', 'b', 'c', 'd')
const members = fc.dictionary(letter, fc.integer({ min: 0, max: 3 }), { maxKeys: 4 })
const items = fc.uniqueArray(
  fc.record({ key: letter, value: fc.integer({ min: 0, max: 3 }), note: fc.option(letter) }),
  { selector: ({ key }) => key, maxLength: 4 },
)
const graph = { a: ['b', 'c'], b: ['c', 'd'], c: ['a'], d: [] }

/** A value arbitrary for each rule; small, so that sides often agree and often collide. */
const rules: Readonly<Record<MergeRule['rule'], { rule: MergeRule; values: fc.Arbitrary<unknown> }>> = {
  'last-writer': { rule: { rule: 'last-writer' }, values: fc.option(letter) },
  members: { rule: { rule: 'members' }, values: fc.option(members) },
  set: { rule: { rule: 'set' }, values: fc.uniqueArray(letter) },
  list: { rule: { rule: 'list', by: 'key' }, values: items },
  append: { rule: { rule: 'append' }, values: fc.array(letter, { maxLength: 5 }) },
  counter: { rule: { rule: 'counter' }, values: fc.integer({ min: -5, max: 5 }) },
  status: { rule: { rule: 'status', graph }, values: letter },
  review: { rule: { rule: 'review' }, values: fc.option(letter) },
}

const fields: FieldSpecs = Object.fromEntries(
  Object.entries(rules).map(([name, { rule }]) => [
    name,
    field(z.json(), { label: name, phi: 'none', merge: rule }),
  ]),
)
type Sides = Record<string, unknown>
const side: fc.Arbitrary<Sides> = fc.record({
  ...Object.fromEntries(Object.entries(rules).map(([name, { values }]) => [name, values])),
  removedAt: fc.option(letter),
  ext: members,
})
const base = fc.option(side)

/** What a value is made of, down to its leaves, each named by where it stands. */
function leaves(value: unknown, place = ''): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => leaves(item, `${place}[${(item as { key?: string } | null)?.key ?? ''}]`))
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => leaves(member, `${place}.${name}`))
  }
  return [`${place}=${canonicalJson(value)}`]
}

function survivors(outcome: MergeOutcome, name: string): ReadonlySet<string> {
  const kept = outcome.lost.filter((loss) => loss.field === name).map(({ losing }) => losing)
  return new Set([outcome.merged[name], ...kept].flatMap((value) => leaves(value)))
}

describe('merge', () => {
  it('of a state with itself is that state, with nothing lost; who counted alike, counted twice', () => {
    fc.assert(
      fc.property(base, side, (from, x) => {
        const { merged, lost } = mergeFields({ fields, base: from, mine: x, current: x })
        const [counted, before] = [x['counter'] as number, (from ?? x)['counter'] as number]
        expect(merged).toEqual({ ...x, counter: counted + counted - before })
        expect(lost).toEqual([])
      }),
    )
  })

  it('takes the side that changed where only one did, with nothing lost', () => {
    fc.assert(
      fc.property(side, side, (from, x) => {
        const pushed = mergeFields({ fields, base: from, mine: x, current: from })
        expect(pushed.merged).toEqual(x)
        expect(pushed.lost).toEqual([])
        const stale = mergeFields({ fields, base: from, mine: from, current: x })
        expect(stale).toEqual({ merged: x, changed: [], lost: [] })
      }),
    )
  })

  it('says what changed, no more and no less', () => {
    fc.assert(
      fc.property(base, side, side, (from, mine, current) => {
        const { merged, changed } = mergeFields({ fields, base: from, mine, current })
        const differing = Object.keys(merged).filter((name) => !sameJson(merged[name], current[name]))
        expect(changed).toEqual(differing.toSorted())
      }),
    )
  })

  it('lets no value disappear: what a side changed is merged or lost, leaf by leaf', () => {
    const additive = new Set(['counter', 'removedAt'])
    fc.assert(
      fc.property(base, side, side, (from, mine, current) => {
        const outcome = mergeFields({ fields, base: from, mine, current })
        for (const name of Object.keys(mine).filter((each) => !additive.has(each))) {
          const [known, alive] = [new Set(leaves(from?.[name])), survivors(outcome, name)]
          for (const changes of [mine, current]) {
            for (const leaf of leaves(changes[name])) {
              if (!known.has(leaf)) expect([...alive]).toContain(leaf)
            }
          }
        }
      }),
    )
  })

  it('of sets, counters and growing lists does not depend on who comes first', () => {
    fc.assert(
      fc.property(side, side, side, (from, mine, current) => {
        const one = mergeFields({ fields, base: from, mine, current }).merged
        const other = mergeFields({ fields, base: from, mine: current, current: mine }).merged
        expect(one['counter']).toBe(other['counter'])
        for (const name of ['set', 'append']) {
          const [a, b] = [one[name] as string[], other[name] as string[]]
          expect(a.toSorted()).toEqual(b.toSorted())
        }
      }),
    )
  })

  it('of lists keeps the same items, whoever comes first', () => {
    fc.assert(
      fc.property(side, side, side, (from, mine, current) => {
        const keysOf = (merged: Sides) =>
          (merged['list'] as { key: string }[]).map(({ key }) => key).toSorted()
        const one = mergeFields({ fields, base: from, mine, current }).merged
        const other = mergeFields({ fields, base: from, mine: current, current: mine }).merged
        expect(keysOf(one)).toEqual(keysOf(other))
      }),
    )
  })

  it('is deterministic, and leaves its input alone', () => {
    fc.assert(
      fc.property(base, side, side, (from, mine, current) => {
        const before = canonicalJson([from, mine, current])
        const once = mergeFields({ fields, base: from, mine, current })
        expect(mergeFields({ fields, base: from, mine, current })).toEqual(once)
        expect(canonicalJson([from, mine, current])).toBe(before)
      }),
    )
  })

  it('holds an undo: writing the losing value over the merged one is taken as it is', () => {
    fc.assert(
      fc.property(base, side, side, (from, mine, current) => {
        const { merged, lost } = mergeFields({ fields, base: from, mine, current })
        for (const { field: name, losing } of lost) {
          const undone = { ...merged, [name]: losing }
          const again = mergeFields({ fields, base: merged, mine: undone, current: merged })
          expect(again.merged[name]).toEqual(losing)
          expect(again.lost).toEqual([])
        }
      }),
    )
  })
})
