import { Table, Text } from '@mantine/core'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleDossier } from '../../console-api/protocol/privacy/dossier-calls.ts'

type Props = { readonly dossier: Pick<ConsoleDossier, 'patients' | 'persons' | 'fields'> }

/** Which fields, then whose. */
export function DossierPatients({ dossier: { patients, persons, fields } }: Props) {
  return (
    <>
      {fields.map(({ module, phi, names }) => (
        <Text key={`${module} ${phi}`} size="sm">
          <b>{labelOf(module)}</b> ({phi}): {names.join(', ')}
        </Text>
      ))}
      {patients.length < persons && (
        <Text size="sm" mt="xs">
          The first {patients.length} of {persons} are named.
        </Text>
      )}
      <Table mt="sm">
        <Table.Thead>
          <Table.Tr>
            {[
              'Patient',
              'Records',
              'Opened on the device',
              'At the last contact',
              'In the emergency set',
            ].map((label) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {patients.map(({ patientId, name, records, wasOpened, hadLeft, inEmergencySet }) => (
            <Table.Tr key={patientId}>
              <Table.Td title={patientId}>{name}</Table.Td>
              <Table.Td>{records}</Table.Td>
              <Table.Td>{wasOpened ? 'yes' : 'not known'}</Table.Td>
              <Table.Td>{hadLeft ? 'was to have left before' : 'on the device'}</Table.Td>
              <Table.Td>{inEmergencySet === 0 ? '' : inEmergencySet}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}
