import type { Clock, Id } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { ClaimedMessage, InboxOutcome, Store, WriteTransaction } from '../../../store/contract.ts'
import type { FeedBook } from '../../feed-book.ts'
import { readHeader } from '../../header.ts'
import type { Operation } from '../../mapping/index.ts'
import { parseMessage } from '../../parse/message.ts'
import { prepareMessage, writeMessage } from './apply.ts'
import type { ApplyParts, Ending, OnSubject, Prepared } from './apply.ts'
import type { Fresh, FreshMessage } from './fresh.ts'
import { queuedFor, saidOf } from '../acknowledging.ts'
import type { Asking, Said } from '../acknowledging.ts'
import { decisionIn } from '../identity/identity.ts'
import type { Lanes } from './lanes.ts'
import { subjectsOf } from '../identity/subjects.ts'
import type { Waiting } from './waiting.ts'
import { warmUp } from './warm-up.ts'

// Many messages in one commit, in the order of receipt: each sees what those before it wrote, and each is written as a
// whole or not at all. What a message writes and the end of its entry go in that same commit, so it is applied once.

export type BatchParts = ApplyParts & {
  readonly store: Store
  readonly clock: Clock
  readonly feeds: FeedBook
  readonly fresh: Fresh
  readonly lanes: Lanes
  /** Days after which a repeat is no longer known as one. */
  readonly memoryDays: number
  /** Up to this number nobody waits on a connection any more. */
  readonly cutOff: number
}

export type Ended = { readonly entry: Waiting; readonly outcome: InboxOutcome }

/** `claimed`: how many open entries there were to look at. */
export type Batch = { readonly ended: readonly Ended[]; readonly claimed: number }

/** A message that brought the batch down: nothing of the batch was written. */
export class MessageFault extends Error {
  readonly sequence: number

  constructor(sequence: number, cause: unknown) {
    super('a message could not be applied', { cause })
    this.name = 'MessageFault'
    this.sequence = sequence
  }
}

/** How long a repeat is known as one by its bytes. */
export const MEMORY_DAYS = 30

const ATTEMPTS = 3
const DAY = 86_400_000

/** Throws `MessageFault` where one message is the reason, anything else where the store is. */
export async function applyBatch(parts: BatchParts, limit: number): Promise<Batch> {
  const { store, fresh, lanes, clock } = parts
  let only: number | null = null
  const working = store.transaction(async (tx) => {
    only = null
    const claimed = await tx.claimMessages({ limit, known: fresh.sequences })
    await learnFeeds(parts, claimed)
    const readied = claimed.flatMap((one) => readyOne(parts, one) ?? [])
    const mayGo = lanes.gate(clock.now())
    const going = readied.filter(({ entry, subjects }) => mayGo(entry.sequence, subjects))
    await warmUp(tx, going)
    only = going.length === 1 ? (going[0]?.entry.sequence ?? null) : null
    const ended: Ended[] = []
    for (const work of going) ended.push({ entry: work.entry, outcome: await applyOne(parts, tx, work) })
    return { ended, claimed: claimed.length }
  })
  try {
    return (await working).result
  } catch (fault) {
    const cause = fault instanceof MessageFault ? fault.cause : fault
    // A database that is full or away fails for every message: none of them is to blame, and all stay open.
    if (store.isUnavailable(cause)) throw cause
    // A commit that fails with one message in it fails for that message.
    throw only === null || fault instanceof MessageFault ? fault : new MessageFault(only, fault)
  }
}

/** Another process may take in by a feed of which the news has not come here yet. */
async function learnFeeds({ feeds, fresh }: BatchParts, claimed: readonly ClaimedMessage[]): Promise<void> {
  const isKnown = ({ sequence, entry }: ClaimedMessage): boolean => {
    const feedId = fresh.get(sequence)?.entry.feedId ?? entry?.feedId
    return feedId === undefined || feeds.byId(feedId) !== null
  }
  if (!claimed.every(isKnown)) await feeds.reload()
}

/** A message that is read and mapped: neither touches anything, so both outlive a batch that failed. */
export type Work = {
  readonly entry: Waiting
  readonly prepared: Prepared
  readonly subjects: () => readonly string[]
  /** Null where nobody can be answered: the message or its feed can't be read. */
  readonly asking: Asking | null
}

function readyOne(parts: BatchParts, { sequence, entry }: ClaimedMessage): Work | null {
  const fresh = parts.fresh.get(sequence)
  if (fresh !== null) return readied(parts, fresh)
  // Forgotten between the claim and now: the next batch reads it.
  if (entry === null) return null
  const feed = parts.feeds.byId(entry.feedId)
  const parsed = parseMessage(Buffer.from(entry.raw), () => feed?.settings.charset ?? null)
  if (parsed.ok) return readied(parts, { entry, message: parsed.value, header: readHeader(parsed.value) })
  const outcome = { outcome: 'parked', code: 'hl7.not-hl7', facts: { why: parsed.error.why } } as const
  return { entry, prepared: { ready: false, outcome }, subjects: () => [], asking: null }
}

