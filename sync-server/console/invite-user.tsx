import { Button, Code, Modal, Stack, Text } from '@mantine/core'
import type { ConsoleAnswer } from '../console-api/console-protocol.ts'
import { Fault } from './fault.tsx'
import { Moment } from './moment.tsx'
import { useConsoleChange } from './session.tsx'

type User = Pick<ConsoleAnswer<'users'>['users'][number], 'id' | 'name'>

/** Invites a user to set up one more device, and shows the invitation once. */
export function InviteUser({ user }: { readonly user: User }) {
  const invite = useConsoleChange('invite')
  const forget = useConsoleChange('forget-second-factor')
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
      <Fault fault={invite.error ?? forget.error} />
      <Modal
        opened={invite.data !== undefined}
        onClose={() => {
          invite.reset()
          forget.reset()
        }}
        title={`An invitation for ${user.name}`}
      >
        {invite.data !== undefined && (
          <Stack>
            <Text size="sm">
              Tell it to {user.name} in person or by telephone. It is shown this once, serves for one device,
              and ends <Moment at={invite.data.expiresAt} />. An earlier one that was not used has ended.
            </Text>
            <Code block fz="lg" ta="center" aria-label="Invitation">
              {invite.data.code}
            </Code>
            <Text size="sm">
              Lost the telephone with the authenticator? Forget it, and the next device that is set up brings
              a new one. Make sure who asks.
            </Text>
            <Button
              variant="default"
              disabled={forget.isSuccess}
              loading={forget.isPending}
              onClick={() => forget.mutate({ id: user.id })}
            >
              {forget.isSuccess ? 'The authenticator is forgotten' : 'Forget the authenticator'}
            </Button>
          </Stack>
        )}
      </Modal>
    </>
  )
}
