import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { isPartialDate } from '#app/values/index.ts'
import { readDate } from '../format/read-date.ts'
import { dateText } from '../format/when.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import { orNull } from './line-field.tsx'

/** Typed in the order of the locale or of ISO; what it was understood as stands below while it is typed. */
function PartialDateInput({ label, value, required, errors, onChange }: FieldInputProps<string | null>) {
  const [typed, setTyped] = useState(value ?? '')
  // What came from elsewhere (undo, another device) replaces what stands here.
  const shown = readDate(typed) === (value ?? '') ? typed : (value ?? '')
  const understood =
    value !== null && value !== undefined && isPartialDate(value) ? dateText(value) : undefined
  return (
    <TextInput
      label={label}
      value={shown}
      withAsterisk={required}
      placeholder="YYYY-MM-DD, or only the year"
      description={understood}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      error={errors.own}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        onChange(orNull(readDate(event.currentTarget.value)))
      }}
    />
  )
}

/** A date of which perhaps only the year or the month is known. */
export const partialDateField: FieldView<string | null> = {
  text: (value) => (value === null ? '' : dateText(value)),
  order: (value) => value,
  filter: { by: 'days' },
  Input: PartialDateInput,
}
