import { sameJson } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Follower, Written } from '../../replication/follower.ts'
import type { StoredBody } from '../../store/contract.ts'
import type { SendingFeed } from '../feed-config.ts'
import type { FeedBook } from '../feed-book.ts'
import { askForAppointment } from './ask-appointment.ts'
import { decides, isAskable } from './asked-fields.ts'
import { tellOfArrival, tellOfPatient } from './tell-patient.ts'
import { mayHear, patientIn } from './telling.ts'
import type { Telling } from './telling.ts'

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
  feed: SendingFeed,
  module: string,
  current: StoredBody,
  field: string,
  value: unknown,
): boolean {
  const said = current.feeds[feed.id]
  if (said === undefined || !decides(feed, module, field) || !isAskable(module, field, value)) return false
  // What can't be sent about a patient is not asked for; of an appointment a person asks then.
  if (module === modules.patients.name && !mayHear(feed.settings.send, current.doc)) return false
  return !sameJson(said[field], value)
}

async function tell(telling: Telling, { collection, before, after }: Written): Promise<void> {
  if (collection === 'patients' && after.doc.kind === modules.patients.kind)
    await tellOfPatient(telling, before === null ? null : patientIn(before), after)
  if (collection === 'appointments') {
    await tellOfArrival(telling, before, after)
    if (before !== null) await askForAppointment(telling, before, after)
  }
}
