import fc from 'fast-check'
import { z } from 'zod'
import { canonicalJson, field } from '../kernel/index.ts'
import type { FieldSpecs, MergeRule } from '../kernel/index.ts'

// A record with a field of each rule, nested objects and lists by identity among them, and what people do to it.

type Nested = { readonly text: string }
type Item = { readonly key: string; readonly value: Nested; readonly note: string | null }
export type RecordState = {
  readonly plain: string | null
  readonly reviewed: string | null
  readonly status: string
  readonly members: Readonly<Record<string, Nested>>
  readonly set: readonly string[]
  readonly list: readonly Item[]
  readonly append: readonly string[]
  readonly counter: number
  readonly removedAt: string | null
  readonly ext: Readonly<Record<string, Nested>>
}

const graph = { open: ['waiting', 'done'], waiting: ['open', 'done'], done: [] }
const rules: Readonly<Record<string, MergeRule>> = {
  plain: { rule: 'last-writer' },
  reviewed: { rule: 'review' },
  status: { rule: 'status', graph },
  members: { rule: 'members' },
  set: { rule: 'set' },
  list: { rule: 'list', by: 'key' },
  append: { rule: 'append' },
  counter: { rule: 'counter' },
}

export const fields: FieldSpecs = Object.fromEntries(
  Object.entries(rules).map(([name, merge]) => [name, field(z.json(), { label: name, phi: 'none', merge })]),
)

export const emptyRecord: RecordState = {
  plain: null,
  reviewed: null,
  status: 'open',
  members: {},
  set: [],
  list: [],
  append: [],
  counter: 0,
  removedAt: null,
  ext: {},
}

/** `mark` is a value that nobody else writes. Pure. */
export type Write = { readonly name: string; change(state: RecordState, mark: string): RecordState }

/** A removal finds the `nth` of what is there, so that it can't go beside everything. */
function writesWith(nth: number, letter: string): readonly Write[] {
  const at = (list: readonly unknown[]): number => (list.length === 0 ? -1 : nth % list.length)
  const without = <Each>(list: readonly Each[]): Each[] => list.filter((_, place) => place !== at(list))
  return [
    { name: 'plain', change: (state, mark) => ({ ...state, plain: mark }) },
    { name: 'reviewed', change: (state, mark) => ({ ...state, reviewed: mark }) },
    {
      name: 'status',
      change: (state) => ({ ...state, status: ['open', 'waiting', 'done'][nth % 3] ?? 'open' }),
    },
    {
      name: 'a member',
      change: (state, text) => ({ ...state, members: { ...state.members, [letter]: { text } } }),
    },
    {
      name: 'a custom field',
      change: (state, text) => ({ ...state, ext: { ...state.ext, [letter]: { text } } }),
    },
    { name: 'into the set', change: (state, mark) => ({ ...state, set: [...state.set, mark] }) },
    { name: 'out of the set', change: (state) => ({ ...state, set: without(state.set) }) },
    {
      name: 'an item',
      change: (state, key) => ({
        ...state,
        list: [...state.list, { key, value: { text: key }, note: null }],
      }),
    },
    {
      name: 'within an item',
      change: (state, text) => ({
        ...state,
        list: state.list.map((item, place) =>
          place === at(state.list) ? { ...item, value: { text } } : item,
        ),
      }),
    },
    {
      name: 'beside it in an item',
      change: (state, note) => ({
        ...state,
        list: state.list.map((item, place) => (place === at(state.list) ? { ...item, note } : item)),
      }),
    },
    { name: 'an item out', change: (state) => ({ ...state, list: without(state.list) }) },
    { name: 'one more', change: (state, mark) => ({ ...state, append: [...state.append, mark] }) },
    { name: 'count', change: (state) => ({ ...state, counter: state.counter + (nth % 7) - 3 }) },
  ]
}

export const writes: fc.Arbitrary<Write> = fc
  .tuple(fc.nat({ max: 50 }), fc.constantFrom('a', 'b', 'c'), fc.nat())
  .map(([nth, letter, which]) => {
    const all = writesWith(nth, letter)
    return all[which % all.length] as Write
  })

/** What a state is made of, down to its leaves, each named by where it stands. Numbers and states of a graph are no values. */
export function leaves(state: Partial<RecordState> | Readonly<Record<string, unknown>>): string[] {
  const { counter: _counter, status: _status, removedAt: _removed, ...rest } = state
  return Object.entries(rest).flatMap(([name, value]) => leavesOf(value, name))
}

function leavesOf(value: unknown, place: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => leavesOf(item, `${place}[${(item as { key?: string }).key ?? ''}]`))
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => leavesOf(member, `${place}.${name}`))
  }
  return value === null ? [] : [`${place}=${canonicalJson(value)}`]
}
