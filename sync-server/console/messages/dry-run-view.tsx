import { Badge, Card, Group, Stack, Table, Text } from '@mantine/core'
import type { DryRun, WouldChange } from '../../console-api/protocol/hl7.ts'
import { ReasonText, StateBadge } from '../message-words.tsx'
import { fieldLabel, moduleLabel, valueWords } from './record-words.ts'
import styles from './message.module.css'

/** What a message would do, record by record and field by field. */
export function DryRunView({ run }: { readonly run: DryRun }) {
  if (!run.taken) {
    return (
      <Card withBorder role="status">
        <Text size="sm" fw={600} mb={4}>
          It would not be taken in.
        </Text>
        <ReasonText reason={run.reason} withRemedy />
      </Card>
    )
  }
  const called = new Map(
    run.changes.map(({ id, module }) => [id, `this ${moduleLabel(module).toLowerCase()}`]),
  )
  return (
    <Stack gap="xs" role="status" aria-label="What would change">
      <Group gap="xs">
        <Text size="sm" fw={600}>
          It would be
        </Text>
        <StateBadge state={run.ending.outcome} />
        <ReasonText reason={run.ending.reason} />
      </Group>
      {run.changes.map((change) => (
        <RecordChange key={change.id} change={change} called={called} />
      ))}
    </Stack>
  )
}

const outcomes: Readonly<Record<WouldChange['outcome'], { words: string; color: string }>> = {
  created: { words: 'new', color: 'teal' },
  changed: { words: 'changed', color: 'blue' },
  unchanged: { words: 'as it is', color: 'gray' },
  refused: { words: 'refused', color: 'red' },
}

type RecordChangeProps = { readonly change: WouldChange; readonly called: ReadonlyMap<string, string> }

function RecordChange({ change: { module, outcome, fields }, called }: RecordChangeProps) {
  const { words, color } = outcomes[outcome]
  return (
    <Card withBorder padding="xs">
      <Group gap="xs" mb={fields.length > 0 ? 4 : 0}>
        <Text size="sm" fw={600}>
          {moduleLabel(module)}
        </Text>
        <Badge size="sm" variant="light" color={color} tt="none">
          {words}
        </Badge>
      </Group>
      {fields.length > 0 && (
        <Table verticalSpacing={2} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="24%">Field</Table.Th>
              {outcome !== 'created' && <Table.Th>Now</Table.Th>}
              <Table.Th>{outcome === 'created' ? 'Value' : 'Then'}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fields.map(({ field, before, after, hidden, waits }) => (
              <Table.Tr key={field}>
                <Table.Td>{fieldLabel(module, field)}</Table.Td>
                {outcome !== 'created' && (
                  <Table.Td className={styles.value}>
                    {hidden ? <Hidden words="set by others; not yours to see" /> : valueWords(before, called)}
                  </Table.Td>
                )}
                <Table.Td className={styles.value}>
                  {valueWords(after, called)}
                  {waits && <Hidden words=" – waits in the record’s conflicts" />}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  )
}

function Hidden({ words }: { readonly words: string }) {
  return (
    <Text span size="sm" c="dimmed" fs="italic">
      {words}
    </Text>
  )
}
