import { describe, expect, it } from 'vitest'
import { evaluate } from '#app/conditions/index.ts'
import { defineModule, field, newId } from '#app/kernel/index.ts'
import type { Envelope } from '#app/kernel/index.ts'
import { line } from '#app/values/index.ts'
import { z } from 'zod'
import { anyModuleOf } from '../testing/any-module.ts'
import { blankEnvelope } from '../testing/envelope.ts'
import type { AnyFieldViews } from '../fields/field-view.ts'
import { compareCells, sortable } from './compare-cells.ts'
import { moveActive } from './move-active.ts'
import { listCondition, noFilter } from './list-condition.ts'
import type { ListFilter } from './list-condition.ts'
import { isFiltering, rowTest } from './row-filter.ts'
import type { FilterContext } from './row-filter.ts'

type Row = Envelope & { readonly name: string; readonly status?: string; readonly seen: string | null }

const definition = defineModule({
  name: 'rows',
  kind: 'row',
  label: { one: 'Row', many: 'Rows' },
  version: 1,
  collection: 'accounts',
  fields: {
    name: field(line(80), { label: 'Name', phi: 'none', search: { as: 'text', of: (name) => [name] } }),
    status: field(z.string(), { label: 'Status', phi: 'none' }),
    seen: field(z.string().nullable(), { label: 'Seen', phi: 'none' }),
  },
  indexes: [],
  access: {},
  scope: () => [],
  title: (view) => view.name ?? '',
})

const Input = () => null
const views: AnyFieldViews = {
  name: { text: String, Input },
  status: {
    text: (value) => (value === 'a' ? 'Active' : 'Dormant'),
    filter: { by: 'codes' },
    Input,
  },
  seen: { text: (value) => (typeof value === 'string' ? value : ''), filter: { by: 'days' }, Input },
}
const context: FilterContext = {
  module: anyModuleOf(definition),
  views,
  lookup: () => '',
  columns: ['name', 'status'],
  around: { today: '2026-01-05', zone: 'America/New_York', me: 'user-1' },
}

function row(name: string, rest: { status?: string; seen?: string | null } = {}): Row {
  return { ...blankEnvelope(newId(), 'row'), name, seen: null, ...rest }
}

const rows = [
  row('Élodie Márquez', { status: 'a', seen: '2026-01-10' }),
  row('Bruno Okafor', { status: 'd', seen: '2026-02-01' }),
  row('Chen Wei'),
]

function names(filter: Partial<ListFilter>): readonly string[] {
  return rows.filter(rowTest({ ...noFilter, ...filter }, context)).map(({ name }) => name)
}

describe('filtering a list', () => {
  it('finds words in any order, without case and accents', () => {
    expect(names({ text: 'marquez elo' })).toEqual(['Élodie Márquez'])
    expect(names({ text: '  ' })).toHaveLength(3)
    expect(names({ text: 'nobody' })).toEqual([])
  })

  it('finds what the columns show, not only what the module indexes', () => {
    expect(names({ text: 'dormant' })).toEqual(['Bruno Okafor'])
    expect(names({ text: 'okafor dormant' })).toEqual(['Bruno Okafor'])
  })

  it('keeps the codes chosen; a hidden field passes none', () => {
    expect(names({ fields: { status: { chosen: 'codes', codes: ['a', 'd'] } } })).toHaveLength(2)
    expect(names({ fields: { status: { chosen: 'codes', codes: [] } } })).toHaveLength(3)
  })

  it('keeps days within the range, ends included', () => {
    expect(names({ fields: { seen: { chosen: 'days', from: '2026-01-10', to: '2026-01-31' } } })).toEqual([
      'Élodie Márquez',
    ])
    expect(names({ fields: { seen: { chosen: 'days', from: '2026-01-11', to: null } } })).toEqual([
      'Bruno Okafor',
    ])
  })

  it('knows when nothing is asked', () => {
    expect(isFiltering(noFilter)).toBe(false)
    expect(isFiltering({ text: '', fields: { seen: { chosen: 'days', from: null, to: null } } })).toBe(false)
    expect(isFiltering({ text: 'x', fields: {} })).toBe(true)
  })
})

describe('the condition of a list', () => {
  const around = { today: '2026-01-05', zone: 'America/New_York', me: 'user-1' }

  it('takes a time of the last day, and the day of an instant where the reader is', () => {
    const days = {
      text: '',
      fields: { at: { chosen: 'days', from: '2026-01-10', to: '2026-01-10' } },
    } as const
    const local = listCondition(
      days,
      { at: { text: String, filter: { by: 'days', member: 'local' }, Input } },
      around,
    )
    expect(evaluate(local, { at: { local: '2026-01-10T17:30:00' } }, around)).toBe(true)
    expect(evaluate(local, { at: { local: '2026-01-11T00:00:00' } }, around)).toBe(false)
    const instants = listCondition(days, { at: { text: String, filter: { by: 'instants' }, Input } }, around)
    expect(evaluate(instants, { at: '2026-01-11T03:00:00.000Z' }, around)).toBe(true)
    expect(evaluate(instants, { at: '2026-01-10T03:00:00.000Z' }, around)).toBe(false)
  })

  it('does not decide about a hidden field', () => {
    const flags = { text: '', fields: { active: { chosen: 'codes', codes: ['true'] } } } as const
    const condition = listCondition(
      flags,
      { active: { text: String, filter: { by: 'flag' }, Input } },
      around,
    )
    expect(evaluate(condition, { active: true }, around)).toBe(true)
    expect(evaluate(condition, {}, around)).toBe('unknown')
  })
})

describe('sorting a list', () => {
  it('sorts numbers by size and texts as people do', () => {
    expect([10, 9, 100].toSorted(compareCells)).toEqual([9, 10, 100])
    expect(['Zoë', 'ärger', 'Case 10', 'case 9'].toSorted(compareCells)).toEqual([
      'ärger',
      'case 9',
      'Case 10',
      'Zoë',
    ])
  })

  it('has no value where nothing is known', () => {
    expect(sortable(null)).toBeUndefined()
    expect(sortable('')).toBeUndefined()
    expect(sortable(0)).toBe(0)
  })
})

describe('moving in a list', () => {
  it('stays within the rows', () => {
    expect(moveActive('ArrowDown', -1, 3, 2)).toBe(0)
    expect(moveActive('ArrowDown', 2, 3, 2)).toBe(2)
    expect(moveActive('ArrowUp', 0, 3, 2)).toBe(0)
    expect(moveActive('End', 0, 3, 2)).toBe(2)
    expect(moveActive('PageUp', 2, 3, 9)).toBe(0)
    expect(moveActive('x', 1, 3, 2)).toBeNull()
    expect(moveActive('Home', 0, 0, 2)).toBeNull()
  })
})
