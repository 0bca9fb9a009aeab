import { instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { StagedWrite } from '../../store/contract.ts'
import type { AcknowledgingFeed } from '../feed-config.ts'
import type { Carrier, CarrierParts } from './carrier.ts'
import { CONNECT_MILLISECONDS, connectTo } from './connect.ts'
import type { Connection } from './connection.ts'

// Application acknowledgements for a machine of their own. Nobody answers one (its MSH-15 and MSH-16 are empty, HL7 2.5.1
// section 2.9): it has arrived when the other side has read to the end of the connection. Until then it is sent again under
// the same MSH-10. It tells the sender of its own message only, so it needs neither an agreement nor an entry of the audit.

/** How many go by one connection. */
const MOST = 64
const TELL_MILLISECONDS = 10_000

export function carryAcknowledgements({ store, feeds, clock, rules }: CarrierParts, feedId: Id): Carrier {
  let connection: Connection | null = null
  const feedNow = (): AcknowledgingFeed | undefined => feeds.acknowledging().find(({ id }) => id === feedId)
  const note = (writes: readonly StagedWrite[]) =>
    store.transaction(async (tx) => {
      for (const write of writes) tx.stage(write)
    })

  return {
    to: { feedId, kind: 'acknowledgement' },
    most: MOST,
    longest: () => (feedNow() === undefined ? null : CONNECT_MILLISECONDS + TELL_MILLISECONDS),
    mayGo: async () => true,
    async send(due) {
      const feed = feedNow()
      if (feed === undefined || due.length === 0) return 'untried'
      const opened = await connectTo(rules, feed.settings.replyTo)
      if (typeof opened === 'string') return { failure: opened }
      connection = opened
      await note(due.map(({ sequence }) => ({ type: 'sending', sequence })))
      const told = await opened.tell(
        due.map(({ raw }) => Buffer.from(raw)),
        TELL_MILLISECONDS,
      )
      if (!told) return { failure: 'hl7.destination-unreachable' }
      const [state, at] = ['accepted', instant(clock)] as const
      await note(due.map(({ sequence }) => ({ type: 'close-outgoing', sequence, state, at })))
      return 'sent'
    },
    hangUp: () => connection?.close(),
  }
}
