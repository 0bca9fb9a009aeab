import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import type { MessageRow } from '../../console-api/protocol/hl7.ts'
import { Confirm } from '../confirm.tsx'
import { Fault } from '../fault.tsx'
import { useConsoleChange, useMayCall, useSession } from '../session.tsx'

/** Applies a message again, or, where a rule stands against it, in spite of the rule. */
export function ReplayButton({ message: { sequence, replay } }: { readonly message: MessageRow }) {
  const { purpose } = useSession()
  const again = useConsoleChange('hl7-replay')
  const force = useConsoleChange('hl7-force')
  const mayForce = useMayCall('hl7-force') && purpose !== null
  const [asking, setAsking] = useState(false)
  if (replay === 'no') return null
  return (
    <>
      <Fault fault={again.error ?? force.error} />
      <Group gap="xs" mt="md">
        {replay === 'yes' && (
          <Button size="xs" loading={again.isPending} onClick={() => again.mutate({ sequences: [sequence] })}>
            Apply again
          </Button>
        )}
        {mayForce && (
          <Button size="xs" variant="default" loading={force.isPending} onClick={() => setAsking(true)}>
            Apply in spite of it
          </Button>
        )}
        {again.isSuccess && (
          <Text size="sm" c="dimmed" role="status">
            It is back in the queue.
          </Text>
        )}
      </Group>
      <Confirm
        opened={asking}
        title={`Apply ${sequence} in spite of the rules?`}
        says="It is applied although it is a repeat, is older than what the sender said since, or a dead letter comes before it. Values that people have set since stay; where the two disagree, the other one waits in the record's conflicts."
        action="Apply it"
        onConfirm={() => force.mutate({ sequence })}
        onClose={() => setAsking(false)}
      />
    </>
  )
}
