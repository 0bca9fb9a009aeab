import { Alert, Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import { emergencyReasons, emergencyRequestSchema } from '#app/protocol/index.ts'
import type { OpenEmergency } from '#app/protocol/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { titleOf } from '#renderer/ui/data/titles.ts'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import type { RecordView } from '#renderer/ui/record/presentation.ts'

type EmergencyFormProps = {
  readonly patient: RecordView
  readonly onOpened: (emergency: OpenEmergency) => void
  readonly onClose: () => void
}

const reasons = emergencyReasons.map((value) => ({ value, label: labelOf(value) }))

/** Asks why, and says what follows, before anything is opened. */
export function EmergencyForm({ patient, onOpened, onClose }: EmergencyFormProps) {
  const replica = useReplica()
  const [reason, setReason] = useState<string | null>(null)
  const [words, setWords] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  const request = emergencyRequestSchema.safeParse({ patientId: patient.id, reason, words })

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
        <Select
          label="Reason"
          data={reasons}
          value={reason}
          onChange={setReason}
          comboboxProps={{ withinPortal: true }}
        />
        <Textarea
          label="What is the emergency?"
          autosize
          minRows={2}
          maxLength={500}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
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
