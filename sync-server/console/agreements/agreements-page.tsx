import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import type { ConsoleAgreement } from '../../console-api/protocol/integrations.ts'
import { Confirm } from '../confirm.tsx'
import { Fault } from '../fault.tsx'
import { Panel } from '../panel.tsx'
import { useConsole, useConsoleChange, useMayCall } from '../session.tsx'
import { AddAgreement } from './add-agreement.tsx'
import { agreementColours, agreementKinds, agreementName } from './agreement-words.ts'
import { FhirClients } from './fhir-clients.tsx'

/** On what ground other organisations' systems are let in and told, and which of them ask by FHIR. */
export function AgreementsPage() {
  const { data, error } = useConsole('agreements', {})
  const seesClients = useMayCall('fhir-clients')
  if (data === undefined) return <Fault fault={error} />
  return (
    <Stack>
      <Fault fault={error} />
      <Agreements agreements={data.agreements} />
      {seesClients && <FhirClients agreements={data.agreements} />}
    </Stack>
  )
}

function Agreements({ agreements }: { readonly agreements: readonly ConsoleAgreement[] }) {
  const mayAdd = useMayCall('add-agreement')
  const end = useConsoleChange('end-agreement')
  const [ending, setEnding] = useState<ConsoleAgreement | null>(null)
  return (
    <Panel title="Agreements">
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed">
          Without one in force no machine is let in by FHIR, and nothing is sent to a destination of HL7.
        </Text>
        {mayAdd && <AddAgreement />}
      </Group>
      <Fault fault={end.error} />
      {agreements.length === 0 && <Text size="sm">There is none.</Text>}
      {agreements.length > 0 && (
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {['With', 'Kind', 'Signed paper', 'From', 'Until', ''].map((label) => (
                <Table.Th key={label}>{label}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {agreements.map((one) => (
              <AgreementRow key={one.id} one={one} onEnd={setEnding} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Confirm
        opened={ending !== null}
        title={`End ${ending === null ? '' : agreementName(ending)}?`}
        says="At once, and for good: machines that rest on it are let in no more, and what is to be sent to its destinations waits until they name another."
        action="End it"
        onConfirm={() => ending !== null && end.mutate({ id: ending.id })}
        onClose={() => setEnding(null)}
      />
    </Panel>
  )
}

type AgreementRowProps = {
  readonly one: ConsoleAgreement
  readonly onEnd: (one: ConsoleAgreement) => void
}

function AgreementRow({ one, onEnd }: AgreementRowProps) {
  const { kind, parties, document, from, until, endedAt, state } = one
  const mayEnd = useMayCall('end-agreement')
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={500}>
            {parties.theirs}
          </Text>
          <Badge size="sm" variant="light" color={agreementColours[state]}>
            {state}
          </Badge>
        </Group>
        <Text size="xs" c="dimmed">
          ours: {parties.ours}
        </Text>
      </Table.Td>
      <Table.Td>{agreementKinds[kind]}</Table.Td>
      <Table.Td>
        {document.title}
        {document.sha256 !== undefined && (
          <Text size="xs" c="dimmed" title={document.sha256}>
            SHA-256 {document.sha256.slice(0, 12)}…
          </Text>
        )}
      </Table.Td>
      <Table.Td>{from}</Table.Td>
      <Table.Td>{endedAt === null ? (until ?? '–') : `ended ${endedAt.slice(0, 10)}`}</Table.Td>
      <Table.Td>
        {mayEnd && state !== 'over' && (
          <Button size="xs" variant="default" onClick={() => onEnd(one)}>
            End
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
