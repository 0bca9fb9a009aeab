import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core'
import { remedy, says } from '#app/kernel/index.ts'
import type { Destination } from '../../console-api/protocol/outgoing.ts'
import { outgoingStates } from '../../console-api/protocol/outgoing.ts'
import { Fault } from '../fault.tsx'
import { Moment } from '../moment.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'
import { OutgoingQueue } from './outgoing-queue.tsx'
import { outgoingWords, whatGoes } from './outgoing-words.ts'

/** What goes out, by where it goes. */
export function OutgoingPage() {
  const { data, error } = useConsole('outgoing', {})
  if (data === undefined) return <Fault fault={error} />
  return (
    <Stack>
      <Fault fault={error} />
      {data.destinations.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is sent to any system. Where to, is settled with a feed's settings.
        </Text>
      )}
      {data.destinations.map((destination) => (
        <DestinationCard key={`${destination.kind} ${destination.id}`} destination={destination} />
      ))}
    </Stack>
  )
}

function DestinationCard({ destination }: { readonly destination: Destination }) {
  const { id, kind, name, address, pausedAt, messages } = destination
  const pause = useConsoleChange('outgoing-pause')
  const isPaused = pausedAt !== null
  return (
    <Card withBorder component="section" aria-label={`${name}: ${whatGoes[kind]}`}>
      <Group justify="space-between" mb="xs">
        <Group gap="sm">
          <Text fw={600}>{name}</Text>
          <Text size="sm">{whatGoes[kind]}</Text>
          <Text size="sm" c="dimmed">
            {address ?? 'nothing more is sent there'}
          </Text>
          {outgoingStates.map((state) => {
            const count = messages[state] ?? 0
            if (count === 0) return null
            return (
              <Badge key={state} variant="light" color={outgoingWords(kind)[state].color} tt="none">
                {count} {outgoingWords(kind)[state].words}
              </Badge>
            )
          })}
        </Group>
        <Button
          size="xs"
          variant="default"
          loading={pause.isPending}
          onClick={() => pause.mutate({ feedId: id, kind, isPaused: !isPaused })}
        >
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
      </Group>
      <Standing destination={destination} />
      <Fault fault={pause.error} />
      <OutgoingQueue destination={destination} />
    </Card>
  )
}

function Standing({
  destination: { pausedAt, failures, code, triedAt },
}: {
  readonly destination: Destination
}) {
  if (code === 'hl7.destination-agreement') {
    return (
      <Text size="sm" c="red">
        {says(code)} {remedy(code)}
      </Text>
    )
  }
  if (pausedAt !== null) {
    return (
      <Group gap={6}>
        <Text size="sm">Paused</Text>
        <Moment at={pausedAt} />
        <Text size="sm" c="dimmed">
          What is made meanwhile waits in its order.
        </Text>
      </Group>
    )
  }
  if (code === null) return null
  return (
    <Group gap={6}>
      <Text size="sm" c="red">
        {says(code)} {failures} {failures === 1 ? 'try' : 'tries'}, the last
      </Text>
      <Moment at={triedAt} />
    </Group>
  )
}
