import { Anchor, Group, Stack, Text } from '@mantine/core'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { StateBadge } from '../message-words.tsx'
import { Moment } from '../moment.tsx'
import { Panel } from '../panel.tsx'
import { addressOf } from '../route.ts'

type Detail = ConsoleAnswer<'hl7-message'>
type Deed = Detail['deeds'][number]

const deedWords: Readonly<Record<Deed['action'], string>> = {
  opened: 'opened it',
  tried: 'tried what it would change',
  replayed: 'put it back into the queue',
  forced: 'had it applied in spite of the rules',
  corrected: 'made a corrected copy',
  decided: 'said whose it is',
}

/** Repeats, copies, and who did what. */
export function History({ detail: { message, sameNumber, copies, deeds } }: { readonly detail: Detail }) {
  const others = sameNumber.filter(
    ({ sequence }) => !copies.includes(sequence) && sequence !== message.replays,
  )
  return (
    <Panel title="History">
      <Stack gap={6}>
        {message.replays !== null && <Line words="a corrected copy of" numbers={[message.replays]} />}
        {copies.length > 0 && <Line words="corrected copies" numbers={copies} />}
        {others.map(({ sequence, state, receivedAt }) => (
          <Group key={sequence} gap={6}>
            <Text size="sm">under the same number:</Text>
            <Anchor size="sm" href={addressOf('messages', String(sequence))}>
              {sequence}
            </Anchor>
            <StateBadge state={state} />
            <Moment at={receivedAt} />
          </Group>
        ))}
        {deeds.map(({ by, at, action, purpose }) => (
          <Group key={`${at} ${action}`} gap={6}>
            <Moment at={at} />
            <Text size="sm">
              {by} {deedWords[action]}
            </Text>
            <Text size="xs" c="dimmed">
              {purpose}
            </Text>
          </Group>
        ))}
        {deeds.length === 0 && others.length === 0 && copies.length === 0 && message.replays === null && (
          <Text size="sm" c="dimmed">
            Nobody has looked at it yet, and it came once.
          </Text>
        )}
      </Stack>
    </Panel>
  )
}

function Line({ words, numbers }: { readonly words: string; readonly numbers: readonly number[] }) {
  return (
    <Group gap={6}>
      <Text size="sm">{words}</Text>
      {numbers.map((sequence) => (
        <Anchor key={sequence} size="sm" href={addressOf('messages', String(sequence))}>
          {sequence}
        </Anchor>
      ))}
    </Group>
  )
}
