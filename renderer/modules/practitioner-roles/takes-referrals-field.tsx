import type { FieldInputProps, FieldView } from '#renderer/ui/fields/field-view.ts'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'

function TakesReferralsInput({ value, ...rest }: FieldInputProps<boolean | null>) {
  return <toggleField.Input {...rest} value={value ?? false} />
}

/** Whether somebody takes new patients; nothing where nobody has asked. */
export const takesReferralsField: FieldView<boolean | null> = {
  text: (value, lookup) => (value === null ? '' : toggleField.text(value, lookup)),
  order: (value) => (value === null ? null : value ? 0 : 1),
  options: [
    { value: 'true', label: 'Yes' },
    { value: 'false', label: 'No' },
  ],
  filter: { by: 'flag' },
  Input: TakesReferralsInput,
}
