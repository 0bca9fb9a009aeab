import { MultiSelect } from '@mantine/core'
import { z } from 'zod'
import type { FieldSpec } from '#app/kernel/index.ts'
import { codesOf, optionsOf } from './choice-field.tsx'
import type { FieldInputProps, FieldView } from './field-view.ts'

/** Several of a few codes, in the order of the schema. */
export function choicesField<Code extends string>(
  spec: FieldSpec<z.ZodType<Code[]>>,
  labels?: Readonly<Partial<Record<Code, string>>>,
): FieldView<readonly Code[]> {
  const codes = spec.schema instanceof z.ZodArray ? codesOf(spec.schema.element as z.ZodType) : []
  const options = optionsOf(codes, labels as Readonly<Record<string, string>> | undefined)
  const labelled = new Map(options.map(({ value, label }) => [value, label]))

  function ChoicesInput({ label, value = [], required, errors, onChange }: FieldInputProps<readonly Code[]>) {
    return (
      <MultiSelect
        label={label}
        value={[...value]}
        data={options}
        withAsterisk={required}
        error={errors.own}
        comboboxProps={{ transitionProps: { duration: 80 } }}
        onChange={(chosen) => onChange(codes.filter((code) => chosen.includes(code)) as Code[])}
      />
    )
  }

  return {
    text: (value) => value.map((code) => labelled.get(code) ?? code).join(', '),
    options,
    filter: { by: 'codes' },
    Input: ChoicesInput,
  }
}
