import { derivedId, documentSchema, sameJson } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Follower, Written } from '../../replication/follower.ts'
import type { NewOutgoing, StoredBody, WriteTransaction } from '../../store/contract.ts'
import { ownershipIn } from '../feed-config.ts'
import type { FeedSettings, SendingFeed } from '../feed-config.ts'
import type { FeedBook } from '../feed-book.ts'
import { arrivalMessage, controlIdOf, personMessage } from './adt.ts'
import type { Destination } from './adt.ts'
import { askedFields } from './asked-fields.ts'
import { patientSegments } from './pid.ts'
import type { Patient } from './pid.ts'
import { mayTellOf } from './withhold.ts'

// What people enter about patients, as messages to the systems that are to hear of it. They go into the queue with the
// commit that causes them, so that none is lost and none tells of what was never stored.

export type FollowParts = { readonly feeds: Pick<FeedBook, 'sending'>; readonly orgId: Id }

export function followPeople({ feeds, orgId }: FollowParts): Follower {
  return {
    asks(module, current, field, value) {
      const asked = feeds.sending().find((feed) => isAsked(feed, module.name, current, field, value))
      return asked === undefined ? null : asked.name.slice(0, 80)
    },
    async written(tx, written, cause, at) {
      for (const feed of feeds.sending()) {
        const telling: Telling = { tx, feed, destination: feed.settings.send, orgId, cause, at }
        for (const one of written) await tell(telling, one)
      }
    },
  }
}

/** The feed decides the field, has told of this record, and says something else. */
function isAsked(
  { id, settings }: SendingFeed,
  module: string,
  { feeds }: StoredBody,
  field: string,
  value: unknown,
): boolean {
  const said = feeds[id]
  if (said === undefined || !askedFields.has(`${module}.${field}`)) return false
  return ownershipIn(settings, module, field) === 'feed' && !sameJson(said[field], value)
}

type Telling = {
  readonly tx: WriteTransaction
  readonly feed: SendingFeed
  readonly destination: Destination
  readonly orgId: Id
  readonly cause: string
  readonly at: string
}

async function tell(telling: Telling, { collection, before, after }: Written): Promise<void> {
  if (collection === 'patients' && after.doc.kind === modules.patients.kind)
    await tellOfPatient(telling, before === null ? null : patientIn(before), after)
  if (collection === 'appointments') await tellOfArrival(telling, before, after)
}

function patientIn(body: StoredBody): Patient {
  return documentSchema(modules.patients).parse(body.doc)
}

async function tellOfPatient(telling: Telling, before: Patient | null, body: StoredBody): Promise<void> {
  const { feed, destination, orgId } = telling
  const patient = patientIn(body)
  if (!isOf(feed.settings, patient.siteIds) || !isLiving(patient)) return
  const where = { orgId, zone: feed.settings.zone }
  const words = (of: Patient): string => patientSegments(of, null, where).join('\r')
  if (before !== null && words(before) === words(patient)) return
  const isNew = before === null || !(await isKnown(telling, patient, body))
  const event = isNew ? 'A28' : 'A31'
  if (!destination.events.includes(event)) return
  queue(telling, event, patient.id, patient.id, (controlId) =>
    personMessage(event, patient, isNew ? null : before, { ...telling, settings: feed.settings, controlId }),
  )
}

async function tellOfArrival(telling: Telling, before: StoredBody | null, after: StoredBody): Promise<void> {
  const { tx, feed, destination } = telling
  const appointment = documentSchema(modules.appointments).parse(after.doc)
  const hasArrived = appointment.status === 'arrived' && before?.doc['status'] !== 'arrived'
  if (!hasArrived || !destination.events.includes('A04') || !isOf(feed.settings, [appointment.siteId])) return
  const [stored] = await tx.look([{ collection: 'patients', id: appointment.patientId }])
  if (stored === undefined) return
  const patient = patientIn(stored.body)
  if (!isLiving(patient) || !(await mayTellOf(tx, appointment, feed, telling.at))) return
  queue(telling, 'A04', appointment.id, patient.id, (controlId) =>
    arrivalMessage(patient, appointment, { ...telling, settings: feed.settings, controlId }),
  )
}

/** Sites are what a feed's partner is told of: those that its table names. */
function isOf({ sites }: FeedSettings, siteIds: readonly Id[]): boolean {
  return sites.some(({ site }) => siteIds.includes(site))
}

/** A record that has ended, or was taken away, is not told of. */
function isLiving({ mergedIntoId, removedAt }: Patient): boolean {
  return mergedIntoId === null && removedAt === null
}

/** Whether the system has the person already: it gave them a number, told of them, or was told. */
async function isKnown({ tx, feed }: Telling, patient: Patient, body: StoredBody): Promise<boolean> {
  const { universalId, namespace } = feed.settings.authority
  const hasNumber = patient.identifiers.some(({ authority }) =>
    universalId === undefined ? authority?.namespace === namespace : authority?.universalId === universalId,
  )
  return hasNumber || body.feeds[feed.id] !== undefined || tx.told(feed.id, patient.id)
}

function queue(
  { tx, feed, cause, at }: Telling,
  event: string,
  about: Id,
  subject: Id,
  write: (controlId: string) => Buffer,
): void {
  const controlId = controlIdOf(feed.id, cause, about, event)
  const message: NewOutgoing = {
    id: derivedId('outgoing', feed.id, controlId),
    feedId: feed.id,
    subject,
    controlId,
    messageType: `ADT^${event}`,
    at,
    raw: write(controlId),
  }
  tx.stage({ type: 'outgoing', message })
}
