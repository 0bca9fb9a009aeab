import { appointmentEnd } from '#app/modules/appointments/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import { instantOf } from '#app/values/index.ts'
import { conceptElement, identifierElement, professionalElement } from './data-types.ts'
import { resource } from './resource.ts'
import type { Element, Refer, Resource } from './resource.ts'

type Status = NonNullable<ViewOfModule<'appointments'>['status']>

/** FHIR has no state for "the visit is under way": the patient is there. */
const statuses: Readonly<Record<Status, string>> = {
  proposed: 'proposed',
  booked: 'booked',
  arrived: 'arrived',
  'in-progress': 'checked-in',
  fulfilled: 'fulfilled',
  cancelled: 'cancelled',
  noshow: 'noshow',
  'entered-in-error': 'entered-in-error',
}

/** Appointment (hl7.org/fhir/R4/appointment.html). Both times are instants: the zone is the site's. */
export function appointmentResource(view: ViewOfModule<'appointments'>, refer: Refer): Resource {
  const { start, durationMinutes } = view
  const ends =
    start === undefined || durationMinutes === undefined
      ? undefined
      : new Date(appointmentEnd(start, durationMinutes)).toISOString()
  const status = view.status === undefined ? 'proposed' : statuses[view.status]
  // A booking that was taken up again has no reason for its end any more (app-4).
  const isOff = status === 'cancelled' || status === 'noshow'
  const practitioner = professionalElement(view.practitioner, refer)
  const taking: Element[] = [
    ...(view.patientId === undefined
      ? []
      : [{ actor: { reference: refer('Patient', view.patientId) }, status: 'accepted' }]),
    ...(practitioner === undefined ? [] : [{ actor: practitioner, status: 'accepted' }]),
    ...(view.locationId
      ? [{ actor: { reference: refer('Location', view.locationId) }, status: 'accepted' }]
      : []),
  ]
  return resource('Appointment', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status,
    cancelationReason: view.cancelReason && isOff ? { text: view.cancelReason } : undefined,
    serviceType: [conceptElement(view.service)],
    reasonCode: [conceptElement(view.reason)],
    start: start === undefined ? undefined : instantOf(start),
    end: ends,
    minutesDuration: durationMinutes,
    comment: view.note,
    participant: taking,
  })
}
