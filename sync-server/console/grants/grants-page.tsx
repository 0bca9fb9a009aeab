import { Badge, Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { mayCall } from '../../console-api/protocol/console.ts'
import type { ConsoleGrant } from '../../console-api/protocol/grants.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { Fault } from '../fault.tsx'
import { saveFile } from '../save-file.ts'
import { useConsole, useConsoleChange, useSession } from '../session.tsx'
import { EndGrant } from './end-grant.tsx'
import { grantsCsv } from './grants-csv.ts'
import { ProposeGrant } from './propose-grant.tsx'
import { scopeWords, userName } from './scope-words.ts'
import type { Choices } from './scope-words.ts'

const colours = { proposed: 'yellow', 'to come': 'blue', holds: 'green', over: 'gray' } as const

/** Who may do what, since when, why, and who said so; now, or as of any day. */
export function GrantsPage() {
  const [day, setDay] = useState('')
  const { data, error } = useConsole('grants', { asOf: day === '' ? null : `${day}T23:59:59.999Z` })
  const { data: choices } = useConsole('grant-choices', {})
  const { roles } = useSession()
  const [proposing, setProposing] = useState(false)
  const [ending, setEnding] = useState<ConsoleGrant | null>(null)
  const grants = (data?.grants ?? []).toSorted((a, b) => order(a, choices).localeCompare(order(b, choices)))
  return (
    <>
      <Fault fault={error} />
      <Group mb="md" align="end">
        <TextInput
          type="date"
          label="As of the end of"
          description="Empty: now"
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <Button
          variant="default"
          disabled={data === undefined}
          onClick={() =>
            saveFile(`grants-${data?.asOf.slice(0, 10)}.csv`, grantsCsv(grants, choices), 'text/csv')
          }
        >
          Export
        </Button>
        {mayCall(roles, 'propose-grant') && (
          <Button onClick={() => setProposing(true)}>Propose a grant</Button>
        )}
      </Group>
      <Table stickyHeader highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {['Who', 'Role', 'Where', 'From', 'Until', 'How it came', ''].map((label) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {grants.map((one) => (
            <GrantRow
              key={one.grant.id}
              one={one}
              choices={choices}
              onEnd={day === '' ? setEnding : undefined}
            />
          ))}
        </Table.Tbody>
      </Table>
      {choices !== undefined && (
        <ProposeGrant choices={choices} opened={proposing} onClose={() => setProposing(false)} />
      )}
      <EndGrant
        key={ending?.grant.id ?? ''}
        one={ending}
        title={
          ending === null ? '' : `${userName(ending.grant.userId, choices)}, ${labelOf(ending.grant.role)}`
        }
        onClose={() => setEnding(null)}
      />
    </>
  )
}

type GrantRowProps = {
  readonly one: ConsoleGrant
  readonly choices: Choices | undefined
  /** Absent where a day that is gone is shown. */
  readonly onEnd: ((one: ConsoleGrant) => void) | undefined
}

function GrantRow({ one, choices, onEnd }: GrantRowProps) {
  const { grant, state, byYou, forYou } = one
  const { roles } = useSession()
  const approve = useConsoleChange('approve-grant')
  const isOpen = onEnd !== undefined && state !== 'over' && !forYou
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {userName(grant.userId, choices)}
        </Text>
        <Badge size="sm" variant="light" color={colours[state]}>
          {state}
        </Badge>
      </Table.Td>
      <Table.Td>{labelOf(grant.role)}</Table.Td>
      <Table.Td>{scopeWords(grant.scope, choices)}</Table.Td>
      <Table.Td>{grant.from.slice(0, 10)}</Table.Td>
      <Table.Td>{grant.until?.slice(0, 10) ?? '–'}</Table.Td>
      <Table.Td>
        <History one={one} />
        <Fault fault={approve.error} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {isOpen && state === 'proposed' && !byYou && mayCall(roles, 'approve-grant') && (
            <Button size="xs" loading={approve.isPending} onClick={() => approve.mutate({ id: grant.id })}>
              Approve
            </Button>
          )}
          {isOpen && mayCall(roles, 'end-grant') && (
            <Button size="xs" variant="default" onClick={() => onEnd(one)}>
              {state === 'proposed' ? (byYou ? 'Take back' : 'Decline') : 'End'}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}

function History({ one: { proposed, approved, ended } }: { readonly one: ConsoleGrant }) {
  if (proposed === null) {
    return (
      <Text size="xs" c="dimmed">
        from the first days
      </Text>
    )
  }
  const lines = [
    `${proposed.by}, ${proposed.at.slice(0, 10)}: ${proposed.reason}`,
    approved && `approved by ${approved.by}, ${approved.at.slice(0, 10)}`,
    ended && `ended by ${ended.by}, ${ended.at.slice(0, 10)}: ${ended.reason}`,
  ]
  return lines
    .filter((line) => line !== null)
    .map((line) => (
      <Text key={line} size="xs">
        {line}
      </Text>
    ))
}

/** What waits for somebody first, then by name. */
function order({ grant, state }: ConsoleGrant, choices: Choices | undefined): string {
  const place = ['proposed', 'holds', 'to come', 'over'].indexOf(state)
  return `${place} ${userName(grant.userId, choices)} ${grant.role} ${scopeWords(grant.scope, choices)}`
}
