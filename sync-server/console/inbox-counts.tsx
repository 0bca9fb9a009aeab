import { Badge, Group, Text } from '@mantine/core'
import type { Overview } from '../console-api/protocol/console.ts'
import { messageStates } from '../console-api/protocol/hl7.ts'
import { stateWords } from './message-words.tsx'

/** How many messages are in which state; words as well as colours. */
export function InboxCounts({ inbox }: { readonly inbox: Overview['inbox'] }) {
  const present = messageStates.filter((state) => (inbox[state] ?? 0) > 0)
  if (present.length === 0) return <Text size="sm">No message yet.</Text>
  return (
    <Group gap="xs">
      {present.map((state) => (
        <Badge key={state} color={stateWords[state].color} variant="light" tt="none">
          {inbox[state]} {inbox[state] === 1 ? stateWords[state].one : stateWords[state].many}
        </Badge>
      ))}
    </Group>
  )
}
