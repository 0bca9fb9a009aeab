import type { ErrorCode, ErrorFacts } from '#app/kernel/index.ts'
import type { InboxSummary } from '../../store/contract.ts'
import type { MessageRow, Reason } from '../protocol/hl7.ts'

/** Facts that tell causes apart: words, types and places. The others count, or name other messages. */
const telling = ['place', 'why', 'what', 'type', 'facility'] as const

const counting = [
  'patients',
  'behind',
  'repeats',
  'correctedBy',
  'controlIdReused',
  'unanswered',
  'created',
  'changed',
  'unchanged',
  'moved',
  'stale',
  'unread',
  'mapping',
  'settings',
] as const

/** Why a message is where it is. What is not known to tell nothing of a patient is left out. */
export function reasonOf({ code, facts = {} }: Told): Reason {
  return { code: code ?? null, facts: only(facts, [...telling, ...counting]) }
}
type Told = {
  readonly code?: ErrorCode | null | undefined
  readonly facts?: ErrorFacts | undefined
}

/** The same for all messages that wait for the same thing. */
export function causeReasonOf({ code, facts = {} }: Told): Reason {
  return { code: code ?? null, facts: only(facts, telling) }
}

function only(facts: ErrorFacts, names: readonly string[]): Reason['facts'] {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => names.includes(name)))
}

export function rowOf(summary: InboxSummary, isAnalyst: boolean): MessageRow {
  const { sequence, feedId, receivedAt, closedAt, bytes, state, replays, reopened, forced } = summary
  return {
    sequence,
    feedId,
    receivedAt,
    closedAt,
    messageType: plainType(summary.messageType),
    controlId: isAnalyst ? (summary.key?.controlId ?? null) : null,
    bytes,
    state,
    reason: reasonOf(summary),
    replays,
    reopened,
    forced,
    replay: replayOf(summary),
  }
}

/** MSH-9 holds whatever a sender put there: no more of it is shown than a type can be. */
function plainType(text: string): string {
  return /^[A-Za-z0-9.^_]{0,16}$/.test(text) ? text : 'unreadable'
}

function replayOf({ state, key }: InboxSummary): MessageRow['replay'] {
  if (key === null || state === 'open') return 'no'
  return state === 'dead' || state === 'parked' ? 'yes' : 'forced'
}
