import { derivedId, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { feedSettingsSchema } from '../../hl7/index.ts'
import { slownessBounds } from '../../store/contract/desk.ts'
import type { Acknowledgement, KeptFeed, Stretch } from '../../store/contract.ts'
import type { ConsoleAnswer, ConsoleRequest } from '../protocol/console.ts'
import type { Alert, FeedState } from '../protocol/hl7.ts'
import { sinceSeen, waitingCauses } from './causes.ts'
import { namesOf } from './hl7-parts.ts'
import type { Hl7Parts } from './hl7-parts.ts'

const MINUTE = 60_000

const stretchOf: Readonly<Record<ConsoleRequest<'hl7-overview'>['hours'], Stretch>> = {
  1: 'minute',
  6: 'ten-minutes',
  24: 'ten-minutes',
  168: 'hour',
}

/** The picture of the last hours, and what wants a person. */
export async function hl7Overview(
  parts: Hl7Parts,
  { hours }: ConsoleRequest<'hl7-overview'>,
): Promise<ConsoleAnswer<'hl7-overview'>> {
  const { store, clock, hl7 } = parts
  const since = new Date(clock.now() - hours * 60 * MINUTE).toISOString()
  const stretch = stretchOf[hours]
  const kept = await store.feeds.list()
  const feeds = await feedStates(parts, kept)
  const { causes, more } = await waitingCauses(store.inbox)
  const seen = new Map((await store.desk.acknowledgements()).map((one) => [one.cause, one]))
  const nameOf = await namesOf(parts)
  const waiting = causes.map((cause): Alert => {
    const { id, sequences: _, ...rest } = cause
    return { cause: id, kind: 'waiting', ...rest, seen: seenOf(cause, seen.get(id), nameOf) }
  })
  const late = lateAlerts(clock.now(), kept, feeds).map((alert): Alert => ({
    ...alert,
    seen: seenOf({ first: alert.first, sequences: [] }, seen.get(alert.cause), nameOf),
  }))
  return {
    now: instant(clock),
    listener: { port: hl7.port, connections: [...hl7.connections()] },
    feeds,
    since,
    stretch,
    slownessBounds: [...slownessBounds],
    traffic: [...(await store.desk.traffic(since, stretch))],
    alerts: [...late, ...waiting],
    more,
  }
}

function seenOf(
  of: Parameters<typeof sinceSeen>[0],
  seen: Acknowledgement | undefined,
  nameOf: (id: Id) => string,
): Alert['seen'] {
  const since = sinceSeen(of, seen)
  return seen === undefined || since === null ? null : { by: nameOf(seen.by), at: seen.at, since }
}

async function feedStates({ store }: Hl7Parts, feeds: readonly KeptFeed[]): Promise<FeedState[]> {
  const counts = await store.inbox.counts()
  const open = new Map((await store.inbox.oldestOpen()).map((one) => [one.feedId, one.receivedAt]))
  const latest = new Map(
    (await store.inbox.summaries(counts.map((one) => one.latest))).map((one) => [one.sequence, one]),
  )
  return feeds.map(({ id, name, disabledAt }) => {
    const own = counts.filter(({ feedId }) => feedId === id)
    const last = latest.get(Math.max(0, ...own.map((one) => one.latest)))
    return {
      id,
      name,
      disabledAt,
      messages: Object.fromEntries(own.map(({ state, count }) => [state, count])),
      last: last === undefined ? null : { at: last.receivedAt, state: last.state, sequence: last.sequence },
      behindSince: open.get(id) ?? null,
    }
  })
}

/** Feeds that have fallen silent, or behind. */
function lateAlerts(
  now: number,
  kept: readonly KeptFeed[],
  states: readonly FeedState[],
): Omit<Alert, 'seen'>[] {
  return states.flatMap(({ id, disabledAt, last, behindSince }): Omit<Alert, 'seen'>[] => {
    const settings = feedSettingsSchema.safeParse(kept.find((feed) => feed.id === id)?.settings)
    const quietAfter = settings.data?.quietAfter ?? null
    const sequence = last?.sequence ?? 0
    const common = {
      feedId: id,
      state: null,
      reason: { code: null, facts: {} },
      count: 1,
      first: sequence,
      last: sequence,
    }
    const isSilent =
      quietAfter !== null && disabledAt === null && last !== null && age(now, last.at) > quietAfter * MINUTE
    const isBehind = behindSince !== null && age(now, behindSince) > MINUTE
    return [
      ...(isSilent
        ? [
            {
              ...common,
              cause: derivedId('hl7-silent', id, sequence),
              kind: 'silent' as const,
              lastAt: last.at,
            },
          ]
        : []),
      ...(isBehind
        ? [
            {
              ...common,
              cause: derivedId('hl7-behind', id, behindSince),
              kind: 'behind' as const,
              lastAt: behindSince,
            },
          ]
        : []),
    ]
  })
}

function age(now: number, at: string): number {
  return now - Date.parse(at)
}
