import { Anchor, Table, Text } from '@mantine/core'
import { Fault } from '../fault.tsx'
import { useConsoleOnce } from '../session.tsx'
import { fieldLabel, moduleLabel } from './record-words.ts'

/** The records that an applied message speaks of, and what of them is still as it said. */
export function Written({ sequence }: { readonly sequence: number }) {
  const { data, error } = useConsoleOnce('hl7-written', { sequence })
  if (data === undefined) return <Fault fault={error} />
  if (data.records.length === 0) return <Text size="sm">It speaks of no record that is there now.</Text>
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Record</Table.Th>
          <Table.Th>Fields that still hold what it said</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {data.records.map(({ module, id, stillThere }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Anchor size="sm" href={`/${module}/${id}`} target="_blank" rel="noreferrer">
                {moduleLabel(module)}
              </Anchor>
            </Table.Td>
            <Table.Td>
              {stillThere.length === 0
                ? 'none: later messages or people have said otherwise'
                : stillThere.map((field) => fieldLabel(module, field)).join(', ')}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
