import { AppError, instant } from '#app/kernel/index.ts'
import { agreementInForce } from '../../access/agreements/in-force.ts'
import { feedSettingsSchema } from '../../hl7/index.ts'
import type { OutgoingSummary } from '../../store/contract.ts'
import type { ConsoleHandlers } from '../console-api.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'
import type { OutgoingRow } from '../protocol/outgoing.ts'
import { writeDown } from '../write-down.ts'
import type { Hl7Parts } from './hl7-parts.ts'

type OutgoingCall = 'outgoing' | 'outgoing-list' | 'outgoing-settle' | 'outgoing-pause'

/** What goes out to other systems: how each destination stands, what waits for it, and what a person does about that. */
export function outgoingHandlers(parts: Hl7Parts): Pick<ConsoleHandlers, OutgoingCall> {
  const { store, clock } = parts
  return {
    outgoing: () => destinations(parts),
    'outgoing-list': async (wanted) => ({ found: (await store.outbox.list(wanted)).map(rowOf) }),
    'outgoing-settle': async ({ sequence, how }, caller) => {
      const message = await store.outbox.entry(sequence)
      if (message === null) throw new AppError('hl7.no-such-message', { sequence })
      await writeDown(parts, caller, { action: `outgoing-${how}`, ids: [message.id] })
      const { outbox } = store
      return {
        done: how === 'retry' ? await outbox.retry(sequence) : await outbox.drop(sequence, instant(clock)),
      }
    },
    'outgoing-pause': async ({ feedId, isPaused }, caller) => {
      if ((await store.feeds.byId(feedId)) === null)
        throw new AppError('request.invalid', { place: 'feedId' })
      await writeDown(parts, caller, {
        action: isPaused ? 'outgoing-pause' : 'outgoing-resume',
        ids: [feedId],
      })
      await store.outbox.pause(feedId, isPaused ? instant(clock) : null)
      return {}
    },
  }
}

/** Feeds that are sent to now, and those for which something is still in the queue. */
async function destinations({ store, clock }: Hl7Parts): Promise<ConsoleAnswer<'outgoing'>> {
  const standing = new Map((await store.outbox.destinations()).map((one) => [one.feedId, one]))
  const counts = Map.groupBy(await store.outbox.counts(), ({ feedId }) => feedId)
  const found: ConsoleAnswer<'outgoing'>['destinations'] = []
  for (const { id, name, settings, disabledAt } of await store.feeds.list()) {
    const { send } = feedSettingsSchema.parse(settings)
    const own = counts.get(id)
    if (send === null && own === undefined) continue
    const isSent = send !== null && disabledAt === null
    const isAgreed = isSent && (await agreementInForce(store, send.agreementId, instant(clock))) !== null
    const { pausedAt = null, failures = 0, code = null, triedAt = null } = standing.get(id) ?? {}
    found.push({
      id,
      name,
      address: isSent ? `${send.host}:${send.port}` : null,
      pausedAt,
      failures,
      code: isSent && !isAgreed ? 'hl7.destination-agreement' : code,
      triedAt,
      messages: Object.fromEntries((own ?? []).map(({ state, count }) => [state, count])),
    })
  }
  return { destinations: found }
}

/** Whom a message is about, and what it says, is left out. */
function rowOf({
  sequence,
  messageType,
  at,
  state,
  attempts,
  code,
  facts,
  closedAt,
}: OutgoingSummary): OutgoingRow {
  return { sequence, messageType, at, state, attempts, reason: { code, facts }, closedAt }
}
