import { Badge, Button, Group, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleAgreement, ConsoleClient } from '../../console-api/protocol/integrations.ts'
import { Confirm } from '../confirm.tsx'
import { Fault } from '../fault.tsx'
import { scopeWords } from '../grants/scope-words.ts'
import { Panel } from '../panel.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'
import { agreementName } from './agreement-words.ts'
import { RegisterClient } from './register-client.tsx'

type Agreements = { readonly agreements: readonly ConsoleAgreement[] }

/** Machines that ask by FHIR. */
export function FhirClients({ agreements }: Agreements) {
  const { data, error } = useConsole('fhir-clients', {})
  const revoke = useConsoleChange('revoke-fhir-client')
  const [revoking, setRevoking] = useState<ConsoleClient | null>(null)
  const clients = data?.clients ?? []
  return (
    <Panel title="FHIR clients">
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed">
          Machines of others that ask by FHIR: each proves itself by its own key, and rests on an agreement.
        </Text>
        <RegisterClient agreements={agreements} />
      </Group>
      <Fault fault={error ?? revoke.error} />
      {data !== undefined && clients.length === 0 && <Text size="sm">There is none.</Text>}
      {clients.length > 0 && (
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {['Name', 'For', 'May ask', 'Sees', 'Agreement', ''].map((label) => (
                <Table.Th key={label}>{label}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {clients.map((client) => (
              <ClientRow
                key={client.id}
                client={client}
                agreement={agreements.find(({ id }) => id === client.agreementId)}
                onRevoke={setRevoking}
              />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Confirm
        opened={revoking !== null}
        title={`Revoke ${revoking?.name ?? ''}?`}
        says="It is refused at once, and its tokens end. To let it in again it is registered anew."
        action="Revoke"
        onConfirm={() => revoking !== null && revoke.mutate({ id: revoking.id })}
        onClose={() => setRevoking(null)}
      />
    </Panel>
  )
}

type ClientRowProps = {
  readonly client: ConsoleClient
  readonly agreement: ConsoleAgreement | undefined
  readonly onRevoke: (client: ConsoleClient) => void
}

function ClientRow({ client, agreement, onRevoke }: ClientRowProps) {
  const { id, name, purpose, smartScopes, grants, seesRestricted, revokedAt } = client
  const { data: choices } = useConsole('grant-choices', {})
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={500}>
            {name}
          </Text>
          {revokedAt !== null && <Badge color="gray">revoked</Badge>}
        </Group>
        <Text size="xs" c="dimmed">
          {id}
        </Text>
      </Table.Td>
      <Table.Td>{labelOf(purpose)}</Table.Td>
      <Table.Td>{smartScopes.join(' ')}</Table.Td>
      <Table.Td>
        {grants.map(({ role, scope }) => (
          <Text key={`${role} ${scope}`} size="sm">
            {labelOf(role)} · {scopeWords(scope, choices)}
          </Text>
        ))}
        {seesRestricted && (
          <Text size="xs" c="dimmed">
            also what patients restricted
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {agreement !== undefined && agreementName(agreement)}
        {revokedAt === null && agreement?.state !== 'holds' && (
          <Text size="xs" c="red">
            not in force: it is refused
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {revokedAt === null && (
          <Button size="xs" variant="default" onClick={() => onRevoke(client)}>
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
