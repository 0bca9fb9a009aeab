import { Button, Group, Modal, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { grantCalls } from '../../console-api/protocol/grants.ts'
import type { ConsoleGrant } from '../../console-api/protocol/grants.ts'
import { Fault } from '../fault.tsx'
import { useConsoleChange } from '../session.tsx'

type EndGrantProps = {
  /** Null: closed. */
  readonly one: ConsoleGrant | null
  readonly title: string
  readonly onClose: () => void
}

/** Ending asks for a reason, as giving did. */
export function EndGrant({ one, title, onClose }: EndGrantProps) {
  const end = useConsoleChange('end-grant')
  const [reason, setReason] = useState('')
  const request = grantCalls['end-grant'].request.safeParse({ id: one?.grant.id, reason })
  const action = one?.state === 'proposed' ? 'Decline' : 'End'
  return (
    <Modal opened={one !== null} onClose={onClose} title={`${action}: ${title}`} centered>
      <Fault fault={end.error} />
      <Text size="sm" mb="sm">
        It ends at once: what it gave leaves every computer of this person at its next contact.
      </Text>
      <Textarea
        label="Why"
        autosize
        minRows={2}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        mb="lg"
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          color="red"
          disabled={!request.success}
          loading={end.isPending}
          onClick={() => request.success && end.mutate(request.data, { onSuccess: onClose })}
        >
          {action}
        </Button>
      </Group>
    </Modal>
  )
}
