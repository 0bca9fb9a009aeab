import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { field } from '../kernel/index.ts'
import type { MergeRule } from '../kernel/index.ts'
import { mergeFields } from './index.ts'

const text = (merge: MergeRule) => field(z.json(), { label: 'x', phi: 'none', merge })

/** Merges one field under a rule; a base of `unknown` is not known. */
function merge(rule: MergeRule, base: unknown, mine: unknown, current: unknown) {
  const outcome = mergeFields({
    fields: { x: text(rule) },
    base: base === 'unknown' ? null : { x: base },
    mine: { x: mine },
    current: { x: current },
  })
  return {
    value: outcome.merged['x'],
    lost: outcome.lost.map(({ losing, loser, waits }) => ({ losing, loser, waits })),
    changed: outcome.changed,
  }
}

const graph = { booked: ['arrived', 'cancelled'], arrived: ['fulfilled'], cancelled: [], fulfilled: [] }
const byKey = { rule: 'list', by: 'key' } as const

describe('edits of different fields', () => {
  it('are both kept, and nothing is lost', () => {
    const fields = { subject: text({ rule: 'last-writer' }), dueOn: text({ rule: 'last-writer' }) }
    const outcome = mergeFields({
      fields,
      base: { subject: 'Refill', dueOn: null },
      mine: { subject: 'Refill of insulin', dueOn: null },
      current: { subject: 'Refill', dueOn: '2026-03-01' },
    })
    expect(outcome.merged).toEqual({ subject: 'Refill of insulin', dueOn: '2026-03-01' })
    expect(outcome.changed).toEqual(['subject'])
    expect(outcome.lost).toEqual([])
  })
})

describe('last-writer', () => {
  it('takes the edit that arrives and keeps the other in the ledger', () => {
    const outcome = merge({ rule: 'last-writer' }, 'a', 'mine', 'theirs')
    expect(outcome).toEqual({
      value: 'mine',
      lost: [{ losing: 'theirs', loser: 'current', waits: false }],
      changed: ['x'],
    })
  })

  it('counts a difference as made on both sides where the base is not known', () => {
    expect(merge({ rule: 'last-writer' }, 'unknown', 'mine', 'theirs').lost).toHaveLength(1)
  })
})

describe('members', () => {
  it('decides each member on its own', () => {
    const base = { city: 'Albany', state: 'NY', lines: ['1 Elm St'] }
    const outcome = merge(
      { rule: 'members' },
      base,
      { ...base, city: 'Troy' },
      { ...base, lines: ['2 Elm St'] },
    )
    expect(outcome.value).toEqual({ city: 'Troy', state: 'NY', lines: ['2 Elm St'] })
    expect(outcome.lost).toEqual([])
  })

  it('keeps the whole value as it would be had the other side won', () => {
    const outcome = merge({ rule: 'members' }, { a: 1, b: 1 }, { a: 2, b: 2 }, { a: 3, b: 1 })
    expect(outcome.value).toEqual({ a: 2, b: 2 })
    expect(outcome.lost).toEqual([{ losing: { a: 3, b: 2 }, loser: 'current', waits: false }])
  })

  it('keeps what only one side has where the base is not known', () => {
    expect(merge({ rule: 'members' }, 'unknown', { a: 1 }, { b: 2 })).toMatchObject({
      value: { a: 1, b: 2 },
      lost: [],
    })
  })
})

describe('set', () => {
  it('holds additions and removals of both sides', () => {
    const outcome = merge({ rule: 'set' }, ['a', 'b', 'c'], ['b', 'c', 'mine'], ['a', 'b', 'theirs'])
    expect(outcome.value).toEqual(['b', 'theirs', 'mine'])
    expect(outcome.lost).toEqual([])
  })
})

