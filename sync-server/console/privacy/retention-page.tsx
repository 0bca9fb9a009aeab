import { Button, Group, NumberInput, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { Fault } from '../fault.tsx'
import { Panel } from '../panel.tsx'
import { PurposeGate } from '../purpose-gate.tsx'
import { useConsoleChange, useConsoleShown, useMayCall } from '../session.tsx'
import { Erasures } from './erasures.tsx'
import { Holds } from './holds.tsx'

/** Whose time is over, whose records must stay, and what goes for good. */
export function RetentionPage() {
  return (
    <PurposeGate>
      <Papers />
    </PurposeGate>
  )
}

function Papers() {
  const { data, error } = useConsoleShown('retention-papers', {})
  const isOfficer = useMayCall('propose-erasure')
  if (error !== null) return <Fault fault={error} />
  if (data === undefined) return null
  return (
    <Stack>
      {isOfficer && <DuePanel />}
      <Erasures erasures={data.erasures} />
      <Holds holds={data.holds} />
    </Stack>
  )
}

/** Of whom nothing was written for so many years. */
function DuePanel() {
  const ask = useConsoleChange('retention-due')
  const [years, setYears] = useState(10)
  const next = ask.data?.next ?? null
  return (
    <Panel title="Whose time is over">
      <Group align="end">
        <NumberInput
          label="Nothing written for years"
          description="As the law of your state asks; never less than six"
          min={6}
          max={50}
          value={years}
          onChange={(value) => setYears(Number(value))}
        />
        <Button loading={ask.isPending} onClick={() => ask.mutate({ years, after: null })}>
          Look
        </Button>
        {next !== null && (
          <Button
            variant="default"
            loading={ask.isPending}
            onClick={() => ask.mutate({ years, after: next })}
          >
            The next patients
          </Button>
        )}
      </Group>
      <Fault fault={ask.error} />
      {ask.data?.due.length === 0 && <Text size="sm">Nobody among those that were looked at.</Text>}
      <Table>
        <Table.Tbody>
          {(ask.data?.due ?? []).map(({ patientId, lastAt, records }) => (
            <Table.Tr key={patientId}>
              <Table.Td>{patientId}</Table.Td>
              <Table.Td>{records} records</Table.Td>
              <Table.Td>last written {lastAt.slice(0, 10)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}
