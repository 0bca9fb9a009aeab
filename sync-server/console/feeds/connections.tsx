import { Badge, Card, Group, Table, Text } from '@mantine/core'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { Moment } from '../moment.tsx'

/** Who is connected now. */
export function Connections({ listener }: { readonly listener: ConsoleAnswer<'hl7-overview'>['listener'] }) {
  const { port, connections } = listener
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>Listener, port {port}</Text>
        <Badge variant="light" tt="none">
          {connections.length} connected
        </Badge>
      </Group>
      {connections.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nobody is connected now. Senders that connect for each message are seen for a moment only.
        </Text>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              {['From', 'Since', 'Last message', 'Messages'].map((label) => (
                <Table.Th key={label}>{label}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {connections.map(({ from, since, lastAt, messages }) => (
              <Table.Tr key={`${from} ${since}`}>
                <Table.Td>{from}</Table.Td>
                <Table.Td>
                  <Moment at={since} />
                </Table.Td>
                <Table.Td>
                  <Moment at={lastAt} />
                </Table.Td>
                <Table.Td>{messages}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  )
}