describe('list', () => {
  it('keeps what both sides added, and decides a shared item by its members', () => {
    const home = { key: 'home', value: '555-0100', use: 'home' }
    const outcome = merge(
      byKey,
      [home],
      [
        { ...home, value: '555-0101' },
        { key: 'm', value: '555-0102', use: 'mobile' },
      ],
      [
        { ...home, use: 'work' },
        { key: 'c', value: '555-0103', use: 'work' },
      ],
    )
    expect(outcome.value).toEqual([
      { key: 'home', value: '555-0101', use: 'work' },
      { key: 'c', value: '555-0103', use: 'work' },
      { key: 'm', value: '555-0102', use: 'mobile' },
    ])
    expect(outcome.lost).toEqual([])
  })

  it('lets a change win over a removal, and keeps the removal in the ledger', () => {
    const [a, b] = [
      { key: 'a', value: 1 },
      { key: 'b', value: 1 },
    ]
    const outcome = merge(byKey, [a, b], [{ ...a, value: 2 }], [b])
    expect(outcome.value).toEqual([{ key: 'a', value: 2 }])
    expect(outcome.lost).toEqual([{ losing: [], loser: 'current', waits: false }])
  })

  it('falls back to the last writer where items can not be told apart', () => {
    const outcome = merge(
      byKey,
      [],
      [
        { key: 'a', v: 1 },
        { key: 'a', v: 2 },
      ],
      [{ key: 'b' }],
    )
    expect(outcome.value).toEqual([
      { key: 'a', v: 1 },
      { key: 'a', v: 2 },
    ])
    expect(outcome.lost).toEqual([{ losing: [{ key: 'b' }], loser: 'current', waits: false }])
  })
})

describe('append', () => {
  it('keeps everything, and what both sides added alike once', () => {
    const outcome = merge(
      { rule: 'append' },
      ['a', 'a'],
      ['a', 'a', 'both', 'mine'],
      ['a', 'a', 'theirs', 'both'],
    )
    expect(outcome.value).toEqual(['a', 'a', 'theirs', 'both', 'mine'])
    expect(outcome.lost).toEqual([])
  })
})

describe('counter', () => {
  it('adds both differences', () => {
    expect(merge({ rule: 'counter' }, 10, 12, 7)).toMatchObject({ value: 9, lost: [] })
  })

  it('is decided by the last writer where the base is not known', () => {
    expect(merge({ rule: 'counter' }, 'unknown', 12, 7)).toMatchObject({ value: 12, lost: [{ losing: 7 }] })
  })
})

describe('status', () => {
  it('takes a step that the graph has from the current state', () => {
    expect(merge({ rule: 'status', graph }, 'booked', 'fulfilled', 'arrived').value).toBe('fulfilled')
  })

  it('refuses a step that it does not have, and keeps it in the ledger', () => {
    expect(merge({ rule: 'status', graph }, 'booked', 'arrived', 'cancelled')).toEqual({
      value: 'cancelled',
      lost: [{ losing: 'arrived', loser: 'mine', waits: false }],
      changed: [],
    })
  })
})

describe('review', () => {
  it('never decides: the current value stays and the other waits for a person', () => {
    expect(merge({ rule: 'review' }, null, { deceased: true }, { deceased: false })).toEqual({
      value: { deceased: false },
      lost: [{ losing: { deceased: true }, loser: 'mine', waits: true }],
      changed: [],
    })
  })
})

describe('the envelope', () => {
  const input = (mine: Record<string, unknown>, current: Record<string, unknown>) =>
    mergeFields({ fields: {}, base: { removedAt: null, ext: {} }, mine, current })

  it('lets the first of two removals stand', () => {
    const [early, late] = ['2026-01-05T09:00:00.000Z', '2026-01-06T09:00:00.000Z']
    const outcome = input({ removedAt: late, ext: {} }, { removedAt: early, ext: {} })
    expect(outcome.merged['removedAt']).toBe(early)
    expect(outcome.lost).toEqual([])
  })

  it('decides each custom field on its own', () => {
    const outcome = input({ removedAt: null, ext: { a: 1 } }, { removedAt: null, ext: { b: 2 } })
    expect(outcome.merged['ext']).toEqual({ a: 1, b: 2 })
  })

  it('leaves what is hidden from the writer alone', () => {
    const outcome = mergeFields({
      fields: { x: text({ rule: 'last-writer' }) },
      base: {},
      mine: {},
      current: { x: 'hidden' },
    })
    expect(outcome).toEqual({ merged: { x: 'hidden' }, changed: [], lost: [] })
  })
})
