import { Anchor, Card, Grid, Group, Stack, Text, Title } from '@mantine/core'
import { Fault } from '../fault.tsx'
import { ReasonText, StateBadge } from '../message-words.tsx'
import { Moment } from '../moment.tsx'
import { Panel } from '../panel.tsx'
import { PurposeGate } from '../purpose-gate.tsx'
import { addressOf } from '../route.ts'
import { useConsole, useMayCall } from '../session.tsx'
import { History } from './history.tsx'
import { OpenedMessage } from './opened-message.tsx'
import { ReplayButton } from './replay-button.tsx'

/** One message: why it is where it is, what was done about it, and, for who may see it, what it says. */
export function MessagePage({ sequence }: { readonly sequence: number }) {
  const { data, error } = useConsole('hl7-message', { sequence })
  const mayOpen = useMayCall('hl7-open')
  if (data === undefined) return <Fault fault={error} />
  const { message, placeName } = data
  const place = String(message.reason.facts['place'] ?? '')
  return (
    <Stack>
      <Fault fault={error} />
      <Group gap="sm">
        <Anchor href={addressOf('messages')}>Messages</Anchor>
        <Title order={4}>
          {message.sequence} · {message.messageType || 'not HL7'}
        </Title>
        <StateBadge state={message.state} />
        <Text size="sm" c="dimmed">
          {message.bytes.toLocaleString()} bytes, received
        </Text>
        <Moment at={message.receivedAt} />
      </Group>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }} order={{ base: 2, lg: 1 }}>
          {mayOpen ? (
            <PurposeGate>
              <OpenedMessage message={message} place={place} placeName={placeName} />
            </PurposeGate>
          ) : (
            <Card withBorder>
              <Text size="sm" c="dimmed">
                What the message says is for interface analysts. You see its type, its place in the queue, and
                why it is there.
              </Text>
            </Card>
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }} order={{ base: 1, lg: 2 }}>
          <Stack>
            <Panel title={message.reason.code === null ? 'What came of it' : 'Why it is here'}>
              <ReasonText reason={message.reason} withRemedy />
              {place !== '' && (
                <Group gap={6} mt="xs">
                  <Text ff="monospace" fw={600} size="sm">
                    {place}
                  </Text>
                  <Text size="sm">{placeName}</Text>
                </Group>
              )}
              <ReplayButton message={message} />
            </Panel>
            <History detail={data} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  )
}
