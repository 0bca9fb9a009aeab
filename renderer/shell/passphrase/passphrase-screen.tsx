import { Button, Group, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { notifyDone } from '#renderer/ui/feedback/notify.tsx'
import { NewPassphrase } from '../gate/new-passphrase.tsx'
import { RecoveryConsent } from './recovery-offer.tsx'

/** What opens Rounds on this computer, and who may help where it is forgotten. */
export function PassphraseScreen() {
  return (
    <>
      <ChangePassphrase />
      <RecoveryConsent />
    </>
  )
}

/** A new passphrase for this computer. The data stays as it is, so it takes a moment only, network or not. */
function ChangePassphrase() {
  const replica = useReplica()
  const navigate = useNavigate()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  const wrong = fault?.code === 'replica.passphrase'

  async function change(to: string): Promise<void> {
    setBusy(true)
    setFault(null)
    try {
      await replica.changePassphrase(current, to)
      notifyDone('The new passphrase holds from now on.')
      await navigate({ to: '/' })
    } catch (thrown) {
      setFault(describeFault(thrown))
      setBusy(false)
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!busy && current !== '' && next !== null) void change(next)
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={440} mx="auto" my="xl">
        <Title order={2} size="h4">
          Change your passphrase
        </Title>
        <Text size="sm">
          It opens Rounds on this computer. Your records are not touched, and your other computers keep the
          passphrase that they have.
        </Text>
        <PasswordInput
          ref={input}
          label="Current passphrase"
          value={current}
          autoComplete="off"
          error={wrong ? `${fault.says} ${fault.remedy}` : undefined}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassphrase label="New passphrase" onChange={setNext} />
        {fault !== null && !wrong && <FaultAlert fault={fault} />}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" disabled={busy} onClick={() => void navigate({ to: '/' })}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={current === '' || next === null}>
            Change the passphrase
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
