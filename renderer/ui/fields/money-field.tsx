import { amountText } from '../format/amount.ts'
import { NumberInput, Select } from '@mantine/core'
import { minorDigits } from '#app/values/index.ts'
import type { Money } from '#app/values/index.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'

const currencies = Intl.supportedValuesOf('currency')

function MoneyInput({ label, value, required, errors, onChange }: FieldInputProps<Money | null>) {
  const currency = value?.currency ?? 'USD'
  const digits = minorDigits(currency)
  return (
    <div className={classes['pair']}>
      <NumberInput
        label={label}
        value={value ? value.minor / 10 ** digits : ''}
        withAsterisk={required}
        decimalScale={digits}
        thousandSeparator
        hideControls
        error={errors.own ?? errors.at('minor')}
        onChange={(typed) => onChange(typeof typed === 'number' ? moneyOf(typed, currency) : null)}
      />
      <Select
        className={classes['narrow'] ?? ''}
        label="Currency"
        value={currency}
        data={currencies}
        searchable
        limit={40}
        allowDeselect={false}
        disabled={!value}
        error={errors.at('currency')}
        onChange={(chosen) =>
          value && chosen !== null && onChange(moneyOf(value.minor / 10 ** digits, chosen))
        }
      />
    </div>
  )
}

function moneyOf(amount: number, currency: string): Money {
  return { minor: Math.round(amount * 10 ** minorDigits(currency)), currency }
}

/** An exact amount. */
export const moneyField: FieldView<Money | null> = {
  text: (value) => (value === null ? '' : amountText(value)),
  order: (value) => (value === null ? null : value.minor / 10 ** minorDigits(value.currency)),
  Input: MoneyInput,
}
