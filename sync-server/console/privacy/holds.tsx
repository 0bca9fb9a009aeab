import { Badge, Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { erasureCalls } from '../../console-api/protocol/privacy/erasure-calls.ts'
import type { ConsoleHold } from '../../console-api/protocol/privacy/erasure-calls.ts'
import { Fault } from '../fault.tsx'
import { Panel } from '../panel.tsx'
import { useConsoleChange, useMayCall } from '../session.tsx'

/** Whose records must stay, and why. */
export function Holds({ holds }: { readonly holds: readonly ConsoleHold[] }) {
  const mayHold = useMayCall('place-hold')
  return (
    <Panel title="Legal holds">
      <Table>
        <Table.Tbody>
          {holds.map((one) => (
            <HoldRow key={one.id} one={one} mayRelease={mayHold} />
          ))}
        </Table.Tbody>
      </Table>
      {mayHold && <NewHold />}
    </Panel>
  )
}

function HoldRow({ one, mayRelease }: { readonly one: ConsoleHold; readonly mayRelease: boolean }) {
  const { id, patientId, placed, released } = one
  const release = useConsoleChange('release-hold')
  const [words, setWords] = useState('')
  const request = erasureCalls['release-hold'].request.safeParse({ id, words })
  return (
    <Table.Tr>
      <Table.Td>{patientId}</Table.Td>
      <Table.Td>
        {placed.words}
        <Text size="xs" c="dimmed">
          {placed.by}
        </Text>
      </Table.Td>
      <Table.Td>
        {released !== null && <Badge color="gray">released: {released.words}</Badge>}
        {released === null && mayRelease && (
          <Group gap="xs">
            <TextInput
              size="xs"
              aria-label="Why it is released"
              placeholder="Why it is released"
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
            <Button
              size="compact-sm"
              variant="default"
              disabled={!request.success}
              loading={release.isPending}
              onClick={() => request.success && release.mutate(request.data)}
            >
              Release
            </Button>
          </Group>
        )}
        <Fault fault={release.error} />
      </Table.Td>
    </Table.Tr>
  )
}

function NewHold() {
  const place = useConsoleChange('place-hold')
  const [patientId, setPatientId] = useState('')
  const [words, setWords] = useState('')
  const request = erasureCalls['place-hold'].request.safeParse({ patientId, words })
  return (
    <>
      <Group align="end" mt="sm">
        <TextInput
          label="Patient to hold"
          w={320}
          value={patientId}
          onChange={(event) => setPatientId(event.currentTarget.value.trim())}
        />
        <TextInput
          label="The suit or inquiry"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Button
          disabled={!request.success}
          loading={place.isPending}
          onClick={() => request.success && place.mutate(request.data)}
        >
          Place the hold
        </Button>
      </Group>
      <Fault fault={place.error} />
    </>
  )
}
