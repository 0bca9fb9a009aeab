import { AppError, instant } from '#app/kernel/index.ts'
import { agreementInForce } from '../../access/agreements/in-force.ts'
import { feedSettingsSchema } from '../../hl7/index.ts'
import type { DestinationKey, OutgoingKind, OutgoingSummary, StoredFeed } from '../../store/contract.ts'
import type { ConsoleHandlers } from '../console-api.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'
import { outgoingKinds } from '../protocol/outgoing.ts'
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
    'outgoing-pause': async ({ feedId, kind, isPaused }, caller) => {
      if ((await store.feeds.byId(feedId)) === null)
        throw new AppError('request.invalid', { place: 'feedId' })
      await writeDown(parts, caller, {
        action: isPaused ? 'outgoing-pause' : 'outgoing-resume',
        ids: [feedId],
        facts: { kind },
      })
      await store.outbox.pause({ feedId, kind }, isPaused ? instant(clock) : null)
      return {}
    },
  }
}

type Destination = ConsoleAnswer<'outgoing'>['destinations'][number]

/** Where is sent to now, and where something is still in the queue. */
async function destinations(parts: Hl7Parts): Promise<ConsoleAnswer<'outgoing'>> {
  const { feeds, outbox } = parts.store
  const standing = new Map((await outbox.destinations()).map((one) => [keyOf(one), one]))
  const counts = Map.groupBy(await outbox.counts(), keyOf)
  const found: Destination[] = []
  for (const feed of await feeds.list()) {
    for (const kind of outgoingKinds) {
      const own = counts.get(keyOf({ feedId: feed.id, kind }))
      const place = placeOf(feed, kind)
      if (place === null && own === undefined) continue
      const isSent = place !== null && feed.disabledAt === null
      const {
        pausedAt = null,
        failures = 0,
        code = null,
        triedAt = null,
      } = standing.get(keyOf({ feedId: feed.id, kind })) ?? {}
      const isAgreed = !isSent || (await maySend(parts, feed, kind))
      found.push({
        id: feed.id,
        kind,
        name: feed.name,
        address: isSent ? `${place.host}:${place.port}` : null,
        pausedAt,
        failures,
        code: isAgreed ? code : 'hl7.destination-agreement',
        triedAt,
        messages: Object.fromEntries((own ?? []).map(({ state, count }) => [state, count])),
      })
    }
  }
  return { destinations: found }
}

function keyOf({ feedId, kind }: DestinationKey): string {
  return `${kind} ${feedId}`
}

function placeOf({ settings }: StoredFeed, kind: OutgoingKind) {
  const { send, replyTo } = feedSettingsSchema.parse(settings)
  return kind === 'message' ? send : replyTo
}

/** An acknowledgement tells its sender of its own message: that needs no agreement. */
async function maySend(
  { store, clock }: Hl7Parts,
  { settings }: StoredFeed,
  kind: OutgoingKind,
): Promise<boolean> {
  const { send } = feedSettingsSchema.parse(settings)
  if (kind === 'acknowledgement' || send === null) return true
  return (await agreementInForce(store, send.agreementId, instant(clock))) !== null
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
