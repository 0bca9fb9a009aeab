import { Alert, Button, Group, Modal, PasswordInput, Stack } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { setOpeningSchema } from '#app/protocol/index.ts'
import type { OpenedEmergencySet } from '#renderer/replica/contract.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { EmergencyReason, noReason } from './emergency-reason.tsx'

type KeptEmergencyFormProps = {
  readonly onOpened: (opened: OpenedEmergencySet) => void
  readonly onClose: () => void
}

const whySchema = setOpeningSchema.omit({ until: true })

/** Asks why, and for the passphrase once more: no key that is open gives the one of the emergency set. */
export function KeptEmergencyForm({ onOpened, onClose }: KeptEmergencyFormProps) {
  const replica = useReplica()
  const [why, setWhy] = useState(noReason)
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  const request = whySchema.safeParse(why)
  const isReady = request.success && passphrase !== '' && !busy

  async function open(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (!isReady) return
    setBusy(true)
    setFault(null)
    try {
      onOpened(await replica.emergency.openKept({ ...request.data, passphrase }))
    } catch (thrown) {
      setFault(describeFault(thrown))
      setBusy(false)
    }
  }

  return (
    <Modal opened onClose={onClose} title="Emergency access without a network" centered>
      <form onSubmit={(event) => void open(event)}>
        <Stack>
          <Alert color="red">
            You will see restricted records of your sites that this computer keeps for emergencies, for an
            hour. Your reason and every record that you look at are written down before it is shown. At the
            next connection a supervisor is told, and signs it off.
          </Alert>
          <EmergencyReason why={why} onChange={setWhy} />
          <PasswordInput
            label="Your passphrase"
            value={passphrase}
            autoComplete="off"
            onChange={(event) => setPassphrase(event.currentTarget.value)}
          />
          {fault !== null && <FaultAlert fault={fault} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" disabled={!isReady} loading={busy}>
              Open the records
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
