import type { Id } from '#app/kernel/index.ts'
import { RecordPicker } from './record-picker.tsx'

type ColleaguePartProps = {
  /** Empty: nobody was chosen yet. */
  readonly value: Id
  readonly error: string | undefined
  onChange(userId: Id): void
}

/** The colleague of a composed value, who has to be chosen. */
export function ColleaguePart({ value, error, onChange }: ColleaguePartProps) {
  return (
    <RecordPicker
      module="people"
      label="Colleague"
      value={value === '' ? null : value}
      required
      error={error === undefined ? undefined : 'Choose a colleague.'}
      onChange={(id) => onChange(id ?? '')}
    />
  )
}
