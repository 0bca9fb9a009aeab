import { newId } from '#app/kernel/index.ts'
import { humanNameSchema, listedName, nameText, officialName } from '#app/values/index.ts'
import type { HumanName } from '#app/values/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { optionsOf } from './choice-field.tsx'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'
import { ItemList } from './item-list.tsx'
import { ChoicePart, TextPart, withPart } from './part-inputs.tsx'

const uses = optionsOf(humanNameSchema.shape.use.options, { official: 'Legal', usual: 'Preferred' })

/** A legal name, to be filled in. */
export function blankName(): HumanName {
  return { key: newId(), use: 'official', given: [], prefix: [], suffix: [], representation: 'A' }
}

function NamesInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly HumanName[]>) {
  return (
    <ItemList
      label={label}
      one="name"
      items={value}
      required={required}
      errors={errors}
      keyOf={(name) => name.key}
      blank={blankName}
      onChange={onChange}
    >
      {(name, change, errorAt) => (
        <>
          <TextPart
            label="Given names"
            value={name.given.join(' ')}
            error={errorAt('given')}
            onChange={(given) => change({ ...name, given: givenNames(given) })}
          />
          <TextPart
            label="Family name"
            value={name.family}
            error={errorAt('family')}
            onChange={(family) => change(withPart(name, 'family', family))}
          />
          <TextPart
            label="Title"
            value={name.prefix[0]}
            error={errorAt('prefix')}
            onChange={(prefix) => change({ ...name, prefix: prefix === undefined ? [] : [prefix] })}
          />
          <ChoicePart
            label="Kind"
            value={name.use}
            options={uses}
            error={errorAt('use')}
            onChange={(use) => change({ ...name, use })}
          />
        </>
      )}
    </ItemList>
  )
}

/** A blank at the end is a name about to be typed: it is kept while typing and dropped when saving. */
function givenNames(typed: string | undefined): string[] {
  return typed === undefined ? [] : typed.split(' ')
}

function Names({ value }: { readonly value: readonly HumanName[] }) {
  return (
    <div className={classes['stack']}>
      {value.map((name) => (
        <div key={name.key}>
          {nameText(name)} <span className={classes['soft']}>{kindOf(name.use)}</span>
        </div>
      ))}
    </div>
  )
}

function kindOf(use: string): string {
  return uses.find((option) => option.value === use)?.label ?? labelOf(use)
}

/** The names of a person; lists show and sort the family name first. */
export const namesField: FieldView<readonly HumanName[]> = {
  text: (value) => {
    const name = officialName(value)
    return name === undefined ? '' : listedName(name)
  },
  Show: Names,
  Input: NamesInput,
  wide: true,
}
