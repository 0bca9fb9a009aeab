import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modules } from '../modules/index.ts'
import {
  and,
  canEvaluate,
  conditionSchema,
  evaluate,
  explain,
  fieldsRead,
  mine,
  not,
  or,
  phiOf,
  relative,
  scopesOfResult,
} from './index.ts'
import type { Condition, Truth } from './index.ts'

const around = { today: '2026-03-08', zone: 'America/New_York', me: 'user-1' }
const view = {
  name: 'Clínica São José',
  beds: 40,
  amount: { minor: 5000, currency: 'USD' },
  tags: ['Rural', 'teaching'],
  names: [{ family: 'Muñoz' }, { family: 'Lee' }],
  dueOn: '2026-03-10',
  occurredAt: '2026-03-08T04:30:00.000Z',
  ownerId: null,
  team: [{ userId: 'user-2' }, { userId: 'user-1' }],
  active: false,
}
const holds = (condition: Condition) => evaluate(condition, view, around)

describe('comparisons', () => {
  it.each<[string, Condition, Truth]>([
    ['equals', { is: 'equals', field: 'beds', value: 40 }, true],
    ['equals of another type', { is: 'equals', field: 'beds', value: '40' }, false],
    ['equals false', { is: 'equals', field: 'active', value: false }, true],
    ['not equals of an empty field', { is: 'not-equals', field: 'ownerId', value: 'x' }, true],
    ['in a list of tags', { is: 'in', field: 'tags', values: ['Rural', 'urban'] }, true],
    ['contains, without accents and case', { is: 'contains', field: 'name', value: 'SAO jose' }, true],
    ['contains in a member of any item', { is: 'contains', field: 'names.family', value: 'munoz' }, true],
    ['starts with', { is: 'starts-with', field: 'name', value: 'clinica' }, true],
    ['starts with what stands in the middle', { is: 'starts-with', field: 'name', value: 'sao' }, false],
    ['less', { is: 'less', field: 'beds', value: 40 }, false],
    ['at most', { is: 'at-most', field: 'beds', value: 40 }, true],
    ['greater, of a member', { is: 'greater', field: 'amount.minor', value: 4999 }, true],
    ['at least', { is: 'at-least', field: 'dueOn', value: '2026-03-11' }, false],
    ['between', { is: 'between', field: 'beds', from: 40, to: 41 }, true],
    ['empty', { is: 'empty', field: 'ownerId' }, true],
    ['not empty', { is: 'empty', field: 'tags' }, false],
    ['less, of an empty field', { is: 'less', field: 'ownerId', value: 5 }, false],
    ['at most, of a value that can not be compared', { is: 'at-most', field: 'name', value: 5 }, false],
    ['the next 7 days', relative.nextDays('dueOn', 7), true],
    ['overdue', relative.overdue('dueOn'), false],
    // 23:30 of the day before in New York, on the night when clocks go forward.
    ['today, of an instant in the zone', relative.today('occurredAt'), false],
    ['the last day, of an instant in the zone', relative.lastDays('occurredAt', 1), true],
    ['mine, in any item of a list', mine('team.userId'), true],
    ['mine, where nobody is named', mine('ownerId'), false],
    ['mine, of a hidden field', mine('hidden'), 'unknown'],
    ['a hidden field', { is: 'equals', field: 'hidden', value: 1 }, 'unknown'],
    ['what every object inherits', { is: 'empty', field: 'constructor' }, 'unknown'],
    ['a hidden field, empty', { is: 'empty', field: 'hidden' }, 'unknown'],
  ])('%s', (_, condition, expected) => {
    expect(holds(condition)).toBe(expected)
  })

  it('leaves a decision to the server only where a hidden field decides', () => {
    const hidden: Condition = { is: 'equals', field: 'hidden', value: 1 }
    const untrue: Condition = { is: 'equals', field: 'beds', value: 1 }
    expect(holds({ is: 'all', of: [hidden, untrue] })).toBe(false)
    expect(holds({ is: 'any', of: [hidden, { is: 'not', of: untrue }] })).toBe(true)
    expect(holds({ is: 'any', of: [hidden, untrue] })).toBe('unknown')
    expect(holds({ is: 'not-equals', field: 'hidden', value: 1 })).toBe('unknown')
  })

  it('finds everything by no condition, and nothing by no alternative', () => {
    expect(holds({ is: 'all', of: [] })).toBe(true)
    expect(holds({ is: 'any', of: [] })).toBe(false)
  })
})

