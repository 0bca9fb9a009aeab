import { Alert, Anchor, Button, Group, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { FormEvent } from 'react'
import type { RecoveryOffer } from '#renderer/replica/contract.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { notifyDone } from '#renderer/ui/feedback/notify.tsx'

function useRecoveryOffer(): RecoveryOffer | null {
  const replica = useReplica()
  const [offer, setOffer] = useState<RecoveryOffer | null>(null)
  useEffect(() => {
    const following = replica.recoveryOffer$.subscribe(setOffer)
    return () => following.unsubscribe()
  }, [replica])
  return offer
}

/** Above every screen until the user has decided: nothing is set aside without their passphrase. */
export function RecoveryOfferBanner() {
  const offer = useRecoveryOffer()
  if (offer === null) return null
  return (
    <Alert role="status" color="blue" radius={0} title={titleOf(offer)}>
      <Anchor component={Link} to="/passphrase" size="sm">
        Look at it
      </Anchor>
    </Alert>
  )
}

/** Says which key it is, so that it can be compared with what the administrators say, and asks for the passphrase. */
export function RecoveryConsent() {
  const offer = useRecoveryOffer()
  const replica = useReplica()
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  if (offer === null) return null

  async function accept(): Promise<void> {
    setBusy(true)
    setFault(null)
    try {
      await replica.acceptRecovery(passphrase)
      notifyDone('Two administrators together can now help where the passphrase is forgotten.')
    } catch (thrown) {
      setFault(describeFault(thrown))
    } finally {
      setBusy(false)
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!busy && passphrase !== '') void accept()
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={440} mx="auto" my="xl">
        <Title order={2} size="h4">
          {titleOf(offer)}
        </Title>
        <Text size="sm">
          Two of the three people who hold this key could then replace a forgotten passphrase of this
          computer. Say yes only if your administrators name the same key: <code>{offer.fingerprint}</code>
        </Text>
        <PasswordInput
          label="Your passphrase, to say yes"
          value={passphrase}
          autoComplete="off"
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        {fault !== null && <FaultAlert fault={fault} />}
        <Group justify="flex-end">
          <Button type="submit" loading={busy} disabled={passphrase === ''}>
            Use this recovery key
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function titleOf({ replaces }: RecoveryOffer): string {
  return replaces
    ? 'Your organisation has another recovery key'
    : 'A forgotten passphrase could be recovered on this computer'
}
