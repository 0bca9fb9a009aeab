import { TextInput } from '@mantine/core'
import { quantityText } from '#app/values/index.ts'
import type { Quantity } from '#app/values/index.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'
import { withPart } from './part-inputs.tsx'

function QuantityInput({ label, value, required, errors, onChange }: FieldInputProps<Quantity | null>) {
  return (
    <div className={classes['pair']}>
      <TextInput
        label={label}
        inputMode="decimal"
        value={value?.value ?? ''}
        withAsterisk={required}
        error={errors.own ?? errors.at('value')}
        onChange={(event) => {
          const typed = event.currentTarget.value.trim()
          onChange(typed === '' ? null : { ...value, value: typed })
        }}
      />
      <TextInput
        className={classes['narrow'] ?? ''}
        label="Unit"
        value={value?.unit ?? value?.code ?? ''}
        disabled={!value}
        error={errors.at('unit')}
        onChange={(event) => {
          // The code belonged to the unit that stood here.
          const { code: _old, ...rest } = value ?? { value: '' }
          onChange(withPart(rest, 'unit', event.currentTarget.value || undefined))
        }}
      />
    </div>
  )
}

/** A measured amount with its unit, digits as they were written. */
export const quantityField: FieldView<Quantity | null> = {
  text: (value) => (value === null ? '' : quantityText(value)),
  Input: QuantityInput,
}
