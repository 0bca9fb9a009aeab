import { Stack } from '@mantine/core'
import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { PurposeGate } from '../../purpose-gate.tsx'
import { useMayCall } from '../../session.tsx'
import { PatientIdInput } from '../patient-id-input.tsx'
import { PatientMarks } from './patient-marks.tsx'
import { Releases } from './releases.tsx'

/** Which of a patient's records are sensitive, and the releases that wait for a second person. */
export function MarksPage() {
  return (
    <PurposeGate>
      <Marks />
    </PurposeGate>
  )
}

function Marks() {
  const isOfficer = useMayCall('patient-marks')
  const [patientId, setPatientId] = useState<Id | null>(null)
  return (
    <Stack>
      <Releases />
      {isOfficer && <PatientIdInput action="Look" busy={false} onChosen={setPatientId} />}
      {patientId !== null && <PatientMarks key={patientId} patientId={patientId} />}
    </Stack>
  )
}
