import { Anchor, Badge, Card, Group, Text } from '@mantine/core'
import type { FeedState } from '../../console-api/protocol/hl7.ts'
import { InboxCounts } from '../inbox-counts.tsx'
import { StateBadge } from '../message-words.tsx'
import { Moment } from '../moment.tsx'
import { addressOf } from '../route.ts'
import { barsOf } from './traffic.ts'
import type { Picture } from './traffic.ts'
import { Sparkline } from './sparkline.tsx'

/** One feed: whether it listens, what came last, how much of it is where. */
export function FeedCard({ feed, picture }: { readonly feed: FeedState; readonly picture: Picture }) {
  const { id, name, disabledAt, messages, last, behindSince } = feed
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Text fw={600}>{name}</Text>
        <Badge color={disabledAt === null ? 'teal' : 'gray'} variant="light" tt="none">
          {disabledAt === null ? 'listening' : 'off'}
        </Badge>
      </Group>
      <Sparkline bars={barsOf(picture, id)} />
      <Group gap={6} my="xs">
        <Text size="sm" c="dimmed">
          last message
        </Text>
        <Moment at={last?.at ?? null} />
        {last !== null && <StateBadge state={last.state} />}
        {behindSince !== null && (
          <>
            <Text size="sm" c="dimmed">
              · oldest in the queue
            </Text>
            <Moment at={behindSince} />
          </>
        )}
      </Group>
      <Group justify="space-between" align="end" wrap="nowrap">
        <InboxCounts inbox={messages} />
        <Anchor size="sm" href={addressOf('feeds', id)}>
          Settings
        </Anchor>
      </Group>
    </Card>
  )
}
