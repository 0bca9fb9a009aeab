import { Badge, Group, Text } from '@mantine/core'
import { remedy, says } from '#app/kernel/index.ts'
import type { MessageState, Reason } from '../console-api/protocol/hl7.ts'

type StateWords = { readonly one: string; readonly many: string; readonly color: string }

export const stateWords: Readonly<Record<MessageState, StateWords>> = {
  open: { one: 'waiting its turn', many: 'waiting their turn', color: 'blue' },
  applied: { one: 'applied', many: 'applied', color: 'teal' },
  parked: { one: 'parked', many: 'parked', color: 'yellow' },
  dead: { one: 'dead letter', many: 'dead letters', color: 'red' },
  refused: { one: 'refused', many: 'refused', color: 'orange' },
  duplicate: { one: 'repeat', many: 'repeats', color: 'gray' },
  corrected: { one: 'corrected', many: 'corrected', color: 'gray' },
}

export function StateBadge({ state }: { readonly state: MessageState }) {
  const { one, color } = stateWords[state]
  return (
    <Badge color={color} variant="light" tt="none">
      {one}
    </Badge>
  )
}

/** Why, in the catalogue's words. */
export function reasonWords({ code, facts }: Reason): string {
  return code === null ? '' : says(code, facts)
}

export function ReasonText({
  reason,
  withRemedy = false,
}: {
  readonly reason: Reason
  readonly withRemedy?: boolean
}) {
  if (reason.code === null) return <AppliedFacts reason={reason} />
  const told = unansweredWords(reason)
  return (
    <div>
      <Text size="sm">{[reasonWords(reason), ...told].join(' ')}</Text>
      {withRemedy && (
        <Text size="sm" c="dimmed">
          {remedy(reason.code, reason.facts)}
        </Text>
      )}
    </div>
  )
}

/** Its sender had asked to be told how it was applied, on a connection that was gone by then. */
function unansweredWords({ facts }: Reason): string[] {
  const code = facts['unanswered']
  return code === undefined ? [] : [`its sender was gone before it could be told ${String(code)}`]
}

const factWords = {
  created: 'made',
  changed: 'changed',
  unchanged: 'left as they were',
  moved: 'moved',
  stale: 'older than what is there',
} as const

/** Of an applied message: how many records, and what could not be read. */
function AppliedFacts({ reason: { facts } }: { readonly reason: Reason }) {
  const counted = Object.entries(factWords).filter(([name]) => Number(facts[name] ?? 0) > 0)
  const notes = [
    ...counted.map(([name, words]) => `${String(facts[name])} ${words}`),
    ...(facts['repeats'] === undefined ? [] : [`repeats number ${String(facts['repeats'])}`]),
    ...(facts['correctedBy'] === undefined
      ? []
      : [`number ${String(facts['correctedBy'])} was applied in its place`]),
    ...(facts['controlIdReused'] === true ? ['its control id came before with other bytes'] : []),
    ...(facts['unread'] === undefined ? [] : [`not read: ${String(facts['unread'])}`]),
    ...unansweredWords({ code: null, facts }),
  ]
  return (
    <Group gap={4}>
      <Text size="sm" c="dimmed">
        {notes.join(' · ')}
      </Text>
    </Group>
  )
}
