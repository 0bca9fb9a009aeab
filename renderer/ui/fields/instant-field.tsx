import { TextInput } from '@mantine/core'
import { instantOf, zonedAt } from '#app/values/index.ts'
import { instantText, localZone, momentText } from '../format/when.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'

function InstantInput({ label, value, required, errors, onChange }: FieldInputProps<string | null>) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={value ? zonedAt(Date.parse(value), localZone()).local.slice(0, 16) : ''}
      withAsterisk={required}
      error={errors.own}
      onChange={(event) => onChange(instantFrom(event.currentTarget.value))}
    />
  )
}

function instantFrom(typed: string): string | null {
  return typed === '' ? null : instantOf({ local: `${typed.slice(0, 16)}:00`, zone: localZone() })
}

/** A moment of the past, in the reader's own zone. */
export const instantField: FieldView<string | null> = {
  text: (value) => (value === null ? '' : instantText(value)),
  order: (value) => value,
  filter: { by: 'instants' },
  Input: InstantInput,
}

/** A moment as precisely as it is known: an instant, or a date, month or year. */
export const momentField: FieldView<string | null> = {
  ...instantField,
  text: (value) => (value === null ? '' : momentText(value)),
}
