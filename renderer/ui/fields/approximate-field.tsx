import type { Moment } from '#app/values/index.ts'
import { momentText } from '../format/when.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import { partialDateField } from './partial-date-field.tsx'

/** The day of an instant stands in the box; the instant itself stays until somebody types. */
function ApproximateInput({ value, ...rest }: FieldInputProps<Moment | null>) {
  return <partialDateField.Input {...rest} value={value?.slice(0, 10) ?? null} />
}

/** A moment that people know by its day, its month or its year, and that systems know to the second. */
export const approximateField: FieldView<Moment | null> = {
  text: (value) => (value === null ? '' : momentText(value)),
  order: (value) => value,
  filter: { by: 'days' },
  Input: ApproximateInput,
}
