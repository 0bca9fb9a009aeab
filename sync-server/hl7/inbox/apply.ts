import { instant } from '#app/kernel/index.ts'
import type { Clock, ErrorFacts, Id } from '#app/kernel/index.ts'
import type { FeedActor } from '../../replication/actor.ts'
import type { FeedOutcome } from '../../replication/feed-write.ts'
import type { WriteDoor } from '../../replication/write-door.ts'
import type { InboxEntry, InboxOutcome, Store, WriteTransaction } from '../../store/contract.ts'
import type { Fault } from '../ack.ts'
import { ownershipIn } from '../feed-config.ts'
import type { Feed } from '../feed-config.ts'
import { readHeader } from '../header.ts'
import { mapMessage } from '../mapping/index.ts'
import type { Intent, Mapped } from '../mapping/index.ts'
import { parseMessage } from '../parse/message.ts'
import { Parked, resolveIntents } from './resolve.ts'
import { sourceTime } from './source-time.ts'

// One message, from the inbox into the records: what it says is written, and its entry closed, in one commit. A message
// that can't be applied closes its entry too, with the reason and the place, and nothing of it is written.

export type ApplyParts = {
  readonly store: Store
  readonly door: Pick<WriteDoor, 'feed'>
  readonly clock: Clock
  readonly orgId: Id
}

type Outcome = Omit<InboxOutcome, 'at'>

/** Null: the entry was closed already. Throws only for faults of the store; the entry is open then. */
export async function applyMessage(
  parts: ApplyParts,
  entry: InboxEntry,
  feed: Feed | null,
): Promise<InboxOutcome | null> {
  const seen = await seenBefore(parts.store, entry)
  const prepared = prepare(entry, feed)
  const { result } = await parts.store.transaction(async (tx) => {
    if ((await tx.claimMessage(entry.sequence)) === null) return null
    const outcome = seen.same ? ({ outcome: 'duplicate' } as const) : await write(parts, tx, prepared)
    const facts = { ...outcome.facts, ...(seen.reused ? { controlIdReused: true } : {}) }
    const closed: InboxOutcome = { ...outcome, facts, at: instant(parts.clock) }
    tx.stage({ type: 'close-message', sequence: entry.sequence, ...closed })
    return closed
  })
  return result
}

/** Closes an entry that brings the applier down again and again, so that it holds nothing behind it. */
export async function giveUp({ store, clock }: ApplyParts, entry: InboxEntry): Promise<InboxOutcome> {
  const closed: InboxOutcome = { outcome: 'dead', code: 'internal', facts: {}, at: instant(clock) }
  await store.transaction(async (tx) => {
    if ((await tx.claimMessage(entry.sequence)) === null) return
    tx.stage({ type: 'close-message', sequence: entry.sequence, ...closed })
  })
  return closed
}

/** Two connections may bring the same message at once: the one that came in first counts. */
async function seenBefore(store: Store, entry: InboxEntry): Promise<{ same: boolean; reused: boolean }> {
  if (entry.key === null) return { same: false, reused: false }
  const earlier = (await store.inbox.repeats(entry.key, entry.raw)).filter(
    ({ sequence, state }) => sequence < entry.sequence && state !== 'refused' && state !== 'duplicate',
  )
  // A corrected copy goes by the control id of what it corrects.
  const others = earlier.filter(({ same, sequence }) => !same && sequence !== entry.replays)
  return { same: earlier.some(({ same }) => same), reused: others.length > 0 }
}

type Prepared =
  | {
      readonly ready: true
      readonly mapped: Mapped
      readonly feed: Feed
      readonly actor: Omit<FeedActor, 'subject'>
    }
  | { readonly ready: false; readonly outcome: Outcome }

function prepare(entry: InboxEntry, feed: Feed | null): Prepared {
  if (feed === null) return { ready: false, outcome: { outcome: 'parked', code: 'hl7.unknown-sender' } }
  const { settings } = feed
  const parsed = parseMessage(Buffer.from(entry.raw), () => settings.charset)
  if (!parsed.ok) {
    return {
      ready: false,
      outcome: { outcome: 'parked', code: 'hl7.not-hl7', facts: { why: parsed.error.why } },
    }
  }
  const header = readHeader(parsed.value)
  const mapped = mapMessage(parsed.value, header, settings, entry.receivedAt)
  if (!mapped.ok) return { ready: false, outcome: ending(mapped.error) }
  const actor = {
    type: 'feed',
    feedId: feed.id,
    messageId: entry.id,
    at: sourceTime(parsed.value, header, settings, entry.receivedAt),
    ownership: (module: string, field: string) => ownershipIn(settings, module, field),
  } as const
  return { ready: true, mapped: mapped.value, feed, actor }
}

/** What a rule keeps back for a person's decision is parked; what can't be done is dead. */
function ending(fault: Fault): Outcome {
  const parked = fault.code === 'hl7.unknown-site' || fault.code === 'hl7.identity-conflict'
  return { outcome: parked ? 'parked' : 'dead', ...fault }
}

async function write(
  { door, orgId }: ApplyParts,
  tx: WriteTransaction,
  prepared: Prepared,
): Promise<Outcome> {
  if (!prepared.ready) return prepared.outcome
  const { mapped, feed } = prepared
  const actor: FeedActor = { ...prepared.actor, subject: subjectOf(feed, orgId) }
  try {
    return await tx.savepoint(async () => {
      const { writes, stale } = await resolveIntents(tx, feed.id, mapped.intents)
      const outcomes = await door.feed(tx, actor, writes)
      refuse(outcomes, writes)
      return { outcome: 'applied', facts: factsOf(outcomes, stale, mapped) }
    })
  } catch (thrown) {
    if (thrown instanceof Refused || thrown instanceof Parked) return ending(thrown.fault)
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
function factsOf(outcomes: readonly FeedOutcome[], stale: number, { version, unread }: Mapped): ErrorFacts {
  const count = (wanted: FeedOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length
  return {
    mapping: version,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    ...(stale > 0 ? { stale } : {}),
    ...(unread.length > 0 ? { unread: unread.slice(0, 16).join(', ') } : {}),
  }
}
