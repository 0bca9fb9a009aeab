import { newId } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { addressLines, addressSchema } from '#app/values/index.ts'
import type { Address } from '#app/values/index.ts'
import { optionsOf } from './choice-field.tsx'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'
import { ItemList } from './item-list.tsx'
import { CheckPart, ChoicePart, TextPart, withPart } from './part-inputs.tsx'

const uses = optionsOf(addressSchema.shape.use.options, { temp: 'For a time' })

function blank(): Address {
  return { key: newId(), use: 'home', confidential: false, lines: [] }
}

type AddressPartsProps = {
  readonly address: Address
  change(address: Address): void
  errorAt(path: string): string | undefined
}

export function AddressParts({ address, change, errorAt }: AddressPartsProps) {
  const part = (label: string, key: 'city' | 'state' | 'postalCode' | 'country') => (
    <TextPart
      label={label}
      value={address[key]}
      error={errorAt(key)}
      onChange={(text) => change(withPart(address, key, key === 'country' ? text?.toUpperCase() : text))}
    />
  )
  return (
    <>
      <TextPart
        label="Street"
        value={address.lines[0]}
        error={errorAt('lines') ?? errorAt('lines.0')}
        onChange={(text) => change({ ...address, lines: linesWith(address.lines, text) })}
      />
      {part('City', 'city')}
      {part('State', 'state')}
      {part('Postal code', 'postalCode')}
      {part('Country', 'country')}
      <ChoicePart
        label="Kind"
        value={address.use}
        options={uses}
        error={errorAt('use')}
        onChange={(use) => change({ ...address, use })}
      />
      <CheckPart
        label="Confidential"
        value={address.confidential}
        onChange={(confidential) => change({ ...address, confidential })}
      />
    </>
  )
}

function linesWith(lines: readonly string[], first: string | undefined): string[] {
  return [...(first === undefined ? [] : [first]), ...lines.slice(1)]
}

function AddressesInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly Address[]>) {
  return (
    <ItemList
      label={label}
      one="address"
      items={value}
      required={required}
      errors={errors}
      keyOf={(address) => address.key}
      blank={blank}
      onChange={onChange}
    >
      {(address, change, errorAt) => <AddressParts address={address} change={change} errorAt={errorAt} />}
    </ItemList>
  )
}

function Addresses({ value }: { readonly value: readonly Address[] }) {
  return (
    <div className={classes['stack']}>
      {value.map((address) => (
        <address key={address.key} className={classes['address']}>
          {addressLines(address).join(', ')}{' '}
          <span className={classes['soft']}>
            {labelOf(address.use)}
            {address.confidential && ', confidential'}
          </span>
        </address>
      ))}
    </div>
  )
}

export const addressesField: FieldView<readonly Address[]> = {
  text: (value) => {
    const first = value.find((address) => !address.confidential && address.use !== 'old')
    return first === undefined ? '' : [first.city, first.state].filter(Boolean).join(', ')
  },
  Show: Addresses,
  Input: AddressesInput,
  wide: true,
}
