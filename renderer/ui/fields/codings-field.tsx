import type { Coding } from '#app/values/index.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'
import { ItemList } from './item-list.tsx'
import { TextPart, withPart } from './part-inputs.tsx'

/** A code of a record has no key of its own: its place tells it apart while it is edited. */
type Item = { readonly coding: Coding; readonly at: number }

/** A list of codes of the code system that the field takes. */
export function codingsField(system: string, one: string): FieldView<readonly Coding[]> {
  function CodingsInput({
    label,
    value = [],
    required,
    errors,
    onChange,
  }: FieldInputProps<readonly Coding[]>) {
    return (
      <ItemList
        label={label}
        one={one}
        items={value.map((coding, at): Item => ({ coding, at }))}
        required={required}
        errors={errors}
        keyOf={({ at }) => String(at)}
        blank={(): Item => ({ coding: { system, code: '' }, at: -1 })}
        onChange={(items) => onChange(items.map(({ coding }) => coding))}
      >
        {({ coding, at }, change, errorAt) => (
          <>
            <TextPart
              label="Code"
              value={coding.code}
              error={errorAt('code')}
              onChange={(code) => change({ coding: { ...coding, code: code ?? '' }, at })}
            />
            <TextPart
              label="In words"
              value={coding.display}
              error={errorAt('display')}
              onChange={(display) => change({ coding: withPart(coding, 'display', display), at })}
            />
          </>
        )}
      </ItemList>
    )
  }

  function Codings({ value }: { readonly value: readonly Coding[] }) {
    return (
      <div className={classes['stack']}>
        {value.map((coding) => (
          <div key={`${coding.system}|${coding.code}`}>
            {coding.display ?? coding.code} <span className={classes['soft']}>{coding.code}</span>
          </div>
        ))}
      </div>
    )
  }

  return {
    text: (value) => value.map(({ display, code }) => display ?? code).join(', '),
    Show: Codings,
    Input: CodingsInput,
    wide: true,
  }
}
