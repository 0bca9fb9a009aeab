import { Badge, Button, Group, SegmentedControl, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { outgoingStates } from '../../console-api/protocol/outgoing.ts'
import type { Destination, OutgoingRow, OutgoingState } from '../../console-api/protocol/outgoing.ts'
import { Confirm } from '../confirm.tsx'
import { Fault } from '../fault.tsx'
import { ReasonText } from '../message-words.tsx'
import { Moment } from '../moment.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'
import { outgoingWords } from './outgoing-words.ts'
import type { StateWords } from './outgoing-words.ts'

const SHOWN = 50

/** The latest messages for a destination. What it refused holds back what is behind it about the same person. */
export function OutgoingQueue({
  destination: { id, kind, messages },
}: {
  readonly destination: Destination
}) {
  const [state, setState] = useState<OutgoingState>((messages.refused ?? 0) > 0 ? 'refused' : 'waiting')
  const { data, error } = useConsole('outgoing-list', { feedId: id, kind, state, limit: SHOWN })
  const settle = useConsoleChange('outgoing-settle')
  const [dropping, setDropping] = useState<OutgoingRow | null>(null)
  return (
    <>
      <SegmentedControl
        size="xs"
        my="xs"
        aria-label="State"
        data={outgoingStates.map((value) => ({ value, label: outgoingWords(kind)[value].words }))}
        value={state}
        onChange={setState}
      />
      <Fault fault={error ?? settle.error} />
      {data?.found.length === 0 && (
        <Text size="sm" c="dimmed">
          None.
        </Text>
      )}
      {data !== undefined && data.found.length > 0 && (
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              {['Number', 'Made', 'Type', 'State', 'Sent', 'Why', ''].map((label) => (
                <Table.Th key={label}>{label}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.found.map((row) => (
              <Row
                key={row.sequence}
                row={row}
                words={outgoingWords(kind)[row.state]}
                onRetry={() => settle.mutate({ sequence: row.sequence, how: 'retry' })}
                onDrop={() => setDropping(row)}
              />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Confirm
        opened={dropping !== null}
        title={`Take ${dropping?.sequence ?? ''} out of the queue?`}
        says="It is not sent. What is behind it about the same person goes on. It can be put back."
        action="Take it out"
        onConfirm={() => dropping !== null && settle.mutate({ sequence: dropping.sequence, how: 'drop' })}
        onClose={() => setDropping(null)}
      />
    </>
  )
}

type RowProps = {
  readonly row: OutgoingRow
  readonly words: StateWords
  onRetry(): void
  onDrop(): void
}

function Row({
  row: { sequence, at, messageType, state, attempts, reason },
  words,
  onRetry,
  onDrop,
}: RowProps) {
  return (
    <Table.Tr>
      <Table.Td>{sequence}</Table.Td>
      <Table.Td>
        <Moment at={at} />
      </Table.Td>
      <Table.Td>{messageType}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={words.color} tt="none">
          {words.words}
        </Badge>
      </Table.Td>
      <Table.Td>
        {attempts} {attempts === 1 ? 'time' : 'times'}
      </Table.Td>
      <Table.Td>
        <ReasonText reason={reason} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end">
          {(state === 'refused' || state === 'dropped') && (
            <Button size="compact-xs" variant="default" onClick={onRetry}>
              Send again
            </Button>
          )}
          {(state === 'refused' || state === 'waiting') && (
            <Button size="compact-xs" variant="default" onClick={onDrop}>
              Take out
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}
