import type { Comparison, Condition, Surroundings } from '#app/conditions/index.ts'
import { addDays, instantOf } from '#app/values/index.ts'
import type { AnyFieldViews, FieldFilterKind } from '../fields/field-view.ts'

/** What a person chose for one field of a list. Days are `YYYY-MM-DD`, both ends included. */
export type FieldChoice =
  | { readonly chosen: 'codes'; readonly codes: readonly string[] }
  | { readonly chosen: 'days'; readonly from: string | null; readonly to: string | null }

export type ListFilter = {
  readonly text: string
  readonly fields: Readonly<Record<string, FieldChoice>>
}

export const noFilter: ListFilter = { text: '', fields: {} }

/** The choices of all fields as one condition; `all` of nothing holds of everything. */
export function listCondition(filter: ListFilter, views: AnyFieldViews, around: Surroundings): Condition {
  const of = Object.entries(filter.fields).flatMap(([name, choice]) => {
    const kind = views[name]?.filter
    return kind === undefined ? [] : comparisonsOf(name, kind, choice, around)
  })
  return { is: 'all', of }
}

function comparisonsOf(
  name: string,
  { by, member }: FieldFilterKind,
  choice: FieldChoice,
  around: Surroundings,
): readonly Comparison[] {
  const field = member === undefined ? name : `${name}.${member}`
  if (choice.chosen === 'codes') {
    if (choice.codes.length === 0) return []
    return [
      {
        is: 'in',
        field,
        values: by === 'flag' ? choice.codes.map((code) => code === 'true') : [...choice.codes],
      },
    ]
  }
  const begins = (day: string) => (by === 'instants' ? startOf(day, around.zone) : day)
  return [
    ...(choice.from === null ? [] : [{ is: 'at-least' as const, field, value: begins(choice.from) }]),
    // Before the next day begins: a time of the last day still belongs to it.
    ...(choice.to === null ? [] : [{ is: 'less' as const, field, value: begins(addDays(choice.to, 1)) }]),
  ]
}

function startOf(day: string, zone: string): string {
  return instantOf({ local: `${day}T00:00:00`, zone })
}
