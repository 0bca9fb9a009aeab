import { Alert, Button, Group, Modal, Text } from '@mantine/core'
import { IconUrgent } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { EmergencyRecords, OpenEmergency } from '#app/protocol/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { titleOf } from '#renderer/ui/data/titles.ts'
import { describeCode, describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { EmergencyRecordList } from './emergency-record-list.tsx'

type EmergencyScreenProps = {
  readonly patient: RecordView
  readonly emergency: OpenEmergency
  readonly onClose: () => void
}

const SECOND = 1000

/** What an emergency opened. It lives in this component only: closing it, locking, or the end of its time takes it away. */
export function EmergencyScreen({ patient, emergency, onClose }: EmergencyScreenProps) {
  const replica = useReplica()
  const [found, setFound] = useState<EmergencyRecords | null>(null)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  const left = useSecondsUntil(emergency.until)
  useEffect(() => {
    let gone = false
    replica.emergency.records(emergency.id).then(
      (records) => gone || setFound(records),
      (thrown: unknown) => gone || setFault(describeFault(thrown)),
    )
    return () => {
      gone = true
    }
  }, [replica, emergency.id])
  const over = left <= 0 ? describeCode('access.emergency-over') : fault
  return (
    <Modal opened fullScreen onClose={onClose} title={titleOf('patients', patient)}>
      <Alert color="red" icon={<IconUrgent aria-hidden />} title="Emergency access" role="status" mb="md">
        <Group justify="space-between">
          <Text size="sm">
            Everything you see here is written down, and a supervisor signs it off. It ends in{' '}
            {Math.max(1, Math.ceil(left / 60))} min.
          </Text>
          <Button color="red" size="compact-sm" onClick={onClose}>
            End it now
          </Button>
        </Group>
      </Alert>
      {over !== null && <FaultAlert fault={over} />}
      {over === null && found !== null && <EmergencyRecordList emergency={emergency} found={found} />}
    </Modal>
  )
}

function useSecondsUntil(instant: string): number {
  const secondsLeft = () => (Date.parse(instant) - Date.now()) / SECOND
  const [left, setLeft] = useState(secondsLeft)
  useEffect(() => {
    const timer = setInterval(() => setLeft((Date.parse(instant) - Date.now()) / SECOND), SECOND)
    return () => clearInterval(timer)
  }, [instant])
  return left
}
