import { TextInput } from '@mantine/core'
import { dateText } from '../format/when.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'

function DateInput({ label, value, required, errors, onChange }: FieldInputProps<string | null>) {
  return (
    <TextInput
      type="date"
      label={label}
      value={value ?? ''}
      withAsterisk={required}
      error={errors.own}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  )
}

/** A day of the calendar. */
export const dateField: FieldView<string | null> = {
  text: (value) => (value === null ? '' : dateText(value)),
  order: (value) => value,
  filter: { by: 'days' },
  Input: DateInput,
}
