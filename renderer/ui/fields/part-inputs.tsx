import { Checkbox, Select, TextInput } from '@mantine/core'
import type { Option } from './field-view.ts'

// The small inputs of composed values. An absent member is left out of the value, since exact schemas want it so.

type PartProps = { readonly label: string; readonly error: string | undefined }

type TextPartProps = PartProps & {
  readonly value: string | undefined
  onChange(value: string | undefined): void
}

export function TextPart({ label, value, error, onChange }: TextPartProps) {
  return (
    <TextInput
      size="xs"
      label={label}
      value={value ?? ''}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  )
}

type ChoicePartProps<Code extends string> = PartProps & {
  readonly value: Code
  readonly options: readonly Option[]
  onChange(value: Code): void
}

export function ChoicePart<Code extends string>({
  label,
  value,
  options,
  error,
  onChange,
}: ChoicePartProps<Code>) {
  return (
    <Select
      size="xs"
      label={label}
      value={value}
      data={options}
      allowDeselect={false}
      error={error}
      onChange={(chosen) => chosen !== null && onChange(chosen as Code)}
    />
  )
}

type CheckPartProps = { readonly label: string; readonly value: boolean; onChange(value: boolean): void }

export function CheckPart({ label, value, onChange }: CheckPartProps) {
  return (
    <Checkbox
      size="xs"
      mt={24}
      label={label}
      checked={value}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

/** The item with one member set, or without it where the value is undefined. */
export function withPart<Item extends object, Key extends keyof Item>(
  item: Item,
  key: Key,
  value: Item[Key] | undefined,
): Item {
  const { [key]: _old, ...rest } = item
  return (value === undefined ? rest : { ...rest, [key]: value }) as Item
}
