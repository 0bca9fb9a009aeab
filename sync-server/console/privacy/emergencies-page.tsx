import { Alert, Badge, Button, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleEmergency } from '../../console-api/protocol/privacy/emergency-calls.ts'
import { Fault } from '../fault.tsx'
import { Moment } from '../moment.tsx'
import { PurposeGate } from '../purpose-gate.tsx'
import { useConsole, useConsoleShown } from '../session.tsx'
import { SignEmergency } from './sign-emergency.tsx'

/** Who broke the glass, and the signing off of each by somebody else. */
export function EmergenciesPage() {
  const { data } = useConsole('emergencies-waiting', {})
  return (
    <>
      {data !== undefined && data.count > 0 && (
        <Alert color="red" mb="md" role="status">
          {data.count === 1 ? 'One emergency access waits' : `${data.count} emergency accesses wait`} to be
          signed off.
        </Alert>
      )}
      <PurposeGate>
        <Emergencies />
      </PurposeGate>
    </>
  )
}

function Emergencies() {
  const { data, error } = useConsoleShown('emergencies', {})
  const [chosen, setChosen] = useState<ConsoleEmergency | null>(null)
  if (error !== null) return <Fault fault={error} />
  if (data === undefined) return null
  if (data.emergencies.length === 0) return <Text>Nobody has broken the glass.</Text>
  return (
    <>
      <Table stickyHeader verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {['When', 'Who', 'Patients', 'Reason', 'In their words', 'Signed off'].map((label) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.emergencies.map((one) => (
            <EmergencyRow key={one.id} one={one} onSign={() => setChosen(one)} />
          ))}
        </Table.Tbody>
      </Table>
      {chosen !== null && <SignEmergency one={chosen} onClose={() => setChosen(null)} />}
    </>
  )
}

function EmergencyRow({ one, onSign }: { readonly one: ConsoleEmergency; readonly onSign: () => void }) {
  const { signed } = one
  return (
    <Table.Tr>
      <Table.Td>
        <Moment at={one.openedAt} />
        {one.offline === null && one.until > new Date().toISOString() && <Badge color="red">open</Badge>}
        {one.offline !== null && <Badge color="orange">without a network</Badge>}
      </Table.Td>
      <Table.Td>
        {one.by}
        <Text size="xs" c="dimmed">
          {one.device}
        </Text>
      </Table.Td>
      <Table.Td>
        {one.patientIds.map((id) => (
          <Text key={id} size="xs">
            {id}
          </Text>
        ))}
        {one.offline !== null && <Offline told={one.offline} />}
      </Table.Td>
      <Table.Td>
        {one.reason === null ? 'Not told: the device’s record is cut' : labelOf(one.reason)}
      </Table.Td>
      <Table.Td maw={360}>{one.words}</Table.Td>
      <Table.Td>
        {signed === null && !one.isOwn && (
          <Button size="compact-sm" onClick={onSign}>
            Sign off
          </Button>
        )}
        {signed === null && one.isOwn && <Text size="sm">by somebody else</Text>}
        {signed !== null && (
          <>
            <Badge color={signed.verdict === 'justified' ? 'green' : 'red'}>{labelOf(signed.verdict)}</Badge>
            <Text size="xs" c="dimmed" title={signed.words}>
              {signed.by}
            </Text>
          </>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** What the device told at its next contact. */
function Offline({
  told: { records, toldAt, endedAt },
}: {
  readonly told: NonNullable<ConsoleEmergency['offline']>
}) {
  return (
    <Text size="xs" c="dimmed">
      {records === 1 ? '1 record was looked at' : `${records} records were looked at`}; told{' '}
      <Moment at={toldAt} />
      {endedAt !== null && (
        <>
          , closed <Moment at={endedAt} />
        </>
      )}
    </Text>
  )
}
