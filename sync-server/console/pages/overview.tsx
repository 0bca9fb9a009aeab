import { Badge, Button, Card, Group, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { collections } from '#app/kernel/index.ts'
import type { ConsoleAnswer, Overview as Facts } from '../../console-api/protocol/console.ts'
import { Fault } from '../fault.tsx'
import { InboxCounts } from '../inbox-counts.tsx'
import { Moment } from '../moment.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'

export function Overview() {
  const { data, error } = useConsole('overview', {})
  if (data === undefined) return <Fault fault={error} />
  return (
    <Stack>
      <Fault fault={error} />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Tile label="Organisation">
          <Text fw={600}>{data.organisation.name}</Text>
          <Text size="sm" c="dimmed">
            {data.organisation.data} data, on {data.store === 'sqlite' ? 'SQLite' : 'PostgreSQL'}
          </Text>
          <Group gap={4}>
            <Text size="sm" c="dimmed">
              running since
            </Text>
            <Moment at={data.startedAt} />
          </Group>
        </Tile>
        <Tile label="Devices and users">
          <Text fw={600}>{data.devices.streaming} connected now</Text>
          <Text size="sm" c="dimmed">
            Devices: {data.devices.active}, revoked: {data.devices.revoked}
          </Text>
          <Text size="sm" c="dimmed">
            Users: {data.users.active}, disabled: {data.users.disabled}
          </Text>
        </Tile>
        <AuditTile audit={data.audit} />
      </SimpleGrid>
      <Tile label="Messages from feeds">
        <InboxCounts inbox={data.inbox} />
      </Tile>
      <Documents documents={data.documents} />
    </Stack>
  )
}

function AuditTile({ audit }: { readonly audit: Facts['audit'] }) {
  const verify = useConsoleChange('verify-audit')
  return (
    <Tile label="Audit chain">
      <Text fw={600}>{audit.seq} entries</Text>
      <Badge color={audit.authentic ? 'teal' : 'red'} variant="light">
        {audit.authentic ? 'its end is as written' : 'its end was changed'}
      </Badge>
      <Button size="xs" variant="default" loading={verify.isPending} onClick={() => verify.mutate({})}>
        Verify every entry
      </Button>
      <Fault fault={verify.error} />
      {verify.data !== undefined && <Verdict state={verify.data} />}
    </Tile>
  )
}

function Verdict({ state }: { readonly state: ConsoleAnswer<'verify-audit'> }) {
  return (
    <Text size="sm" c={state.brokenAt === null ? 'teal' : 'red'} role="status">
      {state.brokenAt === null
        ? `All ${state.entries} entries are as they were written.`
        : `Entry ${state.brokenAt} is not what was written. Keep a copy of the data and call for help.`}
    </Text>
  )
}

function Documents({ documents }: { readonly documents: Facts['documents'] }) {
  const rows = collections.flatMap((name) => {
    const count = documents[name]
    return count === undefined ? [] : [{ name, count }]
  })
  return (
    <Tile label="Documents by collection">
      {rows.length === 0 ? (
        <Text size="sm">Nothing was written yet.</Text>
      ) : (
        <Table>
          <Table.Tbody>
            {rows.map(({ name, count }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">{count}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Tile>
  )
}

function Tile({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Card withBorder>
      <Text size="xs" tt="uppercase" c="dimmed" mb={4}>
        {label}
      </Text>
      <Stack gap={4} align="flex-start">
        {children}
      </Stack>
    </Card>
  )
}
