import { sameJson, unreachable } from '../kernel/index.ts'
import type { AnyModule, Comparison, Condition, Operand } from '../kernel/index.ts'

/** What a condition asks, in words: the module's labels, and the values as they were given. */
export function explain(condition: Condition, module: AnyModule): string {
  switch (condition.is) {
    case 'all':
      return joined(condition.of, 'and', module) || 'everything'
    case 'any':
      return joined(condition.of, 'or', module) || 'nothing'
    case 'not':
      return `not (${explain(condition.of, module)})`
    default:
      return `${labelAt(condition.field, module)} ${predicate(condition)}`
  }
}

function joined(conditions: readonly Condition[], word: string, module: AnyModule): string {
  const parts = conditions.map((each) => {
    const said = explain(each, module)
    return conditions.length > 1 && (each.is === 'all' || each.is === 'any') ? `(${said})` : said
  })
  return parts.join(` ${word} `)
}

function labelAt(path: string, module: AnyModule): string {
  const [field = '', ...members] = path.split('.')
  return [module.fields[field]?.label ?? field, ...members].join(' ')
}

function predicate(comparison: Comparison): string {
  switch (comparison.is) {
    case 'equals':
      return `is ${said(comparison.value)}`
    case 'not-equals':
      return `is not ${said(comparison.value)}`
    case 'in':
      return `is one of ${comparison.values.map(said).join(', ')}`
    case 'contains':
      return `contains ${said(comparison.value)}`
    case 'starts-with':
      return `starts with ${said(comparison.value)}`
    case 'less':
      return `is before or below ${said(comparison.value)}`
    case 'at-most':
      return `is at most ${said(comparison.value)}`
    case 'greater':
      return `is after or above ${said(comparison.value)}`
    case 'at-least':
      return `is at least ${said(comparison.value)}`
    case 'between':
      return sameJson(comparison.from, comparison.to)
        ? `is ${said(comparison.from)}`
        : `is between ${said(comparison.from)} and ${said(comparison.to)}`
    case 'empty':
      return 'is empty'
    default:
      return unreachable(comparison)
  }
}

function said(operand: Operand): string {
  if (typeof operand === 'boolean') return operand ? 'yes' : 'no'
  if (typeof operand === 'object') return 'person' in operand ? operand.person : day(operand.daysFromToday)
  return typeof operand === 'string' ? `“${operand}”` : String(operand)
}

function day(fromToday: number): string {
  if (fromToday === 0) return 'today'
  const days = Math.abs(fromToday) === 1 ? '1 day' : `${Math.abs(fromToday)} days`
  return fromToday < 0 ? `${days} ago` : `in ${days}`
}
