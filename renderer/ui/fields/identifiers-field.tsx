import { identifier, identifierSchema } from '#app/values/index.ts'
import type { Identifier } from '#app/values/index.ts'
import { optionsOf } from './choice-field.tsx'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'
import { ItemList } from './item-list.tsx'
import { ChoicePart, TextPart } from './part-inputs.tsx'

const uses = optionsOf(identifierSchema.shape.use.options)

/** The words that front desks use for the types of HL7 table 0203. */
const typeNames: Readonly<Record<string, string>> = {
  MR: 'Medical record',
  VN: 'Visit',
  AN: 'Account',
  SS: 'Social security',
  DL: 'Driver’s licence',
  NPI: 'NPI',
  PI: 'Patient',
  PT: 'External patient',
  PLAC: 'Placer',
  FILL: 'Filler',
  TAX: 'Tax number',
}

type Draft = Pick<Identifier, 'value' | 'type' | 'use'> & { readonly namespace: string | undefined }

/** Its key is derived from what it is, so that it is made anew with each keystroke. */
function complete({ value, type, use, namespace }: Draft, old?: Identifier): Identifier {
  const { namespace: _old, ...universal } = old?.authority ?? {}
  const authority = { ...universal, ...(namespace === undefined ? {} : { namespace }) }
  const known = authority.namespace !== undefined || authority.universalId !== undefined
  const period = old?.period === undefined ? {} : { period: old.period }
  return identifier({ value, type, use, ...period, ...(known ? { authority } : {}) })
}

function draftOf(given: Identifier): Draft {
  return { value: given.value, type: given.type, use: given.use, namespace: given.authority?.namespace }
}

function IdentifiersInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly Identifier[]>) {
  return (
    <ItemList
      label={label}
      one="identifier"
      items={value.map((item, at) => ({ item, at }))}
      required={required}
      errors={errors}
      keyOf={({ at }) => String(at)}
      blank={() => ({
        item: complete({ value: '', type: 'MR', use: 'usual', namespace: undefined }),
        at: -1,
      })}
      onChange={(items) => onChange(items.map(({ item }) => item))}
    >
      {({ item, at }, change, errorAt) => {
        const draft = draftOf(item)
        const set = (part: Partial<Draft>) => change({ item: complete({ ...draft, ...part }, item), at })
        return (
          <>
            <TextPart
              label="Number"
              value={draft.value}
              error={errorAt('value')}
              onChange={(text) => set({ value: text ?? '' })}
            />
            <TextPart
              label="Type"
              value={draft.type}
              error={errorAt('type')}
              onChange={(text) => set({ type: text?.toUpperCase() ?? '' })}
            />
            <TextPart
              label="Given by"
              value={draft.namespace}
              error={errorAt('authority')}
              onChange={(namespace) => set({ namespace })}
            />
            <ChoicePart
              label="Kind"
              value={draft.use}
              options={uses}
              error={errorAt('use')}
              onChange={(use) => set({ use })}
            />
          </>
        )
      }}
    </ItemList>
  )
}

function Identifiers({ value }: { readonly value: readonly Identifier[] }) {
  return (
    <div className={classes['stack']}>
      {value.map((given) => (
        <div key={given.key}>
          {given.value} <span className={classes['soft']}>{originOf(given)}</span>
        </div>
      ))}
    </div>
  )
}

function originOf({ type, authority }: Identifier): string {
  return [typeNames[type] ?? type, authority?.namespace ?? authority?.universalId].filter(Boolean).join(', ')
}

/** Record numbers; lists show the medical record number, else the first. */
export const identifiersField: FieldView<readonly Identifier[]> = {
  text: (value) => (value.find(({ type }) => type === 'MR') ?? value[0])?.value ?? '',
  Show: Identifiers,
  Input: IdentifiersInput,
  wide: true,
}
