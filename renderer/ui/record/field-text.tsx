import type { AnyFieldView, Lookup } from '../fields/field-view.ts'

type FieldTextProps = {
  readonly view: AnyFieldView | undefined
  readonly value: unknown
  readonly lookup: Lookup
}

/** A value as its field shows it. */
export function FieldText({ view, value, lookup }: FieldTextProps) {
  if (view === undefined || value === undefined) return null
  const { Show } = view
  return Show === undefined ? view.text(value, lookup) : <Show value={value} lookup={lookup} />
}
