import { TextInput } from '@mantine/core'

/** Two days, both included. */
export type Days = { readonly first: string; readonly last: string }

const A_DAY = 86_400_000

/** The last thirty days, in UTC, as the audit keeps its times. */
export function lastMonth(now: number = Date.now()): Days {
  return { first: dayOf(now - 30 * A_DAY), last: dayOf(now) }
}

export function instantsOf({ first, last }: Days): { readonly from: string; readonly until: string } {
  const from = `${first}T00:00:00.000Z`
  const end = Date.parse(`${last}T00:00:00.000Z`)
  return { from, until: Number.isNaN(end) ? '' : new Date(end + A_DAY).toISOString() }
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}

type PeriodProps = { readonly days: Days; readonly onChange: (days: Days) => void }

export function Period({ days, onChange }: PeriodProps) {
  return (
    <>
      <TextInput
        type="date"
        label="From"
        value={days.first}
        onChange={(event) => onChange({ ...days, first: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label="To"
        value={days.last}
        onChange={(event) => onChange({ ...days, last: event.currentTarget.value })}
      />
    </>
  )
}
