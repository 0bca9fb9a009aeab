import { Anchor, Badge, Button, Card, Group, Stack, Text } from '@mantine/core'
import type { Alert, FeedState } from '../../console-api/protocol/hl7.ts'
import { Fault } from '../fault.tsx'
import { reasonWords, stateWords } from '../message-words.tsx'
import { Moment } from '../moment.tsx'
import { addressOf } from '../route.ts'
import { useConsoleChange } from '../session.tsx'

type AlertsProps = { readonly alerts: readonly Alert[]; readonly feeds: readonly FeedState[] }

/** One line a cause, however many messages it has. What somebody has seen stands below what nobody has. */
export function Alerts({ alerts, feeds }: AlertsProps) {
  const acknowledge = useConsoleChange('hl7-acknowledge')
  const sorted = alerts.toSorted((a, b) => Number(a.seen !== null) - Number(b.seen !== null))
  const names = new Map(feeds.map(({ id, name }) => [id, name]))
  if (alerts.length === 0) {
    return (
      <Card withBorder padding="sm">
        <Text size="sm" c="dimmed">
          Nothing wants you: no message waits, and no feed is late.
        </Text>
      </Card>
    )
  }
  return (
    <Card withBorder padding={0} component="section" aria-label="What wants you">
      <Fault fault={acknowledge.error} />
      {sorted.map((alert) => (
        <Group key={alert.cause} p="sm" gap="md" wrap="nowrap" justify="space-between" align="center">
          <Group gap="md" wrap="nowrap" opacity={alert.seen === null ? 1 : 0.65}>
            <KindBadge alert={alert} />
            <Stack gap={0}>
              <Text size="sm" fw={alert.seen === null ? 600 : 400}>
                {wordsOf(alert)}
              </Text>
              <Group gap={6}>
                <Text size="xs" c="dimmed">
                  {names.get(alert.feedId) ?? 'a feed that is gone'}
                </Text>
                <Moment at={alert.lastAt} />
              </Group>
            </Stack>
          </Group>
          <Group gap="sm" wrap="nowrap">
            {alert.kind === 'waiting' && (
              <Anchor size="sm" href={addressOf('waiting', alert.cause)}>
                Look
              </Anchor>
            )}
            {alert.seen === null ? (
              <Button
                size="xs"
                variant="default"
                onClick={() => acknowledge.mutate({ cause: alert.cause, upTo: alert.last })}
              >
                I have seen it
              </Button>
            ) : (
              <SeenBy seen={alert.seen} />
            )}
          </Group>
        </Group>
      ))}
    </Card>
  )
}

function KindBadge({ alert: { kind, state, count } }: { readonly alert: Alert }) {
  const words = state === null ? null : stateWords[state]
  return (
    <Badge color={words?.color ?? 'blue'} variant="light" tt="none" miw={120}>
      {words === null ? kind : `${count} ${count === 1 ? words.one : words.many}`}
    </Badge>
  )
}

function wordsOf({ kind, reason }: Alert): string {
  if (kind === 'silent') return 'The feed has been silent for longer than its settings allow.'
  if (kind === 'behind') return 'Messages of the feed wait for more than a minute to be applied.'
  return reasonWords(reason)
}

function SeenBy({ seen: { by, at, since } }: { readonly seen: NonNullable<Alert['seen']> }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="xs" c="dimmed">
        seen by {by}
      </Text>
      <Moment at={at} />
      {since > 0 && (
        <Badge size="sm" variant="light" color="orange" tt="none">
          {since} since
        </Badge>
      )}
    </Group>
  )
}
