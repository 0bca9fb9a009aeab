import type { AnyFieldView, Lookup } from '../fields/field-view.ts'
import type { RecordView } from './presentation.ts'

type FieldTextProps = {
  readonly view: AnyFieldView | undefined
  readonly value: unknown
  readonly lookup: Lookup
  /** The record whose field it is, where it is shown as a whole. */
  readonly record?: RecordView | undefined
}

/** A value as its field shows it. */
export function FieldText({ view, value, lookup, record }: FieldTextProps) {
  if (view === undefined || value === undefined) return null
  const { Show } = view
  return Show === undefined ? (
    view.text(value, lookup)
  ) : (
    <Show value={value} lookup={lookup} record={record} />
  )
}
