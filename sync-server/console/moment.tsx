import { Text, Tooltip } from '@mantine/core'

const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** How long ago, with the exact time on hover; a dash where it never was. */
export function Moment({ at }: { readonly at: string | null }) {
  if (at === null) return <Text size="sm">–</Text>
  return (
    <Tooltip label={full.format(new Date(at))}>
      <Text size="sm" component="time" dateTime={at}>
        {ago(at, Date.now())}
      </Text>
    </Tooltip>
  )
}

function ago(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit)
  }
  return 'just now'
}
