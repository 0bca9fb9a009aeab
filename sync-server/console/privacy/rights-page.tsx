import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { Fault } from '../fault.tsx'
import { Panel } from '../panel.tsx'
import { PurposeGate } from '../purpose-gate.tsx'
import { saveFile } from '../save-file.ts'
import { useConsoleChange } from '../session.tsx'
import { Amendments } from './amendments.tsx'
import { PatientIdInput } from './patient-id-input.tsx'

/** What a patient asks for: the whole record, or that it be amended. */
export function RightsPage() {
  return (
    <PurposeGate>
      <Requests />
    </PurposeGate>
  )
}

function Requests() {
  const [patientId, setPatientId] = useState<Id | null>(null)
  return (
    <Stack>
      <PatientIdInput action="Go on" busy={false} onChosen={setPatientId} />
      {patientId !== null && (
        <>
          <ExportPanel key={`export ${patientId}`} patientId={patientId} />
          <Amendments key={`amend ${patientId}`} patientId={patientId} />
        </>
      )}
    </Stack>
  )
}

function ExportPanel({ patientId }: { readonly patientId: Id }) {
  const ask = useConsoleChange('export-record')
  const save = (form: 'html' | 'fhir') =>
    ask.mutate({ patientId, form }, { onSuccess: ({ name, text, type }) => saveFile(name, text, type) })
  return (
    <Panel title="The whole record (45 CFR 164.524)">
      <Text size="sm" mb="sm">
        Within 30 days of the request. What you save is in the clear: hand it over in the form the patient
        asked for, and keep no copy. Psychotherapy notes are left out.
      </Text>
      <Fault fault={ask.error} />
      <Group>
        <Button loading={ask.isPending} onClick={() => save('html')}>
          Save for people (HTML, to print)
        </Button>
        <Button variant="default" loading={ask.isPending} onClick={() => save('fhir')}>
          Save for machines (FHIR)
        </Button>
      </Group>
    </Panel>
  )
}
