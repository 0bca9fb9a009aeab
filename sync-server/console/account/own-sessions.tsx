import { Badge, Button, Group, Table, Text } from '@mantine/core'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { Moment } from '../moment.tsx'
import type { OwnChange } from './use-own-change.ts'

type OwnSessionsProps = {
  readonly sessions: ConsoleAnswer<'own-account'>['sessions']
  readonly make: (change: OwnChange) => void
}

/** Where one is signed in at the console: seen, and ended but for this one. */
export function OwnSessions({ sessions, make }: OwnSessionsProps) {
  return (
    <>
      <Table>
        <Table.Tbody>
          {sessions.map(({ openedAt, address, isThis }) => (
            <Table.Tr key={`${openedAt} ${address}`}>
              <Table.Td>
                <Group gap="xs">
                  <Text size="sm">from {address}</Text>
                  {isThis && <Badge variant="light">this one</Badge>}
                </Group>
              </Table.Td>
              <Table.Td>
                <Moment at={openedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {sessions.length > 1 && (
        <Group>
          <Button
            variant="default"
            size="xs"
            onClick={() => make((ask, shown) => ask('end-other-sessions', shown))}
          >
            Sign out everywhere else
          </Button>
        </Group>
      )}
    </>
  )
}
