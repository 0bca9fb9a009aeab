import { Switch } from '@mantine/core'
import type { FieldInputProps, FieldView } from './field-view.ts'

function ToggleInput({ label, value, errors, onChange }: FieldInputProps<boolean>) {
  return (
    <Switch
      label={label}
      checked={value ?? false}
      error={errors.own}
      mt={26}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

/** Yes or no. */
export const toggleField: FieldView<boolean> = {
  text: (value) => (value ? 'Yes' : 'No'),
  order: (value) => (value ? 0 : 1),
  options: [
    { value: 'true', label: 'Yes' },
    { value: 'false', label: 'No' },
  ],
  filter: { by: 'flag' },
  Input: ToggleInput,
}
