import { Table } from '@mantine/core'
import type { ConsoleActivity } from '../../console-api/protocol/privacy/report-calls.ts'

const columns = [
  ['signedIn', 'Signed in'],
  ['refused', 'Refused'],
  ['loaded', 'Pages loaded'],
  ['looked', 'Looked'],
  ['searched', 'Searched'],
  ['printed', 'Printed'],
  ['changed', 'Changed'],
  ['disclosed', 'Disclosed'],
  ['emergencies', 'Emergencies'],
  ['alarms', 'Alarms'],
  ['administered', 'Other'],
] as const

const SHOWN = 2

/** The first few; the rest are told by pointing at them. */
function fromWords(addresses: readonly string[]): string {
  const shown = addresses.slice(0, SHOWN).join(', ')
  const rest = addresses.length - SHOWN
  return rest > 0 ? `${shown} and ${rest} more` : shown || '–'
}

/** What is refused, an emergency or an alarm stands out. */
const grave: readonly string[] = ['refused', 'emergencies', 'alarms']

export function ActivityTable({ rows }: { readonly rows: readonly ConsoleActivity[] }) {
  return (
    <Table stickyHeader striped>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Who</Table.Th>
          <Table.Th>Records</Table.Th>
          {columns.map(([deed, label]) => (
            <Table.Th key={deed}>{label}</Table.Th>
          ))}
          <Table.Th>From</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ actor, counts, records, addresses }) => (
          <Table.Tr key={actor}>
            <Table.Td>{actor}</Table.Td>
            <Table.Td>{records || '–'}</Table.Td>
            {columns.map(([deed]) => (
              <Table.Td key={deed} c={grave.includes(deed) && counts[deed] > 0 ? 'red' : 'inherit'}>
                {counts[deed] || '–'}
              </Table.Td>
            ))}
            <Table.Td title={addresses.join('\n')}>{fromWords(addresses)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
