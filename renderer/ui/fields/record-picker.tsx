import { Select } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { useReplica } from '../data/replica-context.tsx'
import { titleOf } from '../data/use-lookup.ts'
import { useRecord, useWholeList } from '../data/use-records.ts'
import type { Option } from './field-view.ts'

/** Keeps records that may be chosen: active colleagues, locations of type site. */
export type Admits = (view: { readonly [field: string]: unknown }) => boolean

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
  const found = useFoundRecords(module, typed, admits)
  const chosen = useChosen(module, value)
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
      nothingFoundMessage="Nothing found on this device"
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

const shown = 30

/** The best hits for what is typed, or the first by name while nothing is. */
export function useFoundRecords(module: ModuleName, typed: string, admits?: Admits): readonly Option[] {
  const replica = useReplica()
  const list = useWholeList(module)
  const views = list.state === 'here' ? list.value : null
  const all = useMemo(() => {
    const admitted = (views ?? []).filter((view) => admits === undefined || admits(view))
    return admitted
      .map((view) => ({ value: view.id, label: titleOf(module, view) }))
      .toSorted((a, b) => a.label.localeCompare(b.label))
  }, [views, module, admits])
  return useMemo(() => {
    // The name of what is chosen stands in the box: that is no question yet.
    const isQuestion = typed.trim() !== '' && !all.some((option) => option.label === typed)
    if (!isQuestion) return all.slice(0, shown)
    const hits = new Set(replica.search(typed, { modules: [module], limit: shown * 4 }).map((hit) => hit.id))
    return all.filter((option) => hits.has(option.value)).slice(0, shown)
  }, [all, typed, replica, module])
}
