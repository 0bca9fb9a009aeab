import { derivedId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { InboxOutcome, MessageState, NewOutgoing } from '../../store/contract.ts'
import { acknowledgementFor, buildAck } from '../ack.ts'
import type { Application, ApplicationCode, Fault } from '../ack.ts'
import type { Feed } from '../feed-config.ts'
import type { Header } from '../header.ts'
import type { Message } from '../parse/message.ts'

// The application acknowledgement of a message (MSH-16): which one it is, and how it is queued where the feed wants it
// elsewhere. It goes into the queue with the commit in which its message ends, so that no crash comes between. Pure.

export type Asking = { readonly message: Message; readonly header: Header; readonly feed: Feed }

/** What a sender is told of how its message was applied. */
export type Said = { readonly code: ApplicationCode; readonly fault?: Fault | undefined }

/** What the sender asks to be answered, as far as the feed lets it ask. */
export function askedOf(
  header: Header,
  feed: Feed,
): Pick<Header, 'acceptCondition' | 'applicationCondition'> {
  return feed.settings.acknowledge === 'original' ? { acceptCondition: '', applicationCondition: '' } : header
}

/** Null where the sender asks for none. */
export function saidOf(
  { header, feed }: Pick<Asking, 'header' | 'feed'>,
  { outcome, code, facts = {} }: Pick<InboxOutcome, 'outcome' | 'code' | 'facts'>,
): Said | null {
  const application = applicationOf(outcome)
  const answer = acknowledgementFor(askedOf(header, feed), 'committed').later?.[application] ?? null
  if (answer === null) return null
  return {
    code: answer,
    fault: application === 'applied' || code === undefined ? undefined : { code, facts },
  }
}

/** Parked is answered like applied: it waits for us, not for the sender. */
function applicationOf(state: MessageState): Application {
  return state === 'dead' || state === 'refused' ? 'mapping-fault' : 'applied'
}

/** Null where nothing is said, or it goes back on the connection of the message. Its MSH-10 is the message's own, whenever it is asked for. */
export function queuedFor(
  { message, header, feed }: Asking,
  messageId: Id,
  said: Said | null,
  at: string,
): NewOutgoing | null {
  if (said === null || feed.settings.replyTo === null) return null
  const id = derivedId('acknowledgement', messageId)
  const controlId = controlIdOf(id)
  return {
    id,
    feedId: feed.id,
    kind: 'acknowledgement',
    subject: messageId,
    controlId,
    messageType: /^[A-Z0-9]{1,4}$/.test(header.trigger) ? `ACK^${header.trigger}` : 'ACK',
    at,
    raw: buildAck({ ...said, to: message, header, controlId, now: Date.parse(at) }),
  }
}

/** MSH-10 of an answer: 20 characters are what every version allows. */
export function controlIdOf(id: Id): string {
  return id.replaceAll('-', '').slice(12)
}
