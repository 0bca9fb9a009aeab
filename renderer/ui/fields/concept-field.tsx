import { TextInput } from '@mantine/core'
import { conceptText } from '#app/values/index.ts'
import type { CodeableConcept, Coding } from '#app/values/index.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'

/** People write the meaning in words; codes that came with it stay while the words do. */
function ConceptInput({ label, value, required, errors, onChange }: FieldInputProps<CodeableConcept | null>) {
  return (
    <TextInput
      label={label}
      value={value ? conceptText(value) : ''}
      withAsterisk={required}
      error={errors.own ?? errors.at('text') ?? errors.at('codings')}
      onChange={(event) => {
        const text = event.currentTarget.value
        onChange(text === '' ? null : { codings: [], text })
      }}
    />
  )
}

function Concept({ value }: { readonly value: CodeableConcept | null }) {
  if (value === null) return null
  return (
    <span>
      {conceptText(value)} <Codes codings={value.codings} />
    </span>
  )
}

function Codes({ codings }: { readonly codings: readonly Coding[] }) {
  if (codings.length === 0) return null
  return <span className={classes['soft']}>{codings.map(({ code }) => code).join(', ')}</span>
}

/** One meaning, in words and codes. */
export const conceptField: FieldView<CodeableConcept | null> = {
  text: (value) => (value === null ? '' : conceptText(value)),
  Show: Concept,
  Input: ConceptInput,
}
