import { Button, Card, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { remedy } from '#app/kernel/index.ts'
import type { Alert } from '../../console-api/protocol/hl7.ts'
import { Confirm } from '../confirm.tsx'
import { Fault } from '../fault.tsx'
import { reasonWords } from '../message-words.tsx'
import { Moment } from '../moment.tsx'
import { useConsoleChange } from '../session.tsx'
import { CauseRows } from './cause-rows.tsx'
import { JobProgress } from './job-progress.tsx'

type CauseMessagesProps = { readonly cause: Alert; readonly feed: string }

/** The messages of one cause: to be looked at one by one, or applied again, some or all. */
export function CauseMessages({ cause, feed }: CauseMessagesProps) {
  const { feedId, reason, state, count } = cause
  const replay = useConsoleChange('hl7-replay')
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [asking, setAsking] = useState(false)
  const isDead = state === 'dead'
  const all = { cause: { feedId, state: isDead ? 'dead' : 'parked', reason } } as const
  const running = replay.data
  return (
    <Card withBorder>
      <Stack gap="sm">
        <div>
          <Text fw={600}>{reasonWords(reason)}</Text>
          {reason.code !== null && (
            <Text size="sm" c="dimmed">
              {remedy(reason.code, reason.facts)}
            </Text>
          )}
          <Group gap={6} mt={4}>
            <Text size="sm">{feed}</Text>
            <Text size="sm" c="dimmed">
              · last
            </Text>
            <Moment at={cause.lastAt} />
          </Group>
        </div>
        <Group gap="xs">
          <Button size="xs" loading={replay.isPending} onClick={() => setAsking(true)}>
            Apply all {count} again
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={chosen.size === 0}
            onClick={() =>
              replay.mutate({ sequences: [...chosen] }, { onSuccess: () => setChosen(new Set()) })
            }
          >
            Apply {chosen.size === 0 ? 'the chosen' : chosen.size} again
          </Button>
        </Group>
        <Fault fault={replay.error} />
        {running !== undefined && <JobProgress job={running} />}
        <CauseRows cause={cause} chosen={chosen} onChoose={setChosen} />
      </Stack>
      <Confirm
        opened={asking}
        title={`Apply ${count} messages again?`}
        says="They are applied in the order in which they came. What can not be applied stays here with its reason. You can stop in between."
        action="Apply them"
        onConfirm={() => replay.mutate(all)}
        onClose={() => setAsking(false)}
      />
    </Card>
  )
}
