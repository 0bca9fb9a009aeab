import { derivedId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Acknowledgement, InboxStore, InboxSummary } from '../../store/contract.ts'
import type { Reason } from '../protocol/hl7.ts'
import { causeReasonOf } from './reason.ts'

// Messages that wait for a person, one group a cause: however many there are, a person is told once, and says once that
// they have seen it.

export type Cause = {
  readonly id: Id
  readonly feedId: Id
  readonly state: 'dead' | 'parked'
  readonly reason: Reason
  readonly count: number
  readonly first: number
  readonly last: number
  readonly lastAt: string
  readonly sequences: readonly number[]
}

/** The most messages of each state that are looked at. */
const MOST = 4_000
const PAGE = 500

/** Causes with the most messages first. `more`: there are messages beyond those that were looked at. */
export async function waitingCauses(
  inbox: Pick<InboxStore, 'list'>,
): Promise<{ readonly causes: readonly Cause[]; readonly more: boolean }> {
  const dead = await waiting(inbox, 'dead')
  const parked = await waiting(inbox, 'parked')
  const grouped = Map.groupBy([...dead.found, ...parked.found], causeIdOf)
  const causes = [...grouped].map(([id, messages]) => causeOf(id, messages))
  return { causes: causes.toSorted((a, b) => b.count - a.count), more: dead.more || parked.more }
}

async function waiting(inbox: Pick<InboxStore, 'list'>, state: 'dead' | 'parked') {
  const found: InboxSummary[] = []
  while (found.length < MOST) {
    const page = await inbox.list({ state, limit: PAGE, before: found.at(-1)?.sequence })
    found.push(...page)
    if (page.length < PAGE) return { found, more: false }
  }
  return { found, more: true }
}

function causeIdOf(summary: InboxSummary): Id {
  return causeId(summary.feedId, summary.state, causeReasonOf(summary))
}

export function causeId(feedId: Id, state: string, { code, facts }: Reason): Id {
  return derivedId('hl7-cause', feedId, state, code, facts)
}

/** Messages of one cause, latest first. */
function causeOf(id: Id, messages: readonly InboxSummary[]): Cause {
  const [latest] = messages
  if (latest === undefined) throw new Error('a group of nothing')
  const sequences = messages.map(({ sequence }) => sequence).toSorted((a, b) => a - b)
  return {
    id,
    feedId: latest.feedId,
    state: latest.state === 'dead' ? 'dead' : 'parked',
    reason: causeReasonOf(latest),
    count: messages.length,
    first: sequences[0] ?? 0,
    last: sequences.at(-1) ?? 0,
    lastAt: latest.receivedAt,
    sequences,
  }
}

/** An acknowledgement holds while one of the messages that were seen still waits; how many have come since. */
export function sinceSeen(
  { first, sequences }: Pick<Cause, 'first' | 'sequences'>,
  seen: Acknowledgement | undefined,
): number | null {
  if (seen === undefined || first > seen.upTo) return null
  return sequences.filter((sequence) => sequence > seen.upTo).length
}
