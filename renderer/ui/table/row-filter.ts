import { evaluate } from '#app/conditions/index.ts'
import type { Surroundings } from '#app/conditions/index.ts'
import type { AnyModule, Envelope } from '#app/kernel/index.ts'
import { folded } from '#app/values/index.ts'
import type { AnyFieldViews, Lookup } from '../fields/field-view.ts'
import { listCondition } from './list-condition.ts'
import type { ListFilter } from './list-condition.ts'

// Filters of a list run on decrypted records in memory and are never stored.

export type FilterContext = {
  readonly module: AnyModule
  readonly views: AnyFieldViews
  readonly lookup: Lookup
  /** The columns whose text is searched beside the module's own search words. */
  readonly columns: readonly string[]
  readonly around: Surroundings
}

type Row = Envelope & { readonly [field: string]: unknown }

export function isFiltering({ text, fields }: ListFilter): boolean {
  return (
    text.trim() !== '' ||
    Object.values(fields).some((choice) =>
      choice.chosen === 'codes' ? choice.codes.length > 0 : choice.from !== null || choice.to !== null,
    )
  )
}

/**
 * Whether a row passes. All words of the text must be found, in whatever order. What a condition can't tell, because the
 * field is hidden, does not pass.
 */
export function rowTest(filter: ListFilter, context: FilterContext): (row: Row) => boolean {
  if (!isFiltering(filter)) return () => true
  const words = folded(filter.text).split(' ').filter(Boolean)
  const condition = listCondition(filter, context.views, context.around)
  return (row) => evaluate(condition, row, context.around) === true && holdsWords(row, words, context)
}

const ownWords = new WeakMap<object, string>()

function holdsWords(row: Row, words: readonly string[], context: FilterContext): boolean {
  if (words.length === 0) return true
  const own = ownWords.get(row) ?? searchText(row, context.module)
  ownWords.set(row, own)
  const missing = words.filter((word) => !own.includes(word))
  if (missing.length === 0) return true
  const shown = folded(context.columns.map((name) => textOf(row, name, context)).join(' '))
  return missing.every((word) => shown.includes(word))
}

function searchText(row: Row, module: AnyModule): string {
  const words = Object.entries(module.fields).flatMap(([name, spec]) => {
    const value = row[name]
    return value === undefined || spec.search === undefined ? [] : spec.search.of(value)
  })
  return folded([module.title(row), ...words].join(' '))
}

export function textOf(
  row: Row,
  name: string,
  { views, lookup }: Pick<FilterContext, 'views' | 'lookup'>,
): string {
  const value = row[name]
  return value === undefined ? '' : (views[name]?.text(value, lookup) ?? '')
}
