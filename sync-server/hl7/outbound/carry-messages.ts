import { instant } from '#app/kernel/index.ts'
import type { ErrorCode, Id } from '#app/kernel/index.ts'
import { agreementInForce } from '../../access/agreements/in-force.ts'
import type { Outgoing, StoredAgreement } from '../../store/contract.ts'
import type { SendingFeed } from '../feed-config.ts'
import { answerTo } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Carrier, CarrierParts, Sent } from './carrier.ts'
import { CONNECT_MILLISECONDS, connectTo } from './connect.ts'
import type { Connection } from './connection.ts'
import { mayHear } from './telling.ts'
import { PURPOSE, withhold } from './withhold.ts'

// Messages of what people entered, one after the other. Invariants:
//
// - A message leaves the queue only when its own answer says so, or a person does; until then it is sent again, with the same
//   bytes and the same MSH-10.
// - Before its bytes go out, an agreement holds, nothing its patient said forbids it, and the audit says to whom it goes.

const SECOND = 1_000

export function carryMessages(parts: CarrierParts, feedId: Id): Carrier {
  const { store, feeds, clock, rules } = parts
  let connection: Connection | null = null
  const feedNow = (): SendingFeed | undefined => feeds.sending().find(({ id }) => id === feedId)

  async function connected({ settings: { send } }: SendingFeed): Promise<ErrorCode | null> {
    if (connection?.isOpen() === true) return null
    const opened = await connectTo(rules, send)
    connection = typeof opened === 'string' ? null : opened
    return typeof opened === 'string' ? opened : null
  }

  async function ask(
    { settings: { send } }: SendingFeed,
    { raw, controlId }: Outgoing,
  ): Promise<Answer | ErrorCode> {
    let others = 0
    const answer = await connection?.ask(Buffer.from(raw), send.answerSeconds * SECOND, (frame) => {
      const own = answerTo(controlId, frame)
      if (own === null) others += 1
      return own
    })
    return answer ?? (others > 0 ? 'hl7.destination-mismatch' : 'hl7.destination-silent')
  }

  return {
    to: { feedId, kind: 'message' },
    most: 1,
    longest() {
      const feed = feedNow()
      return feed === undefined ? null : feed.settings.send.answerSeconds * SECOND + CONNECT_MILLISECONDS
    },
    async mayGo() {
      const feed = feedNow()
      return feed !== undefined && (await agreementOf(parts, feed)) !== null
    },
    async send([message]): Promise<Sent> {
      const feed = feedNow()
      if (feed === undefined || message === undefined) return 'untried'
      if (await withhold(store, message, instant(clock))) return 'untried'
      const failure = await connected(feed)
      if (failure !== null) return { failure }
      if (!(await disclose(parts, feed, message))) return 'untried'
      const answer = await ask(feed, message)
      if (typeof answer === 'string') return { failure: answer }
      await settle(parts, message, answer)
      return 'sent'
    },
    hangUp: () => connection?.close(),
  }
}

async function agreementOf(
  { store, clock }: CarrierParts,
  { settings: { send } }: SendingFeed,
): Promise<StoredAgreement | null> {
  return agreementInForce(store, send.agreementId, instant(clock))
}

/**
 * Written down before it goes out. False where the agreement has ended since: it waits; or where the patient was marked
 * since it was queued: it ends without being sent.
 */
async function disclose(parts: CarrierParts, feed: SendingFeed, message: Outgoing): Promise<boolean> {
  const { sequence, subject } = message
  const agreement = await agreementOf(parts, feed)
  if (agreement === null) return false
  const { result } = await parts.store.transaction(async (tx) => {
    const at = instant(parts.clock)
    const [patient] = await tx.look([{ collection: 'patients', id: subject }])
    const isTold = patient === undefined || mayHear(feed.settings.send, patient.body.doc)
    if (isTold) {
      tx.stage({ type: 'sending', sequence })
      tx.stage({ type: 'audit', ...disclosure(message, agreement, at) })
    } else {
      tx.stage({
        type: 'close-outgoing',
        sequence,
        at,
        state: 'refused',
        code: 'hl7.destination-sensitive',
      })
    }
    return isTold
  })
  return result
}

async function settle(
  { store, clock }: CarrierParts,
  { sequence }: Outgoing,
  { accepted, code, condition }: Answer,
): Promise<void> {
  const facts = { answer: code, ...(condition === '' ? {} : { condition }) }
  const end = accepted
    ? ({ state: 'accepted', facts } as const)
    : ({ state: 'refused', code: 'hl7.destination-refused', facts } as const)
  await store.transaction(async (tx) =>
    tx.stage({ type: 'close-outgoing', sequence, at: instant(clock), ...end }),
  )
}

/** What leaves is a disclosure, whether it is answered or not: to which partner, on what ground, under which number, of whom. */
function disclosure(
  { feedId, subject, controlId, messageType }: Outgoing,
  { id: agreement }: StoredAgreement,
  at: string,
) {
  return {
    at,
    actor: 'server',
    action: 'disclose',
    collection: 'patients',
    ids: [subject],
    purpose: PURPOSE,
    outcome: 'sent',
    facts: { recipient: feedId, agreement, by: 'hl7', message: controlId, type: messageType },
  } as const
}
