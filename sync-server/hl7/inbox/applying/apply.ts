import type { ErrorFacts, Id } from '#app/kernel/index.ts'
import type { FeedActor } from '../../../replication/actor.ts'
import type { FeedOutcome } from '../../../replication/feed/feed-write.ts'
import type { WriteDoor } from '../../../replication/write-door.ts'
import type { InboxEntry, InboxOutcome, WriteTransaction } from '../../../store/contract.ts'
import type { Fault } from '../../ack.ts'
import { ownershipIn } from '../../feed-config.ts'
import type { Feed } from '../../feed-config.ts'
import type { Header } from '../../header.ts'
import { agreedValue } from '../../outbound/agreement.ts'
import { mapMessage } from '../../mapping/index.ts'
import type { Intent, Mapped } from '../../mapping/index.ts'
import type { Message } from '../../parse/message.ts'
import type { Decision } from '../identity/identity.ts'
import { operate } from '../operations/operate.ts'
import { Impossible, Parked } from './parked.ts'
import { resolveIntents } from './resolve.ts'
import { sourceTime } from './source-time.ts'

// One message, from its bytes into the records: read and mapped first, which touches nothing; then written in the
// transaction that closes its entry. `batch.ts` drives both. A message that can't be applied ends with the reason and the
// place, and nothing of it is written.

export type ApplyParts = {
  readonly door: Pick<WriteDoor, 'feed'>
  readonly orgId: Id
}

/** How a message ended; when, is the time of the commit. */
export type Ending = Omit<InboxOutcome, 'at'>

export type Prepared =
  | {
      readonly ready: true
      readonly mapped: Mapped
      readonly feed: Feed
      readonly actor: Omit<FeedActor, 'subject'>
    }
  | { readonly ready: false; readonly outcome: Ending }

/** What is to be applied, as far as this needs it. */
export type Applicable = Pick<InboxEntry, 'id' | 'receivedAt'>

/** Reads and maps a message of a feed. Pure. */
export function prepareMessage(entry: Applicable, message: Message, header: Header, feed: Feed): Prepared {
  const { settings } = feed
  const mapped = mapMessage(message, header, settings, entry.receivedAt)
  if (!mapped.ok) return { ready: false, outcome: ending(mapped.error) }
  const actor = {
    type: 'feed',
    feedId: feed.id,
    messageId: entry.id,
    at: sourceTime(message, header, settings, entry.receivedAt),
    ownership: (module: string, field: string) => ownershipIn(settings, module, field),
    agrees: agreedValue,
  } as const
  return { ready: true, mapped: mapped.value, feed, actor }
}

const parkedCodes: ReadonlySet<string> = new Set([
  'hl7.unknown-site',
  'hl7.identity-conflict',
  'hl7.unsupported',
  'hl7.needs-decision',
  'hl7.unknown-cancelled',
])

/** What a rule keeps back for a person's decision is parked; what can't be done is dead. */
function ending(fault: Fault): Ending {
  return { outcome: parkedCodes.has(fault.code) ? 'parked' : 'dead', ...fault }
}

/** Whom the message turned out to be about, before anything of it is written; an ending given back ends it there. */
export type OnSubject = (subject: Id, at: string) => Promise<Ending | null>

/** Writes what was mapped, or nothing. Throws only for faults of the store or of ours. */
export async function writeMessage(
  { door, orgId }: ApplyParts,
  tx: WriteTransaction,
  prepared: Prepared,
  onSubject: OnSubject = async () => null,
  /** Of a person, about a message that was parked. */
  decision: Decision = {},
): Promise<Ending> {
  if (!prepared.ready) return prepared.outcome
  const { mapped, feed } = prepared
  const actor: FeedActor = { ...prepared.actor, subject: subjectOf(feed, orgId) }
  try {
    return await tx.savepoint(async () => {
      // Of two records that are said to be one, a decision tells which lives on; who they are stands in the message.
      const isLink = mapped.operations.some(({ type }) => type === 'link')
      const whose = isLink ? {} : decision
      const { writes, stale, found } = await resolveIntents(tx, actor, mapped.intents, whose)
      const [subject] = [...writes.filter(({ module }) => module === 'patients'), ...writes]
      const ended = subject === undefined ? null : await onSubject(subject.id, actor.at)
      if (ended !== null) return ended
      for (const file of mapped.files) tx.stage({ type: 'blob', ...file })
      const outcomes = await door.feed(tx, actor, writes)
      refuse(outcomes, writes)
      const moved = await operate({ tx, actor, found, decision }, mapped.operations)
      return {
        outcome: 'applied',
        facts: { ...factsOf(outcomes, stale, mapped, feed), ...(moved > 0 ? { moved } : {}) },
      }
    })
  } catch (thrown) {
    if (thrown instanceof Refused || thrown instanceof Parked || thrown instanceof Impossible)
      return ending(thrown.fault)
    throw thrown
  }
}

/** A message stands as a whole: what refuses one write of it refuses the message. */
class Refused extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.code)
    this.name = 'Refused'
    this.fault = fault
  }
}

function refuse(
  outcomes: readonly FeedOutcome[],
  writes: readonly { readonly places: Intent['places'] }[],
): void {
  const index = outcomes.findIndex(({ outcome }) => outcome === 'refused')
  const refused = outcomes[index]
  if (refused === undefined) return
  const field = refused.field ?? ''
  const place = writes[index]?.places[field] ?? `${refused.module} ${field}`.trim()
  throw new Refused({
    code: 'hl7.unmapped',
    facts: { why: reasons[refused.code ?? ''] ?? 'it was refused', place },
  })
}

const reasons: Readonly<Record<string, string>> = {
  'sync.invalid': 'a value does not fit its field',
  'sync.refused-field': 'the feed may not write the field',
  'sync.parent-refused': 'a record that it refers to is not there',
  'access.forbidden': 'the feed has no right to the record',
  'sync.foreign-region': 'its site belongs to a region that this server does not serve',
}

/** A feed speaks for the whole organisation: a patient may be known at a site that it does not send for. */
function subjectOf(feed: Feed, orgId: Id): FeedActor['subject'] {
  const grant = {
    id: feed.id,
    userId: feed.id,
    role: 'feed',
    scope: 'org',
    from: '1970-01-01T00:00:00.000Z',
  } as const
  return { id: feed.id, orgId, grants: [{ ...grant, until: null }] }
}

/** What the console shows of an applied message: numbers, and the places that could not be read. */
function factsOf(
  outcomes: readonly FeedOutcome[],
  stale: number,
  { version, unread }: Mapped,
  feed: Feed,
): ErrorFacts {
  const count = (wanted: FeedOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length
  return {
    mapping: version,
    settings: feed.version,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    ...(stale > 0 ? { stale } : {}),
    ...(unread.length > 0 ? { unread: unread.slice(0, 16).join(', ') } : {}),
  }
}
