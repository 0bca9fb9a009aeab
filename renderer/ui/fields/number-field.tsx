import { NumberInput } from '@mantine/core'
import type { FieldInputProps, FieldView } from './field-view.ts'

const whole = new Intl.NumberFormat()

/** A whole number, with its unit where it has one. */
export function numberField(unit = ''): FieldView<number | null> {
  function WholeNumberInput({ label, value, required, errors, onChange }: FieldInputProps<number | null>) {
    return (
      <NumberInput
        label={label}
        value={value ?? ''}
        withAsterisk={required}
        error={errors.own}
        allowDecimal={false}
        hideControls
        suffix={unit === '' ? '' : ` ${unit}`}
        onChange={(typed) => onChange(typeof typed === 'number' ? typed : null)}
      />
    )
  }
  return {
    text: (value) => (value === null ? '' : `${whole.format(value)}${unit === '' ? '' : ` ${unit}`}`),
    order: (value) => value,
    Input: WholeNumberInput,
  }
}
