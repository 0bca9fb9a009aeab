import { derivedId, documentSchema, sensitivitiesAmong } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { NewOutgoing, StoredBody, WriteTransaction } from '../../store/contract.ts'
import type { FeedSettings, SendingFeed } from '../feed-config.ts'
import { controlIdOf } from './adt.ts'
import type { Destination } from './adt.ts'
import type { Patient } from './pid.ts'

// What all that is told to another system has in common: whom it is about, whether it may be told, the queue.

/** One system, and the commit in which people wrote what it may have to hear of. */
export type Telling = {
  readonly tx: WriteTransaction
  readonly feed: SendingFeed
  readonly destination: Destination
  readonly orgId: Id
  readonly cause: string
  readonly at: string
}

export function patientIn(body: StoredBody): Patient {
  return documentSchema(modules.patients).parse(body.doc)
}

/** Sites are what a feed's partner is told of: those that its table names. */
export function isOf({ sites }: FeedSettings, siteIds: readonly Id[]): boolean {
  return sites.some(({ site }) => siteIds.includes(site))
}

/** What is sensitive goes to who was set up for it, and to nobody else. */
export function mayHear({ sensitivities }: Destination, { scopes }: Pick<AnyDocument, 'scopes'>): boolean {
  return sensitivitiesAmong(scopes).every((one) => sensitivities.includes(one))
}

/** A record that has ended, or was taken away, is not told of. */
export function isLiving({ mergedIntoId, removedAt }: Patient): boolean {
  return mergedIntoId === null && removedAt === null
}

/** Into the queue, with the commit. `type` as in `ADT^A28`. */
export function queue(
  { tx, feed, cause, at }: Telling,
  type: string,
  about: Id,
  subject: Id,
  write: (controlId: string) => Buffer,
): void {
  const [, event = ''] = type.split('^')
  const controlId = controlIdOf(feed.id, cause, about, event)
  const message: NewOutgoing = {
    id: derivedId('outgoing', feed.id, controlId),
    feedId: feed.id,
    kind: 'message',
    subject,
    controlId,
    messageType: type,
    at,
    raw: write(controlId),
  }
  tx.stage({ type: 'outgoing', message })
}
