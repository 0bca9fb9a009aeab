import { documentSchema, sameJson } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { StoredBody, StoredDocument } from '../../store/contract.ts'
import type { Appointment } from './adt.ts'
import { appointmentRequest } from './appointment-request.ts'
import type { RequestEvent } from './appointment-request.ts'
import { leaveToPerson } from './ask-by-person.ts'
import { decides } from './asked-fields.ts'
import { isLiving, isOf, mayHear, patientIn, queue } from './telling.ts'
import type { Telling } from './telling.ts'
import { mayTellOf } from './withhold.ts'

// An appointment that another system keeps is changed there: what people enter here is asked of it, by a message where it
// takes one, else by a person who is given the task.

export async function askForAppointment(
  telling: Telling,
  before: StoredBody,
  after: StoredBody,
): Promise<void> {
  const { tx, feed, destination } = telling
  const appointment = documentSchema(modules.appointments).parse(after.doc)
  if (after.feeds[feed.id] === undefined || !isOf(feed.settings, [appointment.siteId])) return
  const change = changeOf(telling, before, after)
  if (change === null) return
  const [patient] = await tx.look([{ collection: modules.patients.collection, id: appointment.patientId }])
  if (patient === undefined) return
  const isTaken = change !== 'anew' && destination.events.includes(change)
  if (!isTaken || !(await mayBeSent(telling, patient, appointment)))
    await leaveToPerson(telling, change, appointment, [after, patient.body])
  else send(telling, change, patient, appointment)
}

/** Null: nothing that the system decides. `anew`: taken up again after it was called off, for which there is no request. */
function changeOf({ feed }: Telling, before: StoredBody, after: StoredBody): RequestEvent | 'anew' | null {
  const changed = (field: string): boolean =>
    decides(feed, modules.appointments.name, field) && !sameJson(before.doc[field], after.doc[field])
  const [was, is] = [before.doc['status'], after.doc['status']]
  if (changed('status') && is === 'cancelled') return 'S04'
  if (changed('status') && was === 'cancelled') return 'anew'
  if (is !== 'proposed' && is !== 'booked') return null
  if (changed('start')) return 'S02'
  return ['durationMinutes', 'service', 'reason', 'practitioner'].some(changed) ? 'S03' : null
}

async function mayBeSent(
  { tx, feed, destination, at }: Telling,
  patient: StoredDocument,
  appointment: Appointment,
): Promise<boolean> {
  const isHeard = [patient.body.doc, appointment].every((doc) => mayHear(destination, doc))
  return isHeard && isLiving(patientIn(patient.body)) && mayTellOf(tx, appointment, feed, at)
}

function send(
  telling: Telling,
  event: RequestEvent,
  patient: StoredDocument,
  appointment: Appointment,
): void {
  const { settings } = telling.feed
  queue(telling, `SRM^${event}`, appointment.id, patient.id, (controlId) =>
    appointmentRequest(event, patientIn(patient.body), appointment, { ...telling, settings, controlId }),
  )
}
