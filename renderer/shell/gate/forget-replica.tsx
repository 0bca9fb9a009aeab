import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ReplicaSummary } from '#renderer/replica/contract.ts'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'

type ForgetReplicaProps = { readonly summary: ReplicaSummary; onForget(replicaId: Id): Promise<void> }

/** For a lost passphrase: destroys the local copy, after saying what that costs. */
export function ForgetReplica({ summary, onForget }: ForgetReplicaProps) {
  const [opened, { open, close }] = useDisclosure()
  const [busy, setBusy] = useState(false)

  async function forget(): Promise<void> {
    setBusy(true)
    await onForget(summary.replicaId).catch(notifyFault)
    setBusy(false)
    close()
  }

  return (
    <>
      <Anchor component="button" type="button" size="sm" c="dimmed" onClick={open}>
        Lost the passphrase?
      </Anchor>
      <Modal opened={opened} onClose={close} title="A lost passphrase can not be recovered here">
        <Stack gap="md">
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
