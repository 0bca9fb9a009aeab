import { TextInput } from '@mantine/core'
import type { FieldInputProps, FieldView } from './field-view.ts'

function LineInput({ label, value, required, errors, onChange }: FieldInputProps<string | null>) {
  return (
    <TextInput
      label={label}
      value={value ?? ''}
      withAsterisk={required}
      error={errors.own}
      onChange={(event) => onChange(orNull(event.currentTarget.value))}
    />
  )
}

/** Nothing typed is nothing known. */
export function orNull(typed: string): string | null {
  return typed.trim() === '' ? null : typed
}

/** One line of text. */
export const lineField: FieldView<string | null> = {
  text: (value) => value ?? '',
  Input: LineInput,
}
