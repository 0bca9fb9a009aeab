import { Select } from '@mantine/core'
import { z } from 'zod'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { FieldSpec } from '#app/kernel/index.ts'
import type { FieldInputProps, FieldView, Option } from './field-view.ts'

/** The codes that a schema admits: an enumeration, or one that may be null. */
export function codesOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodNullable) return codesOf(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodEnum) return schema.options.map(String)
  throw new Error('a choice needs an enumeration')
}

export function optionsOf(
  codes: readonly string[],
  labels: Readonly<Record<string, string>> = {},
): readonly Option[] {
  return codes.map((value) => ({ value, label: labels[value] ?? labelOf(value) }))
}

/** Which states a record may take next: what the graph allows from the present one, and that one itself. */
export function nextStates(spec: FieldSpec, current: unknown): readonly string[] {
  const all = codesOf(spec.schema)
  if (spec.merge.rule !== 'status' || typeof current !== 'string') return all
  const next = spec.merge.graph[current] ?? []
  return all.filter((code) => code === current || next.includes(code))
}

/**
 * One of a few codes. Codes are written out (`entered-in-error` is "Entered in error"), or as `labels` say. Values sort
 * in the order of the schema.
 */
export function choiceField<Code extends string>(
  spec: FieldSpec<z.ZodType<Code | null>>,
  labels?: Readonly<Partial<Record<Code, string>>>,
): FieldView<Code | null> {
  const codes = codesOf(spec.schema)
  const options = optionsOf(codes, labels as Readonly<Record<string, string>> | undefined)
  const labelled = new Map(options.map(({ value, label }) => [value, label]))

  function ChoiceInput({
    label,
    value,
    required,
    errors,
    codes: allowed,
    onChange,
  }: FieldInputProps<Code | null>) {
    return (
      <Select
        label={label}
        value={value ?? null}
        data={allowed === undefined ? options : options.filter((option) => allowed.includes(option.value))}
        withAsterisk={required}
        clearable={!required}
        searchable={options.length > 7}
        error={errors.own}
        placeholder={required ? 'Choose' : ''}
        comboboxProps={{ transitionProps: { duration: 80 } }}
        onChange={(chosen) => onChange(chosen as Code | null)}
      />
    )
  }

  return {
    text: (value) => (value === null ? '' : (labelled.get(value) ?? value)),
    order: (value) => (value === null ? null : codes.indexOf(value)),
    options,
    filter: { by: 'codes' },
    Input: ChoiceInput,
  }
}
