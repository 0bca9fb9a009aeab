import { Badge } from '@mantine/core'

/** Tones of states, by code; the words always stand beside the colour. */
const tones: Readonly<Record<string, string>> = {
  new: 'blue',
  open: 'petrol',
  'in-progress': 'petrol',
  active: 'petrol',
  booked: 'blue',
  arrived: 'petrol',
  waiting: 'yellow',
  proposed: 'yellow',
  prospect: 'blue',
  dormant: 'yellow',
  sent: 'blue',
  accepted: 'petrol',
  scheduled: 'petrol',
  seen: 'green',
  declined: 'orange',
  draft: 'yellow',
  preliminary: 'yellow',
  partial: 'yellow',
  'on-hold': 'yellow',
  noshow: 'orange',
  stat: 'red',
  urgent: 'red',
  asap: 'orange',
  high: 'orange',
  done: 'green',
  completed: 'green',
  final: 'green',
  resolved: 'green',
  fulfilled: 'green',
  finished: 'green',
}

type StateBadgeProps = { readonly code: unknown; readonly text: string }

export function StateBadge({ code, text }: StateBadgeProps) {
  if (text === '') return null
  const color = typeof code === 'string' ? (tones[code] ?? 'gray') : 'gray'
  return (
    <Badge variant="light" color={color} tt="none" fw={550} radius="sm" size="md">
      {text}
    </Badge>
  )
}
