import { instantOf } from '#app/values/index.ts'
import { appointmentEnd } from '#app/modules/appointments/index.ts'
import type { Identifier } from '#app/values/index.ts'
import { identifier } from '#app/values/index.ts'
import { head } from './adt.ts'
import type { Appointment, Envelope } from './adt.ts'
import { ownAuthority } from './own-authority.ts'
import { patientSegments } from './pid.ts'
import type { Patient } from './pid.ts'
import { messageOf, segment } from './segments.ts'
import type { Repetition } from './segments.ts'
import { conceptValue, momentText, professionalValue } from './values.ts'

// SRM: an appointment of another system is to be changed there (HL7 v2.5.1, chapter 10). Pure.

/** S02: another time; S03: something else; S04: called off. */
export type RequestEvent = 'S02' | 'S03' | 'S04'

export function appointmentRequest(
  event: RequestEvent,
  patient: Patient,
  appointment: Appointment,
  envelope: Envelope,
): Buffer {
  const { orgId, settings } = envelope
  const { zone } = settings
  const { start, durationMinutes, service, practitioner } = appointment
  const from = momentText(instantOf(start), zone)
  // Table 0206: X leaves as it is, U changes.
  const action = event === 'S04' ? 'X' : 'U'
  return messageOf([
    head(`SRM^${event}^SRM_S01`, envelope),
    arq(appointment, envelope),
    ...patientSegments(patient, null, { orgId, zone }),
    segment('RGS', { 1: '1', 2: action }),
    segment('AIS', {
      1: '1',
      2: action,
      3: service === null ? '' : [conceptValue(service)],
      4: from,
      7: String(durationMinutes),
      8: 'min',
    }),
    ...(practitioner === null
      ? []
      : [segment('AIP', { 1: '1', 2: action, 3: [professionalValue(practitioner)] })]),
  ])
}

function arq(appointment: Appointment, { orgId, settings: { zone } }: Envelope): string {
  const { id, identifiers, start, durationMinutes, reason, cancelReason, updated } = appointment
  const own = ownAuthority(orgId)
  const filler = identifiers.find(({ type }) => type === 'FILL')
  const until = new Date(appointmentEnd(start, durationMinutes)).toISOString()
  const author = professionalValue({
    identifiers: [identifier({ value: updated.by, type: 'EI', authority: own })],
  })
  return segment('ARQ', {
    1: [entity(identifier({ value: id, type: 'PLAC', authority: own }))],
    2: filler === undefined ? '' : [entity(filler)],
    6: cancelReason === null ? '' : [['', cancelReason]],
    7: reason === null ? '' : [conceptValue(reason)],
    9: String(durationMinutes),
    10: 'min',
    11: [[momentText(instantOf(start), zone), momentText(until, zone)]],
    15: [author],
    19: [author],
  })
}

/** EI. */
function entity({ value, authority }: Identifier): Repetition {
  return [value, authority?.namespace ?? '', authority?.universalId ?? '', authority?.universalIdType ?? '']
}
