import { Anchor, Table, Text } from '@mantine/core'
import type { MessageRow } from '../../console-api/protocol/hl7.ts'
import { ReasonText, StateBadge } from '../message-words.tsx'
import { Moment } from '../moment.tsx'
import { addressOf } from '../route.ts'

type MessageTableProps = {
  readonly rows: readonly MessageRow[]
  /** Names of feeds by id; where all rows are of one feed, none. */
  readonly feeds?: ReadonlyMap<string, string>
}

export function MessageTable({ rows, feeds }: MessageTableProps) {
  const hasControlIds = rows.some(({ controlId }) => controlId !== null)
  return (
    <Table highlightOnHover stickyHeader verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Number</Table.Th>
          <Table.Th>Received</Table.Th>
          <Table.Th>Type</Table.Th>
          {feeds !== undefined && <Table.Th>Feed</Table.Th>}
          {hasControlIds && <Table.Th>Control ID</Table.Th>}
          <Table.Th>State</Table.Th>
          <Table.Th>Place</Table.Th>
          <Table.Th>Why, or what came of it</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.sequence}>
            <Table.Td>
              <Anchor size="sm" href={addressOf('messages', String(row.sequence))}>
                {row.sequence}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Moment at={row.receivedAt} />
            </Table.Td>
            <Table.Td>{row.messageType}</Table.Td>
            {feeds !== undefined && <Table.Td>{feeds.get(row.feedId) ?? '–'}</Table.Td>}
            {hasControlIds && <Table.Td>{row.controlId}</Table.Td>}
            <Table.Td>
              <StateBadge state={row.state} />
            </Table.Td>
            <Table.Td>
              <Text size="sm" ff="monospace">
                {String(row.reason.facts['place'] ?? '')}
              </Text>
            </Table.Td>
            <Table.Td>
              <ReasonText reason={row.reason} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
