import { Badge, Button, Group, Select, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import { erasureCalls, erasureGrounds } from '../../console-api/protocol/privacy/erasure-calls.ts'
import type { ConsoleErasure } from '../../console-api/protocol/privacy/erasure-calls.ts'
import { Confirm } from '../confirm.tsx'
import { Fault } from '../fault.tsx'
import { Panel } from '../panel.tsx'
import { useConsoleChange, useMayCall } from '../session.tsx'

const grounds = erasureGrounds.map((value) => ({ value, label: labelOf(value) }))

/** One proposes, another approves; then it is gone, here, on laptops and after every restore. */
export function Erasures({ erasures }: { readonly erasures: readonly ConsoleErasure[] }) {
  const mayPropose = useMayCall('propose-erasure')
  return (
    <Panel title="Erasure">
      <Table>
        <Table.Tbody>
          {erasures.map((one) => (
            <ErasureRow key={one.id} one={one} />
          ))}
        </Table.Tbody>
      </Table>
      {mayPropose && <Proposal />}
    </Panel>
  )
}

function ErasureRow({ one }: { readonly one: ConsoleErasure }) {
  const { id, patientId, ground, proposed, decided, erased, isOwn } = one
  const approve = useConsoleChange('approve-erasure')
  const decline = useConsoleChange('decline-erasure')
  const [asks, setAsks] = useState(false)
  return (
    <Table.Tr>
      <Table.Td>{patientId}</Table.Td>
      <Table.Td>
        {labelOf(ground)}
        <Text size="xs" c="dimmed">
          {proposed.by}: {proposed.words}
        </Text>
      </Table.Td>
      <Table.Td>
        <Fault fault={approve.error ?? decline.error} />
        {decided === null ? (
          <Group gap="xs">
            {!isOwn && (
              <Button size="compact-sm" color="red" loading={approve.isPending} onClick={() => setAsks(true)}>
                Approve
              </Button>
            )}
            <Button size="compact-sm" variant="default" onClick={() => decline.mutate({ id })}>
              {isOwn ? 'Take back' : 'Decline'}
            </Button>
          </Group>
        ) : (
          <Badge color={decided.approved ? 'red' : 'gray'}>
            {decided.approved ? `${erased} records erased` : 'declined'}
          </Badge>
        )}
        <Confirm
          opened={asks}
          title="Erase for good"
          says="Every record of this patient goes: here, on every laptop at its next contact, and from every backup that is put back. It can not be undone."
          action="Erase"
          onConfirm={() => approve.mutate({ id })}
          onClose={() => setAsks(false)}
        />
      </Table.Td>
    </Table.Tr>
  )
}

function Proposal() {
  const propose = useConsoleChange('propose-erasure')
  const [patientId, setPatientId] = useState('')
  const [ground, setGround] = useState<string | null>(null)
  const [words, setWords] = useState('')
  const request = erasureCalls['propose-erasure'].request.safeParse({ patientId, ground, words })
  return (
    <>
      <Group align="end" mt="sm">
        <TextInput
          label="Patient to erase"
          w={320}
          value={patientId}
          onChange={(event) => setPatientId(event.currentTarget.value.trim())}
        />
        <Select label="Ground" data={grounds} value={ground} onChange={setGround} />
        <TextInput label="Why" value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        <Button
          disabled={!request.success}
          loading={propose.isPending}
          onClick={() => request.success && propose.mutate(request.data)}
        >
          Propose
        </Button>
      </Group>
      <Fault fault={propose.error} />
    </>
  )
}
