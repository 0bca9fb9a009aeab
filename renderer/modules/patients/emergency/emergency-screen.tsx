import { Modal } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { EmergencyRecords, OpenEmergency } from '#app/protocol/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { titleOf } from '#renderer/ui/data/titles.ts'
import { describeCode, describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { EmergencyBanner, useEachSecond } from './emergency-banner.tsx'
import { EmergencyRecordList } from './emergency-record-list.tsx'

type EmergencyScreenProps = {
  readonly patient: RecordView
  readonly emergency: OpenEmergency
  readonly onClose: () => void
}

/** What an emergency opened. It lives in this component only: closing it, locking, or the end of its time takes it away. */
export function EmergencyScreen({ patient, emergency, onClose }: EmergencyScreenProps) {
  const replica = useReplica()
  const [found, setFound] = useState<EmergencyRecords | null>(null)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  const left = useEachSecond(useCallback(() => Date.parse(emergency.until) - Date.now(), [emergency.until]))
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
      <EmergencyBanner title="Emergency access" left={left} onEnd={onClose} />
      {over !== null && <FaultAlert fault={over} />}
      {over === null && found !== null && <EmergencyRecordList emergency={emergency} found={found} />}
    </Modal>
  )
}
