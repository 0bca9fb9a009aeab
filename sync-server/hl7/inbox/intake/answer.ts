import { newId } from '#app/kernel/index.ts'
import { acknowledgementFor, buildAck } from '../../ack.ts'
import type { AckCode, Fault } from '../../ack.ts'
import type { Handling } from '../../mllp/listener.ts'
import { askedOf, controlIdOf, saidOf } from '../acknowledging.ts'
import type { IntakeParts, Received, Taken } from './take.ts'

/**
 * What is sent back: the answer to the intake, and that of the application, as far as either was asked for. The second
 * waits for how applying ends, unless nothing is to be applied. Where it goes elsewhere, it is in the queue already, but for
 * a message that could not be kept: nothing could be queued with it.
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
      : buildAck({ code, to: message, header, controlId: newControlId(), now: parts.clock.now(), fault })
  const accepted = ack(first, taken.fault)
  const replies: (Buffer | Promise<Buffer | null>)[] = accepted === null ? [] : [accepted]
  const { sequence } = taken
  if (instead !== null && (feed.settings.replyTo === null || taken.intake === 'own-fault'))
    replies.push(Promise.resolve(ack(instead, taken.fault)))
  if (later === null || sequence === undefined || feed.settings.replyTo !== null)
    return { type: 'answer', replies }

  const ended = parts.applier.ended(sequence)
  const said = ended.then((end) => (end === null ? null : saidOf(received, end)))
  replies.push(said.then((one) => (one === null ? null : ack(one.code, one.fault))))
  return {
    type: 'answer',
    replies,
    async unsent() {
      const one = await said
      if (one !== null) await parts.store.inbox.addFacts(sequence, { unanswered: one.code })
    },
  }
}

export function newControlId(): string {
  return controlIdOf(newId())
}
