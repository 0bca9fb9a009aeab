import { Anchor, Button, Divider, Group, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { RecoveryState, ReplicaGate, ReplicaSummary } from '#renderer/replica/contract.ts'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { RecoverReplica } from './recover-replica.tsx'

/** What the lock screen can do for a user who has no passphrase any more. */
export type LostPassphraseActions = Pick<ReplicaGate, 'recovery' | 'askRecovery'> & {
  onRecover(replicaId: Id, passphrase: string): void
  onForget(replicaId: Id): Promise<void>
}

type ForgetReplicaProps = { readonly summary: ReplicaSummary; readonly actions: LostPassphraseActions }

/** For a lost passphrase: recovery where the organisation has it, else a new start, after saying what that costs. */
export function ForgetReplica({ summary, actions }: ForgetReplicaProps) {
  const { replicaId } = summary
  const [opened, { open, close }] = useDisclosure()
  const [recovery, setRecovery] = useState<RecoveryState>({ state: 'none' })
  const [busy, setBusy] = useState(false)
  const recoverable = recovery.state !== 'none'

  function show(): void {
    open()
    actions.recovery(replicaId).then(setRecovery, notifyFault)
  }

  async function forget(): Promise<void> {
    setBusy(true)
    await actions.onForget(replicaId).catch(notifyFault)
    setBusy(false)
    close()
  }

  return (
    <>
      <Anchor component="button" type="button" size="sm" c="dimmed" onClick={show}>
        Lost the passphrase?
      </Anchor>
      <Modal
        opened={opened}
        onClose={close}
        title={recoverable ? 'A lost passphrase' : 'A lost passphrase can not be recovered here'}
      >
        <Stack gap="md">
          <RecoverReplica
            recovery={recovery}
            onAsk={async () => setRecovery(await actions.askRecovery(replicaId))}
            onRecover={(passphrase) => actions.onRecover(replicaId, passphrase)}
          />
          {recoverable && <Divider label="or start anew" />}
          <Text size="sm">
            You can delete the copy of {summary.login} on this computer and set it up again with your
            password. What the server has comes back. Changes that were never sent to the server are gone for
            good.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Keep it
            </Button>
            <Button color="red" loading={busy} onClick={() => void forget()}>
              Delete the local copy
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
