import { Alert, Button, Group, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import { emergencyRequestSchema } from '#app/protocol/index.ts'
import type { OpenEmergency } from '#app/protocol/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { titleOf } from '#renderer/ui/data/titles.ts'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { EmergencyReason, noReason } from './emergency-reason.tsx'

type EmergencyFormProps = {
  readonly patient: RecordView
  readonly onOpened: (emergency: OpenEmergency) => void
  readonly onClose: () => void
}

/** Asks why, and says what follows, before anything is opened. */
export function EmergencyForm({ patient, onOpened, onClose }: EmergencyFormProps) {
  const replica = useReplica()
  const [why, setWhy] = useState(noReason)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  const request = emergencyRequestSchema.safeParse({ patientId: patient.id, ...why })

  async function open(): Promise<void> {
    if (!request.success) return
    setBusy(true)
    try {
      onOpened(await replica.emergency.open(request.data))
    } catch (thrown) {
      setFault(describeFault(thrown))
      setBusy(false)
    }
  }

  return (
    <Modal opened onClose={onClose} title={`Emergency access: ${titleOf('patients', patient)}`} centered>
      <Stack>
        <Alert color="red">
          You will see everything the server holds about this patient, restricted records too, for an hour. It
          is written down with your reason. A supervisor is told at once and signs it off.
        </Alert>
        <EmergencyReason why={why} onChange={setWhy} />
        {fault !== null && <FaultAlert fault={fault} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" disabled={!request.success} loading={busy} onClick={() => void open()}>
            Open the records
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
