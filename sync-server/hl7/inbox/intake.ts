import { createHash } from 'node:crypto'
import { instant, newId } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import type { Memory, MessageKey, MessageState, NewMessage, Store } from '../../store/contract.ts'
import { acknowledgementFor, buildAck } from '../ack.ts'
import type { AckCode, Application, Fault, Intake } from '../ack.ts'
import type { FeedBook } from '../feed-book.ts'
import type { Feed } from '../feed-config.ts'
import { messageType, readHeader, senderOf } from '../header.ts'
import type { Header } from '../header.ts'
import { mappings } from '../mapping/index.ts'
import type { Handling } from '../mllp/listener.ts'
import { parseMessage } from '../parse/message.ts'
import type { Message } from '../parse/message.ts'
import type { Applier } from './applier.ts'
import { judge } from './judge.ts'

// From a frame to an answer. Invariant: a positive answer is sent only after the bytes are durable.

export type IntakeParts = {
  readonly store: Pick<Store, 'inbox'>
  readonly feeds: FeedBook
  readonly applier: Pick<Applier, 'offer' | 'wake' | 'ended'>
  readonly clock: Clock
  readonly memoryDays: number
  readonly onIntake: (intake: Intake | 'repeat' | 'unreadable') => void
  readonly onFault: (fault: unknown) => void
}

type Received = {
  readonly bytes: Buffer
  readonly message: Message
  readonly header: Header
  readonly feed: Feed
  readonly receivedAt: string
}

/** The sequence under which a message is applied, where it was accepted. */
type Taken = { readonly intake: Intake; readonly fault?: Fault; readonly sequence?: number }

export function createIntake(parts: IntakeParts): (bytes: Buffer) => Promise<Handling> {
  const { feeds, clock, onFault } = parts
  return async (bytes) => {
    // A frame without a message: how some senders ask whether anybody is there.
    if (bytes.length === 0) return { type: 'answer', replies: [] }
    const receivedAt = instant(clock)
    let feed: Feed | null = null
    const parsed = parseMessage(bytes, (outline) => {
      feed = feeds.forSender(readHeader(outline))
      return feed?.settings.charset ?? null
    })
    try {
      if (!parsed.ok) return await keepUnreadable(parts, bytes, parsed.error.why, receivedAt)
      const message = parsed.value
      const header = readHeader(message)
      // An answer is never answered: two systems would go on for ever.
      if (header.type === 'ACK' || header.type === 'MCF') return { type: 'answer', replies: [] }
      const own = feed ?? feeds.first()
      if (own === null) throw new Error('no feed is set up')
      const received: Received = { bytes, message, header, feed: own, receivedAt }
      return answer(parts, received, await take(parts, received, feed !== null))
    } catch (fault) {
      onFault(fault)
      parts.onIntake('own-fault')
      return { type: 'close' }
    }
  }
}

/** Keeps the message; how, is what the answer tells. */
async function take(parts: IntakeParts, received: Received, senderKnown: boolean): Promise<Taken> {
  const { message, header, feed } = received
  const verdict = senderKnown
    ? judge(message, header, feed.settings, mappings)
    : ({ intake: 'unsupported', fault: { code: 'hl7.unknown-sender', facts: {} } } as const)
  const key = keyOf(received)
  const row = rowOf(received, key)
  if (verdict.intake !== 'committed') {
    const closed = { outcome: 'refused', ...verdict.fault, at: received.receivedAt } as const
    await parts.store.inbox.append({ ...row, closed })
    parts.onIntake(verdict.intake)
    return verdict
  }
  const { sequence, repeats, facts } = await parts.store.inbox.append({
    ...row,
    memory: memoryOf(parts, received),
  })
  if (repeats !== null) {
    parts.onIntake('repeat')
    return { intake: 'committed', sequence: repeats.sequence }
  }
  parts.onIntake('committed')
  parts.applier.offer(sequence, { row, facts, message, header })
  parts.applier.wake()
  return { intake: 'committed', sequence }
}

const DAY = 86_400_000

/** Who heard AE of a dead letter may send it again; who heard AA of it sends a repeat. */
function memoryOf({ memoryDays, clock }: IntakeParts, { header, feed }: Received): Memory {
  const { later } = acknowledgementFor(askedOf(header, feed), 'committed')
  const since = new Date(clock.now() - memoryDays * DAY).toISOString()
  return { since, deadIsRefused: later?.['mapping-fault'] === 'AE' }
}

/** An empty MSH-10 tells nothing apart; such a message is known by its bytes. */
function keyOf({ bytes, header, feed }: Received): MessageKey {
  const controlId = header.controlId || `bytes:${createHash('sha256').update(bytes).digest('hex')}`
  return { feedId: feed.id, sender: senderOf(header), controlId }
}

function rowOf({ bytes, header, feed, receivedAt }: Received, key: MessageKey): NewMessage {
  return {
    id: newId(),
    feedId: feed.id,
    receivedAt,
    key,
    messageType: messageType(header).slice(0, 40),
    raw: bytes,
  }
}

/** What the sender asks to be answered, as far as the feed lets it ask. */
function askedOf(header: Header, feed: Feed): Pick<Header, 'acceptCondition' | 'applicationCondition'> {
  return feed.settings.acknowledge === 'original' ? { acceptCondition: '', applicationCondition: '' } : header
}

function answer(parts: IntakeParts, received: Received, taken: Taken): Handling {
  const { message, header, feed } = received
  const { first, later } = acknowledgementFor(askedOf(header, feed), taken.intake)
  if (first === 'close') return { type: 'close' }
  const ack = (code: AckCode | null, fault?: Fault): Buffer | null =>
    code === null
      ? null
      : buildAck({ code, to: message, header, controlId: controlId(), now: parts.clock.now(), fault })
  const replies: (Buffer | Promise<Buffer | null>)[] = []
  const accepted = ack(first, taken.fault)
  if (accepted !== null) replies.push(accepted)
  if (later !== null && taken.sequence !== undefined) {
    replies.push(
      parts.applier.ended(taken.sequence).then((end) => {
        if (end === null) return null
        const fault = end.code === undefined ? undefined : { code: end.code, facts: end.facts ?? {} }
        const application = applicationOf(end.outcome)
        return ack(later[application], application === 'applied' ? undefined : fault)
      }),
    )
  }
  return { type: 'answer', replies }
}

/** Parked is answered like applied: it waits for us, not for the sender. */
function applicationOf(state: MessageState): Application {
  return state === 'dead' || state === 'refused' ? 'mapping-fault' : 'applied'
}

/** MSH-10 of an answer: 20 characters are what every version allows. */
function controlId(): string {
  return newId().replaceAll('-', '').slice(12)
}

async function keepUnreadable(
  { store, feeds, onIntake }: IntakeParts,
  raw: Buffer,
  why: string,
  receivedAt: string,
): Promise<Handling> {
  const feed = feeds.first()
  if (feed !== null) {
    const closed = { outcome: 'parked', code: 'hl7.not-hl7', facts: { why }, at: receivedAt } as const
    await store.inbox.append({
      id: newId(),
      feedId: feed.id,
      receivedAt,
      key: null,
      messageType: '',
      raw,
      closed,
    })
  }
  onIntake('unreadable')
  return { type: 'close' }
}
