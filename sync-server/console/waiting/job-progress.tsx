import { Button, Group, Progress, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Job, MessageState } from '../../console-api/protocol/hl7.ts'
import { Fault } from '../fault.tsx'
import { stateWords } from '../message-words.tsx'
import { useAsk, useConsoleChange } from '../session.tsx'

const LOOK_MS = 300

/** How applying many again goes; what has not begun can be stopped. */
export function JobProgress({ job: { job, total } }: { readonly job: Job }) {
  const ask = useAsk()
  const cancel = useConsoleChange('hl7-cancel')
  const { data, error } = useQuery({
    queryKey: ['hl7-job', job],
    queryFn: () => ask('hl7-job', { job }),
    refetchInterval: ({ state }) =>
      state.data?.state === 'running' || state.data === undefined ? LOOK_MS : false,
  })
  const done = data?.done ?? 0
  return (
    <div role="status">
      <Fault fault={error ?? cancel.error} />
      <Group justify="space-between" mb={4}>
        <Text size="sm">
          {done} of {total} done{endedWords(data?.ended ?? {})}
          {data?.state === 'cancelled' && ' – stopped'}
          {data?.state === 'failed' && ' – cut off by a fault; the others wait as before'}
        </Text>
        {data?.state === 'running' && (
          <Button size="compact-xs" variant="default" onClick={() => cancel.mutate({ job })}>
            Stop
          </Button>
        )}
      </Group>
      <Progress value={total === 0 ? 100 : (done / total) * 100} aria-label="Progress" />
    </div>
  )
}

function endedWords(ended: Job['ended']): string {
  const parts = (Object.entries(ended) as [MessageState, number][]).map(
    ([state, count]) => `${count} ${count === 1 ? stateWords[state].one : stateWords[state].many}`,
  )
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}