describe('three-valued logic', () => {
  const truth = fc.constantFrom<Truth>(true, false, 'unknown')
  const truths = fc.array(truth, { maxLength: 4 })

  it('has the truth tables of Kleene', () => {
    const all: Truth[] = [true, false, 'unknown']
    expect(all.map((a) => all.map((b) => and([a, b])))).toEqual([
      [true, false, 'unknown'],
      [false, false, false],
      ['unknown', false, 'unknown'],
    ])
    expect(all.map((a) => all.map((b) => or([a, b])))).toEqual([
      [true, true, true],
      [true, false, 'unknown'],
      [true, 'unknown', 'unknown'],
    ])
    expect(all.map(not)).toEqual([false, true, 'unknown'])
  })

  it('holds De Morgan, whatever the order', () => {
    fc.assert(
      fc.property(truths, (of) => {
        expect(not(and(of))).toBe(or(of.map(not)))
        expect(and(of.toReversed())).toBe(and(of))
        expect(or(of.toReversed())).toBe(or(of))
      }),
    )
  })

  it('never changes its mind when more becomes known', () => {
    fc.assert(
      fc.property(truths, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), (of, later) => {
        const learned = of.map((each, place) => (each === 'unknown' ? (later[place] ?? true) : each))
        for (const join of [and, or]) {
          const before = join(of)
          if (before !== 'unknown') expect(join(learned)).toBe(before)
        }
      }),
    )
  })
})

describe('a condition', () => {
  const condition: Condition = {
    is: 'all',
    of: [
      { is: 'in', field: 'status', values: ['open', 'waiting'] },
      { is: 'any', of: [relative.overdue('dueOn'), { is: 'not', of: { is: 'empty', field: 'patientId' } }] },
    ],
  }

  it('explains itself by the labels of the module', () => {
    expect(explain(condition, modules.cases)).toBe(
      'Status is one of “open”, “waiting” and (Due is before or below today or not (Patient is empty))',
    )
    expect(explain(relative.today('dueOn'), modules.cases)).toBe('Due is today')
    expect(explain(relative.lastDays('dueOn', 1), modules.cases)).toBe('Due is between 1 day ago and today')
    expect(explain(mine('ownerId'), modules.cases)).toBe('Owner is me')
    expect(explain({ is: 'all', of: [] }, modules.cases)).toBe('everything')
  })

  it('tells what it reads, and how private its answer is', () => {
    expect(fieldsRead(condition)).toEqual(['dueOn', 'patientId', 'status'])
    expect(phiOf(condition, modules.cases)).toBe('identifying')
    expect(phiOf(relative.today('dueOn'), modules.cases)).toBe('none')
    expect(phiOf({ is: 'contains', field: 'subject', value: 'x' }, modules.cases)).toBe('clinical')
    expect(phiOf({ is: 'empty', field: 'nowhere' }, modules.cases)).toBe('protected')
    expect(canEvaluate(condition, new Set(['status', 'dueOn']))).toBe(false)
  })

  it('gives its result only the scopes that every record has', () => {
    const [a, b] = ['site:a', 'site:b']
    expect(scopesOfResult([{ scopes: [a, b] }, { scopes: [b] }, { scopes: ['org'] }])).toEqual([b])
    expect(scopesOfResult([{ scopes: [a] }, { scopes: [b] }])).toEqual([])
    expect(scopesOfResult([{ scopes: ['org'] }])).toEqual(['org'])
    const sensitive = [{ scopes: [a, 'sensitivity:hiv'] }, { scopes: [a, b, 'sensitivity:genetic'] }]
    expect(scopesOfResult(sensitive).toSorted()).toEqual(
      [a, 'sensitivity:genetic', 'sensitivity:hiv'].toSorted(),
    )
  })

  it('is data: it parses as it is, and nothing else does', () => {
    expect(conditionSchema.parse(JSON.parse(JSON.stringify(condition)))).toEqual(condition)
    for (const wrong of [
      { is: 'equals', field: '__proto__', value: 1, extra: 1 },
      { is: 'matches', field: 'name', value: '.*' },
      { is: 'equals', field: 'a..b', value: 1 },
      { is: 'all', of: {} },
    ]) {
      expect(conditionSchema.safeParse(wrong).success).toBe(false)
    }
  })

  it('refuses what nests too deep', () => {
    let deep: Condition = { is: 'empty', field: 'name' }
    for (let level = 0; level < 20; level += 1) deep = { is: 'not', of: deep }
    expect(conditionSchema.safeParse(deep).success).toBe(false)
  })
})
