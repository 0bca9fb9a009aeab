import { MultiSelect } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { useLookup } from '../data/use-lookup.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'
import { RecordLink } from './record-link.tsx'
import { RecordName } from './record-name.tsx'
import { useFoundRecords } from './found-records.ts'
import type { Admits } from './found-records.ts'

type ReferencesOptions = { readonly admits?: Admits | undefined; readonly linked: boolean }

/** The ids of several other records. */
export function referencesField(
  module: ModuleName,
  { admits, linked }: ReferencesOptions,
): FieldView<readonly Id[]> {
  function ReferencesInput({
    label,
    value = [],
    required,
    errors,
    onChange,
  }: FieldInputProps<readonly Id[]>) {
    const [typed, setTyped] = useState('')
    const found = useFoundRecords(module, typed, null, admits)
    const lookup = useLookup()
    const options = useMemo(() => {
      const missing = value.filter((id) => !found.some((option) => option.value === id))
      return [
        ...found,
        ...missing.map((id) => ({ value: id, label: lookup(module, id) || 'Not on this device' })),
      ]
    }, [found, value, lookup])
    return (
      <MultiSelect
        label={label}
        value={[...value]}
        data={options}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        filter={({ options: given }) => given}
        hidePickedOptions
        withAsterisk={required}
        error={errors.own}
        placeholder={value.length === 0 ? 'Type to search' : ''}
        nothingFoundMessage={typed === '' ? 'Type a name or a number' : 'Nothing found on this device'}
        onChange={onChange}
      />
    )
  }

  function Referred({ value }: { readonly value: readonly Id[] }) {
    return (
      <div className={classes['stack']}>
        {value.map((id) => (
          <div key={id}>
            {linked ? <RecordLink module={module} id={id} /> : <RecordName module={module} id={id} />}
          </div>
        ))}
      </div>
    )
  }

  return {
    text: (value, lookup) =>
      value
        .map((id) => lookup(module, id))
        .filter((name) => name !== '')
        .join(', '),
    refersTo: module,
    filter: { by: 'codes' },
    Show: Referred,
    Input: ReferencesInput,
  }
}

export const sitesField = referencesField('locations', {
  admits: (view) => view['type'] === 'site',
  linked: false,
})
export const territoriesField = referencesField('territories', { linked: true })
export const careTeamsField = referencesField('care-teams', {
  admits: (view) => view['status'] === 'active' || view['status'] === 'proposed',
  linked: true,
})
export const contactsField = referencesField('contacts', { linked: true })
