import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import type { RecoveryState } from '#renderer/replica/contract.ts'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { NewPassphrase } from './new-passphrase.tsx'

type RecoverReplicaProps = {
  readonly recovery: RecoveryState
  onAsk(): Promise<void>
  onRecover(passphrase: string): void
}

/** Asks for recovery, shows the code to be compared, and takes the new passphrase. */
export function RecoverReplica({ recovery, onAsk, onRecover }: RecoverReplicaProps) {
  const [busy, setBusy] = useState(false)
  const [passphrase, setPassphrase] = useState<string | null>(null)

  async function ask(): Promise<void> {
    setBusy(true)
    await onAsk().catch(notifyFault)
    setBusy(false)
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    // The lock screen's own form is around this one in React's tree.
    event.stopPropagation()
    if (passphrase !== null) onRecover(passphrase)
  }

  if (recovery.state === 'none') return null
  if (recovery.state === 'possible') {
    return (
      <Stack gap="sm">
        <Text size="sm">
          Two administrators of your organisation can let you choose a new passphrase. Nothing on this
          computer is lost by it, not even what was never sent.
        </Text>
        <Group justify="flex-end">
          <Button loading={busy} onClick={() => void ask()}>
            Ask for recovery
          </Button>
        </Group>
      </Stack>
    )
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          Call your administrators and read this code to both of them. You may close this window meanwhile.
        </Text>
        <Code block fz="lg" ta="center" aria-label="Recovery code">
          {recovery.code}
        </Code>
        <Text size="sm">When both have approved, choose a new passphrase.</Text>
        <NewPassphrase label="New passphrase" onChange={setPassphrase} />
        <Group justify="flex-end">
          <Button type="submit" disabled={passphrase === null}>
            Unlock with the new passphrase
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
