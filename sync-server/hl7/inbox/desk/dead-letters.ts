import { AppError, err, instant, newId, ok } from '#app/kernel/index.ts'
import type { ErrorCode, Id, Result } from '#app/kernel/index.ts'
import type { InboxEntry, InboxSummary, MessageState, Store } from '../../../store/contract.ts'
import type { Fault } from '../../ack.ts'
import type { FeedBook } from '../../feed-book.ts'
import type { Feed } from '../../feed-config.ts'
import { messageType, readHeader, senderOf } from '../../header.ts'
import { mappings } from '../../mapping/index.ts'
import { messageTree } from '../../parse/tree.ts'
import type { MessageTree } from '../../parse/tree.ts'
import { parseMessage } from '../../parse/message.ts'
import type { Message } from '../../parse/message.ts'
import type { Applier } from '../applying/applier.ts'
import { dryRun } from './dry-run.ts'
import type { DryRun, DryRunParts } from './dry-run.ts'
import type { Decider } from '../identity/decide.ts'
import type { Decision } from '../identity/identity.ts'
import { judge } from '../intake/judge.ts'
import { replaying } from './replaying.ts'

// What a person does about messages that were not applied. The console asks; who may is decided there.

export type LetterFilter = {
  readonly feedId?: Id
  readonly state?: MessageState
  readonly code?: ErrorCode
  readonly before?: number
  readonly limit: number
}

export type Letter = {
  readonly summary: InboxSummary
  /** The message as it came. */
  readonly raw: Uint8Array
  /** Null where it is no HL7. */
  readonly tree: MessageTree | null
  /** Corrected copies that were made of it, oldest first. */
  readonly copies: readonly number[]
}

export type DeadLetters = {
  /** Latest first. */
  list(filter: LetterFilter): Promise<readonly InboxSummary[]>
  /** A message in full, for eyes that may see PHI. */
  view(sequence: number): Promise<Letter | null>
  /**
   * Applies a closed message again, in its old place. Forced, it is applied although a newer word or a dead letter
   * stands before it, or it was a repeat. False when it is not there, applied (unless forced), no HL7, or open.
   */
  replay(sequence: number, how?: { readonly forced: boolean }): Promise<boolean>
  /**
   * Applies a parked message as one about this patient, whatever its identifiers say; numbers that are another patient's
   * stay theirs. Throws `access.forbidden` where the person may not write the patient, or there is none. False when the
   * message is not parked, or waits for something else than whose it is.
   */
  decide(sequence: number, patientId: Id, decider: Decider): Promise<boolean>
  /** Those of the list that can be; answers how many. */
  replaySome(sequences: readonly number[]): Promise<number>
  /** Every dead or parked message, of one feed or for one reason where given, oldest first; answers how many. */
  replayAll(
    filter: Pick<LetterFilter, 'feedId' | 'code'> & { readonly state: 'dead' | 'parked' },
  ): Promise<number>
  /**
   * Keeps a corrected copy beside the message and applies it; the message itself stays as it came, and counts as
   * corrected once the copy is applied. A copy that would not be taken in is not kept: the fault says why.
   */
  correct(sequence: number, bytes: Buffer): Promise<Result<{ readonly sequence: number }, Fault>>
  /** What applying the message, or a corrected copy of it, would change; as decided, where given. Writes nothing. */
  dryRun(sequence: number, bytes?: Buffer, decision?: Decision): Promise<Result<DryRun, Fault>>
}

export type DeadLetterParts = DryRunParts & {
  readonly store: Pick<Store, 'audit' | 'inbox' | 'snapshot' | 'transaction'>
  readonly feeds: FeedBook
  readonly applier: Pick<Applier, 'wake'>
}

export function createDeadLetters(parts: DeadLetterParts): DeadLetters {
  const { store, feeds } = parts
  return {
    ...replaying(parts),
    list: (filter) => store.inbox.list(filter),
    async view(sequence) {
      const entry = await store.inbox.entry(sequence)
      if (entry === null) return null
      const { raw, ...summary } = entry
      const parsed = readAs(Buffer.from(raw), feeds.byId(entry.feedId))
      const copies = await store.inbox.copies(sequence)
      return { summary, raw, tree: parsed.ok ? messageTree(parsed.value) : null, copies }
    },
    correct: (sequence, bytes) => correct(parts, sequence, bytes),
    async dryRun(sequence, bytes, decision) {
      const found = await correctable(parts, sequence, bytes ?? null)
      if (!found.ok) return found
      const { entry, message, feed } = found.value
      return ok(await dryRun(parts, entry, message, feed, decision))
    },
  }
}

async function correct(
  parts: DeadLetterParts,
  sequence: number,
  bytes: Buffer,
): Promise<Result<{ readonly sequence: number }, Fault>> {
  const found = await correctable(parts, sequence, bytes)
  if (!found.ok) return found
  const { entry, message } = found.value
  const header = readHeader(message)
  const { feedId } = entry
  const copy = await parts.store.inbox.append({
    id: newId(),
    feedId,
    receivedAt: instant(parts.clock),
    key: entry.key ?? { feedId, sender: senderOf(header), controlId: header.controlId },
    messageType: messageType(header).slice(0, 40),
    raw: bytes,
    replays: sequence,
  })
  parts.applier.wake()
  return ok({ sequence: copy.sequence })
}

function readAs(bytes: Buffer, feed: Feed | null): ReturnType<typeof parseMessage> {
  return parseMessage(bytes, () => feed?.settings.charset ?? null)
}

type Correctable = { readonly entry: InboxEntry; readonly message: Message; readonly feed: Feed }

/** The message, or a copy of it, as it would be applied. Throws where there is no such message. */
async function correctable(
  { store, feeds }: Pick<DeadLetterParts, 'store' | 'feeds'>,
  sequence: number,
  bytes: Buffer | null,
): Promise<Result<Correctable, Fault>> {
  const entry = await store.inbox.entry(sequence)
  const feed = entry === null ? null : feeds.byId(entry.feedId)
  if (entry === null || feed === null) throw new AppError('hl7.no-such-message', { sequence })
  const parsed = readAs(bytes ?? Buffer.from(entry.raw), feed)
  if (!parsed.ok) return err({ code: 'hl7.not-hl7', facts: { why: parsed.error.why } })
  const verdict = judge(parsed.value, readHeader(parsed.value), feed.settings, mappings)
  return verdict.intake === 'committed' ? ok({ entry, message: parsed.value, feed }) : err(verdict.fault)
}
