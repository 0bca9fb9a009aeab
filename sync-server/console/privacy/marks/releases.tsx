import { Badge, Button, Group, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleRelease } from '../../../console-api/protocol/privacy/mark-calls.ts'
import { Confirm } from '../../confirm.tsx'
import { Fault } from '../../fault.tsx'
import { Panel } from '../../panel.tsx'
import { useConsoleChange, useConsoleShown } from '../../session.tsx'
import { recordsWords } from './mark-words.ts'

/** Marks that somebody wants to take away: another person approves, and then the records are as open as any. */
export function Releases() {
  const { data, error } = useConsoleShown('releases', {})
  if (error !== null) return <Fault fault={error} />
  if (data === undefined) return null
  return (
    <Panel title="Releases">
      {data.releases.length === 0 && <Text size="sm">Nobody has proposed one.</Text>}
      <Table verticalSpacing="xs">
        <Table.Tbody>
          {data.releases.map((one) => (
            <ReleaseRow key={one.id} one={one} />
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}

/** So many records are told apart in a line. */
const NAMED = 5

function ReleaseRow({ one }: { readonly one: ConsoleRelease }) {
  const { patientId, sensitivity, records, proposed, decided } = one
  const more = records.length - NAMED
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="xs">{patientId}</Text>
        <Text size="xs" c="dimmed">
          {records
            .slice(0, NAMED)
            .map(({ kind, at, places }) => [kind, at.slice(0, 10), ...places].join(', '))
            .join('; ')}
          {more > 0 && `; and ${more} more`}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge color="grape" variant="light" tt="none">
          {labelOf(sensitivity)}
        </Badge>
      </Table.Td>
      <Table.Td maw={360}>
        {proposed.words}
        <Text size="xs" c="dimmed">
          {proposed.by}
        </Text>
      </Table.Td>
      <Table.Td>{decided === null ? <OpenRelease one={one} /> : <Decision decided={decided} />}</Table.Td>
    </Table.Tr>
  )
}

function Decision({
  decided: { approved, by },
}: {
  readonly decided: NonNullable<ConsoleRelease['decided']>
}) {
  return (
    <>
      <Badge color={approved ? 'orange' : 'gray'}>{approved ? 'released' : 'declined'}</Badge>
      <Text size="xs" c="dimmed">
        {by}
      </Text>
    </>
  )
}

function OpenRelease({
  one: { id, sensitivity, records, isOwn, isStale },
}: {
  readonly one: ConsoleRelease
}) {
  const approve = useConsoleChange('approve-release')
  const decline = useConsoleChange('decline-release')
  const [asks, setAsks] = useState(false)
  return (
    <>
      <Fault fault={approve.error ?? decline.error} />
      {isStale && (
        <Text size="sm" c="orange">
          A record has changed since.
        </Text>
      )}
      <Group gap="xs">
        {!isOwn && !isStale && (
          <Button size="compact-sm" color="red" loading={approve.isPending} onClick={() => setAsks(true)}>
            Approve
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          loading={decline.isPending}
          onClick={() => decline.mutate({ id })}
        >
          {isOwn ? 'Take back' : 'Decline'}
        </Button>
      </Group>
      <Confirm
        opened={asks}
        title="Release"
        says={`${recordsWords(records.length)} will not count as ${labelOf(sensitivity)} any more: whoever has the place sees them from now on, and what has been seen can not be taken back.`}
        action="Release"
        onConfirm={() => approve.mutate({ id })}
        onClose={() => setAsks(false)}
      />
    </>
  )
}
