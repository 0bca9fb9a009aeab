import { Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { EmergencyRecords } from '#app/protocol/index.ts'
import type { EmergencyPatient, OpenedEmergencySet } from '#renderer/replica/contract.ts'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { EmergencyRecordList } from './emergency-record-list.tsx'

type KeptRecordsProps = { readonly opened: OpenedEmergencySet; readonly patient: EmergencyPatient }

/** Opened when it is drawn, and not before. */
export function KeptRecords({ opened, patient: { patientId, title } }: KeptRecordsProps) {
  const [records, setRecords] = useState<EmergencyRecords['records'] | null>(null)
  const [fault, setFault] = useState<FaultDescription | null>(null)
  useEffect(() => {
    let gone = false
    opened.records(patientId).then(
      (found) => gone || setRecords(found),
      (thrown: unknown) => gone || setFault(describeFault(thrown)),
    )
    return () => {
      gone = true
    }
  }, [opened, patientId])
  return (
    <section aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {fault !== null && <FaultAlert fault={fault} />}
      {records !== null && <EmergencyRecordList emergency={opened} found={{ records, cut: false }} />}
    </section>
  )
}
