import { Badge, Card, Group, Stack, Text } from '@mantine/core'
import { Fault } from '../fault.tsx'
import { InboxCounts } from '../inbox-counts.tsx'
import { useConsole } from '../session.tsx'

export function Feeds() {
  const { data, error } = useConsole('feeds', {})
  if (data === undefined) return <Fault fault={error} />
  return (
    <Stack>
      <Fault fault={error} />
      {data.feeds.length === 0 && <Text>No feed is set up.</Text>}
      {data.feeds.map((feed) => (
        <Card key={feed.id} withBorder>
          <Group justify="space-between" mb="xs">
            <Text fw={600}>{feed.name}</Text>
            <Badge color={feed.disabledAt === null ? 'teal' : 'gray'} variant="light">
              {feed.disabledAt === null ? 'listening' : 'off'}
            </Badge>
          </Group>
          <InboxCounts inbox={feed.messages} />
        </Card>
      ))}
    </Stack>
  )
}
