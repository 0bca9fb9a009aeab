import { Badge, Button, Group, Table } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { AddUser } from '../add-user.tsx'
import { Confirm } from '../confirm.tsx'
import { Fault } from '../fault.tsx'
import { scopeWords } from '../grants/scope-words.ts'
import { InviteUser } from '../invite-user.tsx'
import { InvitedOnlySetting } from '../invited-only-setting.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'
import { LinkIdentity } from '../sign-on/link-identity.tsx'

type User = ConsoleAnswer<'users'>['users'][number]

const byName = (one: User, other: User): number => one.name.localeCompare(other.name)

export function Users() {
  const { data, error } = useConsole('users', {})
  const { data: choices } = useConsole('grant-choices', {})
  const disable = useConsoleChange('disable-user')
  const enable = useConsoleChange('enable-user')
  const [chosen, setChosen] = useState<User | null>(null)
  if (data === undefined) return <Fault fault={error} />
  return (
    <>
      <Fault fault={disable.error ?? enable.error ?? error} />
      <Group justify="space-between" mb="sm">
        <InvitedOnlySetting />
        <AddUser />
      </Group>
      <Table stickyHeader highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {['Name', 'Login', 'Roles', 'State'].map((label) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.users.toSorted(byName).map((user) => (
            <Table.Tr key={user.id}>
              <Table.Td>{user.name}</Table.Td>
              <Table.Td>
                <Group gap="xs">
                  {user.login}
                  {!user.hasPassword && (
                    <Badge variant="light" color="orange" tt="none">
                      no password yet
                    </Badge>
                  )}
                </Group>
              </Table.Td>
              <Table.Td>
                <Group gap="xs">
                  {user.grants.map((grant) => (
                    <Badge key={grant.id} variant="light" tt="none">
                      {labelOf(grant.role)} · {scopeWords(grant.scope, choices)}
                    </Badge>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>
                {user.disabledAt === null ? (
                  <Group gap="xs">
                    <InviteUser user={user} />
                    <LinkIdentity user={user} />
                    <Button size="xs" variant="default" onClick={() => setChosen(user)}>
                      Disable
                    </Button>
                  </Group>
                ) : (
                  <Button size="xs" onClick={() => enable.mutate({ id: user.id })}>
                    Enable
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Confirm
        opened={chosen !== null}
        title={`Disable ${chosen?.login ?? ''}?`}
        says="All devices of this user are disconnected at once. Enabling the user lets them back in; nothing is deleted."
        action="Disable"
        onConfirm={() => chosen !== null && disable.mutate({ id: chosen.id })}
        onClose={() => setChosen(null)}
      />
    </>
  )
}
