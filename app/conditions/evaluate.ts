import { sameJson, unreachable } from '../kernel/index.ts'
import type { Comparison, Condition, Id, Operand } from '../kernel/index.ts'
import { folded } from '../values/text.ts'
import { addDays, dayAt } from '../values/zoned-time.ts'
import { and, not, or } from './truth.ts'
import type { Truth } from './truth.ts'

export type Surroundings = {
  /** The day it is for the person who asks, `YYYY-MM-DD`. */
  readonly today: string
  /** Their zone: instants are compared with days by it. */
  readonly zone: string
  /** The user who asks. */
  readonly me: Id
}

type View = Readonly<Record<string, unknown>>

/**
 * Whether a condition holds of a view. A field that the view lacks (hidden, or not replicated) makes it `unknown`,
 * unless the rest decides; the server, which sees every field, then has the word. A field that is there but empty is
 * known: it equals nothing and lies in no range. Of a list, one fitting item is enough.
 */
export function evaluate(condition: Condition, view: View, around: Surroundings): Truth {
  switch (condition.is) {
    case 'all':
      return and(condition.of.map((each) => evaluate(each, view, around)))
    case 'any':
      return or(condition.of.map((each) => evaluate(each, view, around)))
    case 'not':
      return not(evaluate(condition.of, view, around))
    case 'not-equals':
      return not(evaluate({ ...condition, is: 'equals' }, view, around))
    default: {
      const values = valuesAt(view, condition.field.split('.'))
      return values === undefined ? 'unknown' : compare(condition, values, around)
    }
  }
}

/** The values at a path, lists opened and empty ones left out; undefined where the field is not there. */
function valuesAt(view: View, [field, ...members]: readonly string[]): readonly unknown[] | undefined {
  if (field === undefined || !Object.hasOwn(view, field) || view[field] === undefined) return undefined
  let values: readonly unknown[] = [view[field]]
  for (const member of members) {
    values = values
      .flat()
      .map((value) => (isRecord(value) && Object.hasOwn(value, member) ? value[member] : undefined))
  }
  return values.flat().filter((value) => value !== null && value !== undefined && value !== '')
}

type Positive = Exclude<Comparison, { is: 'not-equals' }>

function compare(comparison: Positive, values: readonly unknown[], around: Surroundings): boolean {
  switch (comparison.is) {
    case 'empty':
      return values.length === 0
    case 'equals':
      return values.some((value) => order(value, comparison.value, around) === 0)
    case 'in':
      return values.some((value) => comparison.values.some((each) => order(value, each, around) === 0))
    case 'contains':
      return values.some((value) => isText(value) && folded(value).includes(folded(comparison.value)))
    case 'starts-with':
      return values.some((value) => isText(value) && folded(value).startsWith(folded(comparison.value)))
    case 'less':
      return values.some((value) => (order(value, comparison.value, around) ?? 0) < 0)
    case 'greater':
      return values.some((value) => (order(value, comparison.value, around) ?? 0) > 0)
    case 'at-most':
      return values.some((value) => (order(value, comparison.value, around) ?? 1) <= 0)
    case 'at-least':
      return values.some((value) => (order(value, comparison.value, around) ?? -1) >= 0)
    case 'between':
      return values.some(
        (value) =>
          (order(value, comparison.from, around) ?? -1) >= 0 &&
          (order(value, comparison.to, around) ?? 1) <= 0,
      )
    default:
      return unreachable(comparison)
  }
}

/** Below zero, zero or above: a value against an operand of its type; null where they can't be compared. */
function order(value: unknown, operand: Operand, around: Surroundings): number | null {
  if (typeof operand === 'object') {
    if (!isText(value)) return null
    if ('person' in operand) return value === around.me ? 0 : null
    return compareTexts(dayOf(value, around.zone), dayFrom(around, operand.daysFromToday))
  }
  if (typeof value === 'number' && typeof operand === 'number') return value - operand
  if (isText(value) && isText(operand)) return compareTexts(value, operand)
  return sameJson(value, operand) ? 0 : null
}

const days = new WeakMap<Surroundings, Map<number, string>>()

/** Asked for with every value of a long list: counted once. */
function dayFrom(around: Surroundings, daysFromToday: number): string {
  const known = days.get(around) ?? new Map<number, string>()
  const day = known.get(daysFromToday) ?? addDays(around.today, daysFromToday)
  days.set(around, known.set(daysFromToday, day))
  return day
}

/** Instants fall on a day of the zone; days and local times begin with theirs. */
function dayOf(text: string, zone: string): string {
  if (!text.endsWith('Z')) return text.slice(0, 10)
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? text.slice(0, 10) : dayAt(instant, zone)
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
