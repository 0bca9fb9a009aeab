import { Anchor, Button, Checkbox, Group, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Alert } from '../../console-api/protocol/hl7.ts'
import { Fault } from '../fault.tsx'
import { Moment } from '../moment.tsx'
import { addressOf } from '../route.ts'
import { useAsk } from '../session.tsx'

const PAGE = 100

type CauseRowsProps = {
  readonly cause: Alert
  readonly chosen: ReadonlySet<number>
  onChoose(chosen: ReadonlySet<number>): void
}

export function CauseRows({ cause, chosen, onChoose }: CauseRowsProps) {
  const { feedId, state, reason, count } = cause
  const ask = useAsk()
  const wanted = {
    feedId,
    ...(state === null ? {} : { state }),
    ...(reason.code === null ? {} : { code: reason.code }),
  }
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    // The count moves when a message of the cause comes or goes.
    queryKey: ['hl7-search', wanted, count],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) =>
      ask('hl7-search', { ...wanted, limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) }),
    getNextPageParam: ({ goOnBefore }) => goOnBefore,
  })
  const rows = (data?.pages.flatMap(({ found }) => found) ?? []).filter((row) =>
    Object.entries(reason.facts).every(([name, fact]) => row.reason.facts[name] === fact),
  )
  const toggle = (sequence: number) => {
    const next = new Set(chosen)
    if (!next.delete(sequence)) next.add(sequence)
    onChoose(next)
  }
  return (
    <>
      <Fault fault={error} />
      <Table highlightOnHover verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={40} />
            <Table.Th>Number</Table.Th>
            <Table.Th>Received</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Tried again</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ sequence, receivedAt, messageType, reopened }) => (
            <Table.Tr key={sequence}>
              <Table.Td>
                <Checkbox
                  size="xs"
                  aria-label={`Choose ${sequence}`}
                  checked={chosen.has(sequence)}
                  onChange={() => toggle(sequence)}
                />
              </Table.Td>
              <Table.Td>
                <Anchor size="sm" href={addressOf('messages', String(sequence))}>
                  {sequence}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Moment at={receivedAt} />
              </Table.Td>
              <Table.Td>{messageType || 'not HL7'}</Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed">
                  {reopened === 0 ? '–' : `${reopened} ${reopened === 1 ? 'time' : 'times'}`}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {hasNextPage && (
        <Group justify="center">
          <Button size="xs" variant="default" loading={isFetching} onClick={() => void fetchNextPage()}>
            More
          </Button>
        </Group>
      )}
    </>
  )
}
