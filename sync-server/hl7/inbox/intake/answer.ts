import { newId } from '#app/kernel/index.ts'
import type { MessageState } from '../../../store/contract.ts'
import { acknowledgementFor, buildAck } from '../../ack.ts'
import type { AckCode, Application, Fault } from '../../ack.ts'
import type { Feed } from '../../feed-config.ts'
import type { Header } from '../../header.ts'
import type { Handling } from '../../mllp/listener.ts'
import { sendReply } from './replies.ts'
import type { IntakeParts, Received, Taken } from './take.ts'

/** What the sender asks to be answered, as far as the feed lets it ask. */
export function askedOf(
  header: Header,
  feed: Feed,
): Pick<Header, 'acceptCondition' | 'applicationCondition'> {
  return feed.settings.acknowledge === 'original' ? { acceptCondition: '', applicationCondition: '' } : header
}

/** MSH-10 of an answer: 20 characters are what every version allows. */
export function controlId(): string {
  return newId().replaceAll('-', '').slice(12)
}

/**
 * What is sent back: the answer to the intake, and that of the application, as far as either was asked for. The second
 * waits for how applying ends, unless nothing is to be applied.
 */
export function answer(parts: IntakeParts, received: Received, taken: Taken): Handling {
  const { message, header, feed } = received
  const { first, instead, later } = acknowledgementFor(
    askedOf(header, feed),
    taken.intake,
    feed.settings.ownFault,
  )
  if (first === 'close') return { type: 'close' }
  const ack = (code: AckCode | null, fault?: Fault): Buffer | null =>
    code === null
      ? null
      : buildAck({ code, to: message, header, controlId: controlId(), now: parts.clock.now(), fault })
  const replies: (Buffer | Promise<Buffer | null>)[] = []
  const accepted = ack(first, taken.fault)
  if (accepted !== null) replies.push(accepted)
  const ofApplication = async (): Promise<Buffer | null> => {
    if (later === null || taken.sequence === undefined) return ack(instead, taken.fault)
    const end = await parts.applier.ended(taken.sequence)
    if (end === null) return null
    const fault = end.code === undefined ? undefined : { code: end.code, facts: end.facts ?? {} }
    const application = applicationOf(end.outcome)
    return ack(later[application], application === 'applied' ? undefined : fault)
  }
  if (later === null && instead === null) return { type: 'answer', replies }
  const { replyTo } = feed.settings
  if (replyTo === null) replies.push(ofApplication())
  else
    void ofApplication()
      .then((bytes) => (bytes === null ? undefined : sendReply(parts.sending, replyTo, bytes)))
      .catch(parts.onFault)
  return { type: 'answer', replies }
}

/** Parked is answered like applied: it waits for us, not for the sender. */
function applicationOf(state: MessageState): Application {
  return state === 'dead' || state === 'refused' ? 'mapping-fault' : 'applied'
}
