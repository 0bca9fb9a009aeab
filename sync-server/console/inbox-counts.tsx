import { Badge, Group, Text } from '@mantine/core'
import type { Overview } from '../console-api/console-protocol.ts'

type State = keyof Overview['inbox']

const states: readonly {
  readonly state: State
  readonly one: string
  readonly many: string
  readonly color: string
}[] = [
  { state: 'open', one: 'waiting', many: 'waiting', color: 'blue' },
  { state: 'applied', one: 'applied', many: 'applied', color: 'teal' },
  { state: 'parked', one: 'parked', many: 'parked', color: 'yellow' },
  { state: 'dead', one: 'dead letter', many: 'dead letters', color: 'red' },
  { state: 'refused', one: 'refused', many: 'refused', color: 'orange' },
  { state: 'duplicate', one: 'repeat', many: 'repeats', color: 'gray' },
  { state: 'corrected', one: 'corrected', many: 'corrected', color: 'gray' },
]

/** How many messages are in which state; words as well as colours. */
export function InboxCounts({ inbox }: { readonly inbox: Overview['inbox'] }) {
  const present = states.filter(({ state }) => (inbox[state] ?? 0) > 0)
  if (present.length === 0) return <Text size="sm">No message yet.</Text>
  return (
    <Group gap="xs">
      {present.map(({ state, one, many, color }) => (
        <Badge key={state} color={color} variant="light">
          {inbox[state]} {inbox[state] === 1 ? one : many}
        </Badge>
      ))}
    </Group>
  )
}
