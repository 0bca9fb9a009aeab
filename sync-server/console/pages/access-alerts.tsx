import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core'
import type { ConsoleAlert } from '../../console-api/protocol/alerts.ts'
import { Fault } from '../fault.tsx'
import { Moment } from '../moment.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'

const happened: Record<ConsoleAlert['kind'], string> = {
  'guessing-user': 'Passwords or codes were guessed',
  'guessing-address': 'Many logins were tried from one address',
  'stolen-token': 'A token came from where it was not given to; its sessions were ended',
  'replayed-proof': 'A request was sent a second time by somebody else',
  flooding: 'More was asked than the server answers in so short a time',
}

/** What nobody has looked at yet, on top; what was seen, below. */
export function AccessAlerts() {
  const { data, error } = useConsole('access-alerts', {})
  const see = useConsoleChange('see-access-alert')
  if (data === undefined) return <Fault fault={error} />
  const unseen = data.alerts.filter(({ seenAt }) => seenAt === null)
  const seen = data.alerts.filter(({ seenAt }) => seenAt !== null)
  return (
    <Stack gap="xs">
      <Fault fault={error ?? see.error} />
      {unseen.map((alert) => (
        <Alert key={alert.id} color="red" title={happened[alert.kind]} role="alert">
          <Group justify="space-between">
            <Where alert={alert} />
            <Button
              size="xs"
              variant="default"
              loading={see.isPending}
              onClick={() => see.mutate({ id: alert.id })}
            >
              I have looked into it
            </Button>
          </Group>
        </Alert>
      ))}
      {data.alerts.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody was noticed who tried to get in and should not.
        </Text>
      )}
      {seen.length > 0 && <SeenAlerts alerts={seen} />}
    </Stack>
  )
}

function Where({ alert: { user, device, address, count, lastAt } }: { readonly alert: ConsoleAlert }) {
  const parts = [user ?? 'No user of ours', device, address].filter((part) => part !== null)
  return (
    <Text size="sm">
      {parts.join(' · ')} · {count === 1 ? 'once' : `${count} times`}, lately <Moment at={lastAt} />
    </Text>
  )
}

function SeenAlerts({ alerts }: { readonly alerts: readonly ConsoleAlert[] }) {
  return (
    <Table aria-label="Alerts that were seen">
      <Table.Tbody>
        {alerts.map((alert) => (
          <Table.Tr key={alert.id}>
            <Table.Td>{happened[alert.kind]}</Table.Td>
            <Table.Td>
              <Where alert={alert} />
            </Table.Td>
            <Table.Td>
              <Text size="sm" c="dimmed">
                seen by {alert.seenBy}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
