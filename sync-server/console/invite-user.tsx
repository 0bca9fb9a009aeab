import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ConsoleAnswer } from '../console-api/protocol/console.ts'
import { Fault } from './fault.tsx'
import { InvitationCode } from './invitation-code.tsx'
import { useConsoleChange } from './session.tsx'

type User = Pick<ConsoleAnswer<'users'>['users'][number], 'id' | 'name'>

/** Invites a user to set up one more device, and shows the invitation once. */
export function InviteUser({ user }: { readonly user: User }) {
  const invite = useConsoleChange('invite')
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={invite.isPending}
        onClick={() => invite.mutate({ id: user.id })}
      >
        Invite
      </Button>
      <Fault fault={invite.error} />
      <Modal
        opened={invite.data !== undefined}
        onClose={() => invite.reset()}
        title={`An invitation for ${user.name}`}
      >
        {invite.data !== undefined && (
          <Stack>
            <InvitationCode name={user.name} {...invite.data} />
            <Forget user={user} />
          </Stack>
        )}
      </Modal>
    </>
  )
}

function Forget({ user: { id } }: { readonly user: User }) {
  const factor = useConsoleChange('forget-second-factor')
  const password = useConsoleChange('forget-password')
  return (
    <>
      <Text size="sm">
        Lost the telephone with the authenticator? Forget it, and the next device that is set up brings a new
        one. Lost the password? Forget it, and the invitation lets them set another. Make sure who asks.
      </Text>
      <Fault fault={factor.error ?? password.error} />
      <Group grow>
        <Button
          variant="default"
          disabled={factor.isSuccess}
          loading={factor.isPending}
          onClick={() => factor.mutate({ id })}
        >
          {factor.isSuccess ? 'The authenticator is forgotten' : 'Forget the authenticator'}
        </Button>
        <Button
          variant="default"
          disabled={password.isSuccess}
          loading={password.isPending}
          onClick={() => password.mutate({ id })}
        >
          {password.isSuccess ? 'The password is forgotten' : 'Forget the password'}
        </Button>
      </Group>
    </>
  )
}
