import { instant, newId } from '#app/kernel/index.ts'
import type { Fault, Intake } from '../../ack.ts'
import { acknowledgementFor, buildAck, buildBareAck } from '../../ack.ts'
import type { AckCode } from '../../ack.ts'
import { feedFor } from '../../feed-config.ts'
import type { Feed } from '../../feed-config.ts'
import { readHeader } from '../../header.ts'
import type { Header } from '../../header.ts'
import { mappings } from '../../mapping/index.ts'
import { parseMessage } from '../../parse/message.ts'
import type { Message } from '../../parse/message.ts'
import { askedOf } from '../acknowledging.ts'
import { newControlId } from '../intake/answer.ts'
import { dryRun } from './dry-run.ts'
import type { DryRun, DryRunParts } from './dry-run.ts'
import { judge } from '../intake/judge.ts'

/** What would become of a message that a feed with these settings was sent now. */
export type Trial = {
  readonly message: Message | null
  readonly sender: 'taken' | 'not of this feed' | 'unreadable'
  /** Answers as they would be sent; null: the connection would be closed. */
  readonly answers: readonly Buffer[] | null
  /** Null where the message would not be taken in: the fault says why. */
  readonly run: DryRun | null
  readonly fault: Fault | null
}

/** Goes the way of a message that comes in, with nothing kept of it. Throws for faults of the store or of ours. */
export async function tryMessage(parts: DryRunParts, feed: Feed, bytes: Buffer): Promise<Trial> {
  const { settings } = feed
  const parsed = parseMessage(bytes, () => settings.charset)
  if (!parsed.ok) {
    const answers = settings.unreadable === 'close' ? null : [buildBareAck(newControlId(), parts.clock.now())]
    const fault = { code: 'hl7.not-hl7', facts: { why: parsed.error.why } } as const
    return { message: null, sender: 'unreadable', answers, run: null, fault }
  }
  const message = parsed.value
  const header = readHeader(message)
  const isTaken = feedFor([feed], header) !== null
  const { intake, fault } = intakeOf(message, header, feed, isTaken)
  const entry = { id: newId(), receivedAt: instant(parts.clock) }
  const run = fault === null ? await dryRun(parts, entry, message, feed) : null
  const answers = answersTo(message, header, feed, { intake, fault, run, now: parts.clock.now() })
  return { message, sender: isTaken ? 'taken' : 'not of this feed', answers, run, fault }
}

/** A fault beside a good answer: kept for a person. */
function intakeOf(
  message: Message,
  header: Header,
  { settings }: Feed,
  isTaken: boolean,
): { readonly intake: Intake; readonly fault: Fault | null } {
  const verdict = judge(message, header, settings, mappings)
  if (isTaken && verdict.intake === 'committed') return { intake: 'committed', fault: null }
  const fault: Fault =
    isTaken && verdict.intake !== 'committed' ? verdict.fault : { code: 'hl7.unknown-sender', facts: {} }
  const intake = isTaken ? verdict.intake : 'unsupported'
  return { intake: intake === 'unsupported' && settings.unsupported === 'park' ? 'committed' : intake, fault }
}

function answersTo(
  to: Message,
  header: Header,
  feed: Feed,
  {
    intake,
    fault,
    run,
    now,
  }: {
    readonly intake: Intake
    readonly fault: Fault | null
    readonly run: DryRun | null
    readonly now: number
  },
): readonly Buffer[] | null {
  const { first, instead, later } = acknowledgementFor(askedOf(header, feed), intake, feed.settings.ownFault)
  if (first === 'close') return null
  const ack = (code: AckCode | null, why: Fault | undefined): Buffer[] =>
    code === null ? [] : [buildAck({ code, to, header, controlId: newControlId(), now, fault: why })]
  const ending = run?.ending
  const isDead = ending?.outcome === 'dead'
  const why =
    isDead && ending.code !== undefined ? { code: ending.code, facts: ending.facts ?? {} } : undefined
  return [
    ...ack(first, intake === 'committed' ? undefined : (fault ?? undefined)),
    ...ack(instead, fault ?? undefined),
    ...ack(later?.[isDead ? 'mapping-fault' : 'applied'] ?? null, why),
  ]
}
