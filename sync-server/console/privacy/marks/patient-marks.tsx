import { Badge, Button, Checkbox, Group, Select, Table, Text } from '@mantine/core'
import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleMarkedRecord } from '../../../console-api/protocol/privacy/mark-calls.ts'
import { Fault } from '../../fault.tsx'
import { Panel } from '../../panel.tsx'
import { useConsoleShown } from '../../session.tsx'
import { ChangeMarks } from './change-marks.tsx'
import { Markings } from './markings.tsx'
import { sourceWords } from './mark-words.ts'

/** A patient and what hangs on them: of which kind, day and place, and how it is marked. */
export function PatientMarks({ patientId }: { readonly patientId: Id }) {
  const { data, error } = useConsoleShown('patient-marks', { patientId })
  const [kind, setKind] = useState<string | null>(null)
  const [onlyMarked, setOnlyMarked] = useState(false)
  const [chosen, setChosen] = useState<ReadonlySet<Id>>(new Set())
  const [change, setChange] = useState<'mark' | 'release' | null>(null)
  if (error !== null) return <Fault fault={error} />
  if (data === undefined) return null
  const { name, records, markings } = data
  const shown = records.filter(
    (one) => (kind === null || one.kind === kind) && (!onlyMarked || one.marks.length > 0),
  )
  const choose = (ids: readonly Id[], isChosen: boolean) => {
    const others = [...chosen].filter((id) => !ids.includes(id))
    setChosen(new Set(isChosen ? [...others, ...ids] : others))
  }
  const isMarked = records.some(({ id, marks }) => chosen.has(id) && marks.length > 0)
  return (
    <>
      <Panel title={name ?? 'A patient whose name you may not see'}>
        <Group align="end" mb="sm">
          <Select
            label="Kind"
            placeholder="all"
            clearable
            data={[...new Set(records.map((one) => one.kind))].toSorted()}
            value={kind}
            onChange={setKind}
          />
          <Checkbox
            label="Only what is marked"
            mb={8}
            checked={onlyMarked}
            onChange={(event) => setOnlyMarked(event.currentTarget.checked)}
          />
          <Button disabled={chosen.size === 0} onClick={() => setChange('mark')}>
            Mark as sensitive
          </Button>
          <Button variant="default" disabled={!isMarked} onClick={() => setChange('release')}>
            Propose a release
          </Button>
          <Text size="sm" c="dimmed" mb={8}>
            {chosen.size} of {records.length} chosen
          </Text>
        </Group>
        <RecordTable records={shown} chosen={chosen} onChoose={choose} />
      </Panel>
      <Markings markings={markings} />
      {change !== null && (
        <ChangeMarks
          change={change}
          patientId={patientId}
          records={records}
          chosen={chosen}
          onDone={() => setChosen(new Set())}
          onClose={() => setChange(null)}
        />
      )}
    </>
  )
}

type RecordTableProps = {
  readonly records: readonly ConsoleMarkedRecord[]
  readonly chosen: ReadonlySet<Id>
  readonly onChoose: (ids: readonly Id[], isChosen: boolean) => void
}

function RecordTable({ records, chosen, onChoose }: RecordTableProps) {
  const held = records.filter(({ id }) => chosen.has(id)).length
  return (
    <Table stickyHeader verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Checkbox
              aria-label="Choose all that are shown"
              checked={held > 0 && held === records.length}
              indeterminate={held > 0 && held < records.length}
              onChange={(event) =>
                onChoose(
                  records.map(({ id }) => id),
                  event.currentTarget.checked,
                )
              }
            />
          </Table.Th>
          {['Kind', 'Day', 'Place', 'Marked as', 'Record'].map((label) => (
            <Table.Th key={label}>{label}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {records.map((one) => (
          <RecordRow
            key={one.id}
            one={one}
            isChosen={chosen.has(one.id)}
            onChoose={(isChosen) => onChoose([one.id], isChosen)}
          />
        ))}
      </Table.Tbody>
    </Table>
  )
}

type RecordRowProps = {
  readonly one: ConsoleMarkedRecord
  readonly isChosen: boolean
  readonly onChoose: (isChosen: boolean) => void
}

function RecordRow({ one, isChosen, onChoose }: RecordRowProps) {
  const { id, kind, at, places, marks, removed } = one
  const day = at.slice(0, 10)
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={`Choose ${kind} of ${day}`}
          checked={isChosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        {kind}
        {removed && (
          <Text span size="xs" c="dimmed">
            {' '}
            removed
          </Text>
        )}
      </Table.Td>
      <Table.Td>{day}</Table.Td>
      <Table.Td>{places.join(', ')}</Table.Td>
      <Table.Td>
        {marks.map((mark) => (
          <Group key={mark.sensitivity} gap={6}>
            <Badge color="grape" variant="light" tt="none">
              {labelOf(mark.sensitivity)}
            </Badge>
            <Text size="xs" c="dimmed">
              {sourceWords(mark)}
            </Text>
          </Group>
        ))}
      </Table.Td>
      <Table.Td>
        <Text size="xs" c="dimmed" ff="monospace">
          {id}
        </Text>
      </Table.Td>
    </Table.Tr>
  )
}
