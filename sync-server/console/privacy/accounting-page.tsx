import { Button, Checkbox, Group, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleDisclosed } from '../../console-api/protocol/privacy/report-calls.ts'
import { csvOf } from '../csv.ts'
import { Fault } from '../fault.tsx'
import { PurposeGate } from '../purpose-gate.tsx'
import { saveFile } from '../save-file.ts'
import { useConsoleChange } from '../session.tsx'
import { PatientIdInput } from './patient-id-input.tsx'

/** To whom a patient's information went in six years; what the law has to be told is chosen at first. */
export function AccountingPage() {
  return (
    <PurposeGate>
      <Accounting />
    </PurposeGate>
  )
}

function Accounting() {
  const ask = useConsoleChange('accounting')
  const [whole, setWhole] = useState(false)
  const disclosed = (ask.data?.disclosed ?? []).filter(({ mustBeTold }) => whole || mustBeTold)
  return (
    <Stack>
      <PatientIdInput
        action="Account for it"
        busy={ask.isPending}
        onChosen={(patientId) => ask.mutate({ patientId })}
      />
      <Fault fault={ask.error} />
      {ask.data !== undefined && (
        <>
          <Group justify="space-between">
            <Checkbox
              label="Also for treatment, payment and operations, and to the patient"
              checked={whole}
              onChange={(event) => setWhole(event.currentTarget.checked)}
            />
            <Button
              variant="default"
              onClick={() =>
                saveFile('disclosures.csv', csvOf([columns, ...disclosed.map(cells)]), 'text/csv')
              }
            >
              Save as a table
            </Button>
          </Group>
          {disclosed.length === 0 ? <Text>Nothing to account for.</Text> : <Disclosures rows={disclosed} />}
        </>
      )}
    </Stack>
  )
}

const columns = ['When', 'To whom', 'What', 'For what', 'By']

function cells({ at, recipient, what, purpose, way }: ConsoleDisclosed): string[] {
  return [at, recipient, what.join(', '), labelOf(purpose), way.toUpperCase()]
}

function Disclosures({ rows }: { readonly rows: readonly ConsoleDisclosed[] }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          {columns.map((label) => (
            <Table.Th key={label}>{label}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={`${row.at} ${row.recipient} ${row.what.join()}`}>
            {cells(row).map((text, place) => (
              <Table.Td key={columns[place]}>{text}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
