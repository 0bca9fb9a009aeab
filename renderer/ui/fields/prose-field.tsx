import { Textarea } from '@mantine/core'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'
import { orNull } from './line-field.tsx'

function ProseInput({ label, value, required, errors, onChange }: FieldInputProps<string | null>) {
  return (
    <Textarea
      label={label}
      value={value ?? ''}
      withAsterisk={required}
      error={errors.own}
      autosize
      minRows={3}
      maxRows={14}
      onChange={(event) => onChange(orNull(event.currentTarget.value))}
    />
  )
}

function Prose({ value }: { readonly value: string | null }) {
  return <div className={classes['prose']}>{value}</div>
}

/** Text of several lines. */
export const proseField: FieldView<string | null> = {
  text: (value) => value?.replaceAll(/\s+/g, ' ') ?? '',
  Show: Prose,
  Input: ProseInput,
  wide: true,
}
