import { Table } from '@mantine/core'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleMarking } from '../../../console-api/protocol/privacy/mark-calls.ts'
import { Moment } from '../../moment.tsx'
import { Panel } from '../../panel.tsx'
import { recordsWords } from './mark-words.ts'

/** What people have marked of a patient's records, and why; the latest first. */
export function Markings({ markings }: { readonly markings: readonly ConsoleMarking[] }) {
  if (markings.length === 0) return null
  return (
    <Panel title="Marked by people">
      <Table>
        <Table.Tbody>
          {markings.map(({ id, sensitivity, records, signed }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Moment at={signed.at} />
              </Table.Td>
              <Table.Td>{signed.by}</Table.Td>
              <Table.Td>
                {recordsWords(records)} as {labelOf(sensitivity)}
              </Table.Td>
              <Table.Td maw={480}>{signed.words}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}
