import { Badge, Button, Stack, Table, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { rightsCalls } from '../../console-api/protocol/privacy/rights-calls.ts'
import type { ConsoleAmendment } from '../../console-api/protocol/privacy/rights-calls.ts'
import { Fault } from '../fault.tsx'
import { Panel } from '../panel.tsx'
import { useConsoleChange, useConsoleShown } from '../session.tsx'
import { AmendmentStep } from './amendment-step.tsx'

/** What the patient asked to be amended, each with what became of it; and a new request. */
export function Amendments({ patientId }: { readonly patientId: Id }) {
  const { data, error } = useConsoleShown('amendments', { patientId })
  return (
    <Panel title="Requests to amend (45 CFR 164.526)">
      <Fault fault={error} />
      <Table>
        <Table.Tbody>
          {(data?.amendments ?? []).map((one) => (
            <AmendmentRow key={one.id} one={one} />
          ))}
        </Table.Tbody>
      </Table>
      <NewAmendment patientId={patientId} />
    </Panel>
  )
}

function AmendmentRow({ one }: { readonly one: ConsoleAmendment }) {
  const { receivedOn, dueOn, request, decision, disagreement, rebuttal } = one
  return (
    <Table.Tr>
      <Table.Td>
        {receivedOn}
        {decision === null && (
          <Text size="xs" c={dueOn < new Date().toISOString().slice(0, 10) ? 'red' : 'dimmed'}>
            to be decided by {dueOn}
          </Text>
        )}
      </Table.Td>
      <Table.Td maw={420}>
        <Text size="sm">{request}</Text>
        {disagreement !== null && <Text size="xs">The patient disagrees: {disagreement.words}</Text>}
        {rebuttal !== null && <Text size="xs">Answer: {rebuttal.words}</Text>}
      </Table.Td>
      <Table.Td>
        {decision !== null && (
          <>
            <Badge color={decision.accepted ? 'green' : 'gray'}>
              {decision.accepted ? 'accepted' : `denied: ${labelOf(decision.ground)}`}
            </Badge>
            <Text size="xs" c="dimmed">
              {decision.by}: {decision.words}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td>
        <AmendmentStep one={one} />
      </Table.Td>
    </Table.Tr>
  )
}

function NewAmendment({ patientId }: { readonly patientId: Id }) {
  const receive = useConsoleChange('receive-amendment')
  const [receivedOn, setReceivedOn] = useState(() => new Date().toISOString().slice(0, 10))
  const [request, setRequest] = useState('')
  const filled = rightsCalls['receive-amendment'].request.safeParse({
    patientId,
    recordId: null,
    receivedOn,
    request,
  })
  return (
    <Stack gap="xs" mt="md" maw={560}>
      <TextInput
        type="date"
        label="Received on"
        value={receivedOn}
        onChange={(event) => setReceivedOn(event.currentTarget.value)}
      />
      <Textarea
        label="What the patient asks to be amended"
        autosize
        minRows={2}
        value={request}
        onChange={(event) => setRequest(event.currentTarget.value)}
      />
      <Fault fault={receive.error} />
      <Button
        disabled={!filled.success}
        loading={receive.isPending}
        onClick={() => filled.success && receive.mutate(filled.data, { onSuccess: () => setRequest('') })}
      >
        Take the request in
      </Button>
    </Stack>
  )
}
