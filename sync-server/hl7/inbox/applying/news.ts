import { sameJson } from '#app/kernel/index.ts'
import type { Id, Json } from '#app/kernel/index.ts'
import type { FeedActor } from '../../../replication/actor.ts'
import type { StoredDocument } from '../../../store/contract.ts'
import type { Intent } from '../../mapping/index.ts'

// What of a message is new for the record that it speaks of. Pure.

/**
 * What of a message is news for a record: a field that this feed stated by an event of a later time keeps that value,
 * whatever the order in which the two were received; so does whose the record is. Lists that are added to have no order.
 */
export function newsOf(
  intent: Intent,
  links: Readonly<Record<string, Json>>,
  current: StoredDocument | null,
  { feedId, at }: Pick<FeedActor, 'feedId' | 'at'>,
): { readonly set: Record<string, Json>; readonly older: number } {
  const said = { ...emptied(intent, current, feedId), ...withAdded(intent, current, feedId), ...links }
  if (current === null || intent.dated === undefined) return { set: said, older: 0 }
  const { stamps } = current.body
  const news = Object.entries(said).filter(([field]) => {
    const stamp = stamps[field]
    return intent.adds.includes(field) || stamp?.by !== feedId || stamp.at <= at
  })
  return { set: Object.fromEntries(news), older: Object.keys(said).length - news.length }
}

function emptied(
  { takesAway = {} }: Intent,
  current: StoredDocument | null,
  feedId: Id,
): Record<string, Json> {
  const before = current?.body.feeds[feedId] ?? {}
  const still = Object.entries(takesAway).filter(([field, value]) => sameJson(before[field] ?? null, value))
  return Object.fromEntries(still.map(([field]) => [field, null]))
}

/** Where a message only adds, what this feed said before stays; before its first word, what is there. */
function withAdded({ set, adds }: Intent, current: StoredDocument | null, feedId: Id): Record<string, Json> {
  const said = { ...set }
  for (const field of adds) {
    const now = said[field]
    if (now === undefined) continue
    const before = current?.body.feeds[feedId]?.[field] ?? (current?.body.doc[field] as Json | undefined)
    said[field] = before === undefined || before === null ? withoutNulls(now) : together(before, now)
  }
  return said
}

/** A member that is stated to be empty is taken away. */
function together(before: Json, now: Json): Json {
  if (isList(before) && isList(now))
    return [...before.filter((item) => !now.some((one) => sameItem(item, one))), ...now]
  if (isRecord(before) && isRecord(now)) return withoutNulls({ ...before, ...now })
  return now
}

function withoutNulls(value: Json): Json {
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
}

function sameItem(a: Json, b: Json): boolean {
  return isRecord(a) && isRecord(b) && a['key'] !== undefined ? a['key'] === b['key'] : sameJson(a, b)
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

export function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
