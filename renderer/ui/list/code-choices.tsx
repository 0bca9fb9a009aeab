import { Checkbox, ScrollArea, Stack, Text } from '@mantine/core'
import { useMemo } from 'react'
import { useLookup } from '../data/use-lookup.ts'
import type { AnyFieldView, Lookup, Option } from '../fields/field-view.ts'
import type { RecordView } from '../record/presentation.ts'

type CodeChoicesProps = {
  readonly name: string
  readonly label: string
  readonly view: AnyFieldView
  readonly rows: readonly RecordView[]
  readonly codes: readonly string[]
  onChange(codes: readonly string[]): void
}

/** Boxes to tick: the codes of the field, or the records that the rows refer to. */
export function CodeChoices({ name, label, view, rows, codes, onChange }: CodeChoicesProps) {
  const lookup = useLookup()
  const options = useMemo(
    () => view.options ?? referredIn(rows, name, view, lookup),
    [rows, name, view, lookup],
  )
  if (options.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing to choose from yet.
      </Text>
    )
  }
  return (
    <Checkbox.Group value={[...codes]} onChange={onChange} aria-label={label}>
      <ScrollArea.Autosize mah={320}>
        <Stack gap={8} p={4}>
          {options.map((option) => (
            <Checkbox key={option.value} size="xs" value={option.value} label={option.label} />
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Checkbox.Group>
  )
}

function referredIn(
  rows: readonly RecordView[],
  name: string,
  { refersTo, filter }: AnyFieldView,
  lookup: Lookup,
): readonly Option[] {
  if (refersTo === undefined) return []
  const ids = new Set(rows.flatMap((row) => idsIn(row[name], filter?.member)))
  return [...ids]
    .map((id) => ({ value: id, label: lookup(refersTo, id) || 'Not on this device' }))
    .toSorted((a, b) => a.label.localeCompare(b.label))
}

function idsIn(value: unknown, member: string | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.filter((id) => typeof id === 'string')
  if (member === undefined || typeof value !== 'object' || value === null) return []
  return idsIn((value as Readonly<Record<string, unknown>>)[member], undefined)
}
