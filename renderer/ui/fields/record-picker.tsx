import { Select } from '@mantine/core'
import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { titleOf } from '../data/titles.ts'
import { useRecord } from '../data/use-records.ts'
import type { Option } from './field-view.ts'
import { useFoundRecords } from './found-records.ts'
import type { Admits } from './found-records.ts'

type RecordPickerProps = {
  readonly module: ModuleName
  readonly label: string
  readonly value: Id | null
  readonly required: boolean
  readonly error: string | undefined
  readonly admits?: Admits | undefined
  onChange(id: Id | null): void
}

/** Chooses one record by typing part of its name, number or phone. */
export function RecordPicker({ module, label, value, required, error, admits, onChange }: RecordPickerProps) {
  const [typed, setTyped] = useState('')
  const chosen = useChosen(module, value)
  const found = useFoundRecords(module, typed, chosen?.label ?? null, admits)
  const options =
    chosen === null || found.some((option) => option.value === chosen.value) ? found : [chosen, ...found]
  return (
    <Select
      label={label}
      value={value}
      data={options}
      searchable
      // Names of patients are typed here: the browser shall neither keep them nor send them to a spelling service.
      autoComplete="off"
      spellCheck={false}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options: given }) => given}
      clearable={!required}
      withAsterisk={required}
      error={error}
      placeholder="Type to search"
      nothingFoundMessage={typed === '' ? 'Type a name or a number' : 'Nothing found on this device'}
      comboboxProps={{ transitionProps: { duration: 80 } }}
      onChange={onChange}
    />
  )
}

function useChosen(module: ModuleName, id: Id | null): Option | null {
  const observed = useRecord(module, id ?? '')
  if (id === null) return null
  const view = observed.state === 'here' ? observed.value : null
  return { value: id, label: view === null ? 'A record that is not on this device' : titleOf(module, view) }
}
