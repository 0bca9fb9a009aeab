import { createHash } from 'node:crypto'
import { newId } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import type { InboxOutcome, InboxStore, Memory, MessageKey, NewMessage } from '../../../store/contract.ts'
import { acknowledgementFor } from '../../ack.ts'
import type { Fault, Intake } from '../../ack.ts'
import type { FeedBook } from '../../feed-book.ts'
import type { Feed } from '../../feed-config.ts'
import { messageType, senderOf } from '../../header.ts'
import type { Header } from '../../header.ts'
import { mappings } from '../../mapping/index.ts'
import type { Message } from '../../parse/message.ts'
import type { Arrivals } from '../arrivals.ts'
import { askedOf, queuedFor, saidOf } from '../acknowledging.ts'
import type { Said } from '../acknowledging.ts'
import type { Applier } from '../applying/applier.ts'
import { judge } from './judge.ts'
import type { Verdict } from './judge.ts'

export type IntakeParts = {
  readonly store: { readonly inbox: Pick<InboxStore, 'append' | 'addFacts'> }
  readonly feeds: FeedBook
  readonly arrivals: Pick<Arrivals, 'begin'>
  readonly applier: Pick<Applier, 'offer' | 'wake' | 'ended'>
  readonly clock: Clock
  /** Days for which a repeat is known by its bytes. */
  readonly memoryDays: number
  readonly onIntake: (intake: Intake | 'repeat' | 'parked' | 'unreadable') => void
  readonly onFault: (fault: unknown) => void
}

export type Received = {
  readonly bytes: Buffer
  readonly message: Message
  readonly header: Header
  readonly feed: Feed
  readonly receivedAt: string
}

/** The sequence under which a message is applied, where it was accepted. */
export type Taken = { readonly intake: Intake; readonly fault?: Fault; readonly sequence?: number }

/** Keeps the message; how, is what the answer tells. */
export async function take(parts: IntakeParts, received: Received, isSenderKnown: boolean): Promise<Taken> {
  const { message, header, feed, receivedAt } = received
  const verdict: Verdict = isSenderKnown
    ? judge(message, header, feed.settings, mappings)
    : { intake: 'unsupported', fault: { code: 'hl7.unknown-sender', facts: {} } }
  const row = rowOf(received)
  if (verdict.intake === 'committed') return commit(parts, received, row)
  if (verdict.intake === 'unsupported' && feed.settings.unsupported === 'park') {
    return commit(parts, received, {
      ...row,
      closed: { outcome: 'parked', ...verdict.fault, at: receivedAt },
    })
  }
  const closed: InboxOutcome = { outcome: 'refused', ...verdict.fault, at: receivedAt }
  const { instead } = acknowledgementFor(askedOf(header, feed), verdict.intake)
  const refusal: Said | null = instead === null ? null : { code: instead, fault: verdict.fault }
  await parts.store.inbox.append({ ...row, closed, ...acknowledged(received, row, refusal) })
  parts.onIntake(verdict.intake)
  return verdict
}

/** For what is answered well: applied soon, or kept for a person. */
async function commit(parts: IntakeParts, received: Received, row: NewMessage): Promise<Taken> {
  const { message, header } = received
  const memory = memoryOf(parts, received)
  // Of what is over as it comes in: parked by a rule, or a repeat of what was answered well.
  const well = acknowledged(received, row, saidOf(received, { outcome: 'parked' }))
  const { sequence, repeats, facts } = await parts.store.inbox.append({ ...row, memory, ...well })
  if (repeats !== null) {
    parts.onIntake('repeat')
    return { intake: 'committed', sequence: repeats.sequence }
  }
  parts.onIntake(row.closed === undefined ? 'committed' : 'parked')
  if (row.closed === undefined) {
    parts.applier.offer(sequence, { row, facts, message, header })
    parts.applier.wake()
  }
  return { intake: 'committed', sequence }
}

function acknowledged(
  received: Received,
  { id, receivedAt }: NewMessage,
  said: Said | null,
): Pick<NewMessage, 'acknowledgement'> {
  const acknowledgement = queuedFor(received, id, said, receivedAt)
  return acknowledgement === null ? {} : { acknowledgement }
}

const DAY = 86_400_000

/** Who heard AE of a dead letter may send it again; who heard AA of it sends a repeat. */
function memoryOf({ memoryDays, clock }: IntakeParts, { header, feed }: Received): Memory {
  const { later } = acknowledgementFor(askedOf(header, feed), 'committed')
  const since = new Date(clock.now() - memoryDays * DAY).toISOString()
  return { since, deadIsRefused: later?.['mapping-fault'] === 'AE' }
}

function rowOf(received: Received): NewMessage {
  const { bytes, header, feed, receivedAt } = received
  return {
    id: newId(),
    feedId: feed.id,
    receivedAt,
    key: keyOf(received),
    messageType: messageType(header).slice(0, 40),
    raw: bytes,
  }
}

/** An empty MSH-10 tells nothing apart; such a message is known by its bytes. */
function keyOf({ bytes, header, feed }: Received): MessageKey {
  const controlId = header.controlId || `bytes:${createHash('sha256').update(bytes).digest('hex')}`
  return { feedId: feed.id, sender: senderOf(header), controlId }
}

/** Under the feed that is there: nobody knows whose it is. */
export async function keepUnreadable(
  { store, onIntake }: Pick<IntakeParts, 'store' | 'onIntake'>,
  feed: Feed,
  raw: Buffer,
  why: string,
  receivedAt: string,
): Promise<void> {
  const closed = { outcome: 'parked', code: 'hl7.not-hl7', facts: { why }, at: receivedAt } as const
  const unnamed = { key: null, messageType: '' }
  await store.inbox.append({ id: newId(), feedId: feed.id, receivedAt, raw, closed, ...unnamed })
  onIntake('unreadable')
}
