import { Anchor, Badge, Card, Grid, Group, NavLink, Stack, Text, Title } from '@mantine/core'
import type { Alert } from '../../console-api/protocol/hl7.ts'
import { Fault } from '../fault.tsx'
import { reasonWords, stateWords } from '../message-words.tsx'
import { addressOf, useRoute } from '../route.ts'
import { useConsole } from '../session.tsx'
import { CauseMessages } from './cause-messages.tsx'

/** Dead letters and parked messages, by what keeps them. */
export function WaitingPage() {
  const { route } = useRoute()
  const { data, error } = useConsole('hl7-overview', { hours: 1 })
  if (data === undefined) return <Fault fault={error} />
  const causes = data.alerts.filter(({ kind }) => kind === 'waiting')
  const chosen = causes.find(({ cause }) => cause === route[1]) ?? causes[0]
  const names = new Map(data.feeds.map(({ id, name }) => [id, name]))
  if (chosen === undefined) {
    return (
      <Stack gap={4}>
        <Fault fault={error} />
        <Title order={5}>Nothing waits for you</Title>
        <Text size="sm" c="dimmed">
          No message is dead or parked. What came of the others stands under{' '}
          <Anchor href={addressOf('messages')}>Messages</Anchor>.
        </Text>
      </Stack>
    )
  }
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Fault fault={error} />
        <Card withBorder padding={4} component="nav" aria-label="Causes">
          {causes.map((cause) => (
            <CauseLink
              key={cause.cause}
              cause={cause}
              feed={names.get(cause.feedId) ?? ''}
              isChosen={cause.cause === chosen.cause}
            />
          ))}
        </Card>
        {data.more && (
          <Text size="xs" c="dimmed" mt="xs">
            The latest 4,000 of each kind are counted; there are more behind them.
          </Text>
        )}
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <CauseMessages key={chosen.cause} cause={chosen} feed={names.get(chosen.feedId) ?? ''} />
      </Grid.Col>
    </Grid>
  )
}

type CauseLinkProps = { readonly cause: Alert; readonly feed: string; readonly isChosen: boolean }

function CauseLink({ cause, feed, isChosen }: CauseLinkProps) {
  const { color, one, many } = stateWords[cause.state ?? 'dead']
  return (
    <NavLink
      href={addressOf('waiting', cause.cause)}
      active={isChosen}
      label={reasonWords(cause.reason)}
      description={feed}
      noWrap={false}
      rightSection={
        <Group gap={4} wrap="nowrap">
          <Badge color={color} variant="light" tt="none">
            {cause.count} {cause.count === 1 ? one : many}
          </Badge>
        </Group>
      }
    />
  )
}
