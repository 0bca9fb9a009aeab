import { Badge, Group, Text } from '@mantine/core'
import type { Overview } from '../console-api/console-protocol.ts'

type State = keyof Overview['inbox']

const states: readonly { readonly state: State; readonly label: string; readonly color: string }[] = [
  { state: 'open', label: 'waiting', color: 'blue' },
  { state: 'applied', label: 'applied', color: 'teal' },
  { state: 'parked', label: 'parked', color: 'yellow' },
  { state: 'dead', label: 'dead letters', color: 'red' },
  { state: 'refused', label: 'refused', color: 'orange' },
  { state: 'duplicate', label: 'repeats', color: 'gray' },
]

/** How many messages are in which state; words as well as colours. */
export function InboxCounts({ inbox }: { readonly inbox: Overview['inbox'] }) {
  const present = states.filter(({ state }) => (inbox[state] ?? 0) > 0)
  if (present.length === 0) return <Text size="sm">No message yet.</Text>
  return (
    <Group gap="xs">
      {present.map(({ state, label, color }) => (
        <Badge key={state} color={color} variant="light">
          {inbox[state]} {label}
        </Badge>
      ))}
    </Group>
  )
}