function readied({ feeds }: BatchParts, { entry, message, header }: FreshMessage): Work {
  const feed = feeds.byId(entry.feedId)
  if (feed === null) {
    const outcome = { outcome: 'parked', code: 'hl7.unknown-sender' } as const
    return { entry, prepared: { ready: false, outcome }, subjects: () => [], asking: null }
  }
  const subjects = once(() => subjectsOf(message, feed.settings))
  const asking = { message, header, feed }
  return { entry, prepared: prepareSafely(entry, message, header, feed), subjects, asking }
}

function prepareSafely(entry: Waiting, ...rest: Rest): Prepared {
  try {
    return prepareMessage(entry, ...rest)
  } catch (cause) {
    throw new MessageFault(entry.sequence, cause)
  }
}
type Rest = Parameters<typeof prepareMessage> extends [unknown, ...infer Others] ? Others : never

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

async function applyOne(parts: BatchParts, tx: WriteTransaction, work: Work): Promise<InboxOutcome> {
  const { entry } = work
  const { sequence } = entry
  let reached: { readonly subject: Id; readonly at: string } | null = null
  const onSubject: OnSubject = async (subject, at) => {
    reached = { subject, at }
    return overtaken(parts, tx, entry, subject, at)
  }
  const ending = await endingOf(parts, tx, work, onSubject)
  const at = instant(parts.clock)
  const said = toBeSaid(work, ending)
  const acknowledgement = work.asking && queuedFor(work.asking, entry.id, said, at)
  if (acknowledgement !== null) tx.stage({ type: 'outgoing', message: acknowledgement })
  const unanswered = acknowledgement === null && said !== null && sequence <= parts.cutOff
  const outcome: InboxOutcome = {
    ...ending,
    facts: { ...entry.facts, ...ending.facts, ...(unanswered ? { unanswered: said.code } : {}) },
    at,
  }
  const isDead = outcome.outcome === 'dead'
  tx.stage({
    type: 'close-message',
    sequence,
    ...outcome,
    ...(isDead ? { subjects: work.subjects() } : {}),
    ...progressOf(entry, outcome, reached),
    ...arrivalOf(entry),
  })
  if (entry.replays !== null && outcome.outcome === 'applied') {
    const facts = { correctedBy: sequence }
    tx.stage({ type: 'close-message', sequence: entry.replays, outcome: 'corrected', facts, at: outcome.at })
  }
  return outcome
}

/** What the sender is told: of its own message once, and of the first end that it had. */
function toBeSaid({ entry, asking }: Work, ending: Ending): Said | null {
  return asking !== null && isArrival(entry) ? saidOf(asking, ending) : null
}

/** Copies were made here, and what was put back has been counted. */
function isArrival({ replays, reopened }: Waiting): boolean {
  return replays === null && reopened === 0
}

function arrivalOf(entry: Waiting) {
  const { feedId, receivedAt } = entry
  return isArrival(entry) ? { arrived: { feedId, receivedAt } } : {}
}

function progressOf(
  { feedId, key, receivedAt }: Waiting,
  { outcome }: InboxOutcome,
  reached: { readonly subject: Id; readonly at: string } | null,
) {
  if (outcome !== 'applied' || reached === null || key === null) return {}
  return { progress: { feedId, sender: key.sender, since: receivedAt, ...reached } }
}

async function endingOf(
  parts: BatchParts,
  tx: WriteTransaction,
  { entry, prepared, subjects }: Work,
  onSubject: OnSubject,
): Promise<Ending> {
  if (parts.lanes.attempts(entry.sequence) >= ATTEMPTS) return { outcome: 'dead', code: 'internal' }
  try {
    const waits = await heldBehind(tx, entry, prepared, subjects)
    return waits ?? (await writeMessage(parts, tx, prepared, onSubject, decisionIn(entry.facts)))
  } catch (cause) {
    throw new MessageFault(entry.sequence, cause)
  }
}

/** A list that ends what it does not name, and a death, hold for the record as it is: nothing goes over to another. */
function joins({ type }: Operation): boolean {
  return type !== 'snapshot' && type !== 'call-off'
}

/** What joins or moves records waits for the dead letters about them: they would say it of other records afterwards. */
async function heldBehind(
  tx: WriteTransaction,
  { sequence, forced }: Waiting,
  prepared: Prepared,
  subjects: Work['subjects'],
): Promise<Ending | null> {
  if (!prepared.ready || forced || !prepared.mapped.operations.some(joins)) return null
  const [behind] = await tx.deadBefore(sequence, subjects())
  return behind === undefined ? null : { outcome: 'parked', code: 'hl7.held', facts: { behind } }
}

/**
 * A repeat that is older than the memory is told by its source time: not later than the last message that was applied, of
 * this sender and about this subject. Where the first of them is still remembered, nothing is forgotten yet: the bytes
 * tell, and what comes late is news.
 */
async function overtaken(
  { memoryDays }: BatchParts,
  tx: WriteTransaction,
  { feedId, key, receivedAt, forced }: Waiting,
  subject: Id,
  at: string,
): Promise<Ending | null> {
  const memory = new Date(Date.parse(receivedAt) - memoryDays * DAY).toISOString()
  if (forced || key === null || at >= memory) return null
  const last = await tx.progress({ feedId, sender: key.sender, subject })
  if (last === null || last.since >= memory || at > last.at) return null
  return { outcome: 'duplicate', code: 'hl7.overtaken', facts: {} }
}
