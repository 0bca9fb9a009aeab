import { TagsInput } from '@mantine/core'
import { conceptText } from '#app/values/index.ts'
import type { CodeableConcept } from '#app/values/index.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'

/** People write each meaning in words; codes that came with one stay while its words do. */
function ConceptsInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly CodeableConcept[]>) {
  return (
    <TagsInput
      label={label}
      value={value.map(conceptText)}
      withAsterisk={required}
      placeholder={value.length > 0 ? '' : 'Type and press Enter'}
      error={errors.own ?? value.map((_concept, at) => errors.at(`${at}.text`)).find(Boolean)}
      onChange={(words) =>
        onChange(
          words.map((text) => value.find((known) => conceptText(known) === text) ?? { codings: [], text }),
        )
      }
    />
  )
}

function Concepts({ value }: { readonly value: readonly CodeableConcept[] }) {
  return (
    <div className={classes['stack']}>
      {value.map((concept) => (
        <div key={`${conceptText(concept)} ${concept.codings[0]?.code ?? ''}`}>
          {conceptText(concept)}{' '}
          <span className={classes['soft']}>{concept.codings.map(({ code }) => code).join(', ')}</span>
        </div>
      ))}
    </div>
  )
}

/** Several meanings, each in words and codes. */
export const conceptsField: FieldView<readonly CodeableConcept[]> = {
  text: (value) => value.map(conceptText).join(', '),
  Show: Concepts,
  Input: ConceptsInput,
}
