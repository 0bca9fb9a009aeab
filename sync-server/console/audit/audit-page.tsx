import { Button, Group, Select, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { idSchema } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { ConsoleAuditEntry } from '../../console-api/protocol/audit.ts'
import { Fault } from '../fault.tsx'
import { Moment } from '../moment.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'

/** Who saw this record; what did this person see. Each question stands in the audit itself, so nothing is asked unbidden. */
export function AuditPage() {
  const { data: choices } = useConsole('grant-choices', {})
  const ask = useConsoleChange('audit')
  const [record, setRecord] = useState('')
  const [user, setUser] = useState<string | null>(null)
  const [found, setFound] = useState<readonly ConsoleAuditEntry[]>([])
  const isRecord = record === '' || idSchema.safeParse(record).success
  const search = (before: number | null) =>
    ask.mutate(
      { record: record === '' ? null : record, user, before },
      { onSuccess: ({ entries }) => setFound((held) => (before === null ? entries : [...held, ...entries])) },
    )
  const more = ask.data?.before ?? null
  return (
    <>
      <Fault fault={ask.error} />
      <Group mb="md" align="end">
        <TextInput
          label="Record"
          description="Its id, as its address in Rounds shows it"
          w={340}
          value={record}
          error={isRecord ? null : 'Not an id'}
          onChange={(event) => setRecord(event.currentTarget.value.trim())}
        />
        <Select
          label="Person"
          data={(choices?.users ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={user}
          onChange={setUser}
          clearable
          searchable
        />
        <Button onClick={() => search(null)} disabled={!isRecord} loading={ask.isPending}>
          Look it up
        </Button>
      </Group>
      {found.length > 0 && <Entries entries={found} />}
      {ask.data !== undefined && found.length === 0 && <Text>Nothing is written down about that.</Text>}
      {more !== null && (
        <Button variant="default" mt="md" loading={ask.isPending} onClick={() => search(more)}>
          Older
        </Button>
      )}
    </>
  )
}

function Entries({ entries }: { readonly entries: readonly ConsoleAuditEntry[] }) {
  return (
    <Table stickyHeader highlightOnHover verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          {['When', 'Who', 'What', 'Records', 'Fields', 'How it ended', 'From'].map((label) => (
            <Table.Th key={label}>{label}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.seq}>
            <Table.Td>
              <Moment at={entry.told ?? entry.at} />
              {entry.told !== null && <Soft>on the device</Soft>}
            </Table.Td>
            <Table.Td>{entry.by}</Table.Td>
            <Table.Td>
              {labelOf(entry.action)}
              {entry.what !== null && <Soft>{entry.what}</Soft>}
            </Table.Td>
            <Table.Td title={entry.ids.join('\n')}>
              {entry.ids.length === 1 ? <Soft>{entry.ids[0]}</Soft> : entry.ids.length || '–'}
            </Table.Td>
            <Fields {...entry} />
            <Table.Td>
              {entry.outcome ?? '–'}
              {entry.purpose !== null && <Soft>{entry.purpose}</Soft>}
            </Table.Td>
            <Table.Td>
              {entry.device ?? '–'}
              {entry.address !== null && <Soft>{entry.address}</Soft>}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** Those that were changed, else how many could be seen; all of them by their names, where somebody looks closer. */
function Fields({ changes, fields }: Pick<ConsoleAuditEntry, 'changes' | 'fields'>) {
  const changed = [...new Set(changes.flatMap((change) => change.fields))]
  if (changed.length === 0) return <Table.Td title={fields?.join('\n')}>{fields?.length ?? '–'}</Table.Td>
  const byRecord = changes.map((change) => `${change.ids.join(', ')}: ${change.fields.join(', ')}`)
  return (
    <Table.Td title={byRecord.join('\n')}>
      {changed.length <= MOST_NAMED ? changed.join(', ') : changed.length}
      <Soft>changed</Soft>
    </Table.Td>
  )
}

const MOST_NAMED = 5

function Soft({ children }: { readonly children: ReactNode }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  )
}
