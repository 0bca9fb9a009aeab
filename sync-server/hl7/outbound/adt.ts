import { sha256Hex } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { DocumentOfModule } from '#app/modules/index.ts'
import type { FeedSettings } from '../feed-config.ts'
import { ownAuthority } from './own-authority.ts'
import { patientSegments } from './pid.ts'
import type { Patient } from './pid.ts'
import { header, messageOf, segment } from './segments.ts'
import { identifierValue, momentText, professionalValue } from './values.ts'
import { identifier } from '#app/values/index.ts'

// The messages that tell another system of a patient (HL7 v2.5.1, chapter 3). Pure.

export type Destination = NonNullable<FeedSettings['send']>
export type Appointment = DocumentOfModule<'appointments'>

export type Envelope = {
  readonly settings: FeedSettings
  readonly destination: Destination
  readonly orgId: Id
  readonly controlId: string
  /** When it was written here. */
  readonly at: string
}

/** A number of 20 characters, which every version allows, and the same for the same cause. */
export function controlIdOf(...cause: readonly string[]): string {
  return sha256Hex(cause.join('\n')).slice(0, 20).toUpperCase()
}

/** A28: a person who is new there. A31: what is known of a person now. */
export function personMessage(
  event: 'A28' | 'A31',
  patient: Patient,
  before: Patient | null,
  envelope: Envelope,
): Buffer {
  const where = { orgId: envelope.orgId, zone: envelope.settings.zone }
  return messageOf([
    head(`ADT^${event}^ADT_A05`, envelope),
    segment('EVN', { 1: event, 2: momentText(envelope.at, where.zone) }),
    ...patientSegments(patient, before, where),
    // The structure asks for a visit where the event has none.
    segment('PV1', { 1: '1', 2: 'N' }),
  ])
}

/** A04: a patient has arrived for an appointment. The visit goes by the appointment's number until it has one of theirs. */
export function arrivalMessage(patient: Patient, appointment: Appointment, envelope: Envelope): Buffer {
  const { orgId, settings, at } = envelope
  const { zone } = settings
  const visit = identifier({ value: appointment.id, type: 'VN', authority: ownAuthority(orgId) })
  const facility = settings.sites.find(({ site }) => site === appointment.siteId)?.facility ?? '*'
  const { practitioner, arrivedAt } = appointment
  return messageOf([
    head('ADT^A04^ADT_A01', envelope),
    segment('EVN', { 1: 'A04', 2: momentText(at, zone), 6: momentText(arrivedAt ?? at, zone) }),
    ...patientSegments(patient, null, { orgId, zone }),
    segment('PV1', {
      1: '1',
      2: 'O',
      3: facility === '*' ? '' : [['', '', '', facility]],
      7: practitioner === null ? '' : [professionalValue(practitioner)],
      19: [identifierValue(visit)],
      44: momentText(arrivedAt ?? at, zone),
    }),
  ])
}

export function head(type: string, { destination, settings, controlId, at }: Envelope): string {
  const { from, to } = destination
  return header({
    3: from.application,
    4: from.facility,
    5: to.application,
    6: to.facility,
    7: momentText(at, settings.zone),
    9: [type.split('^')],
    10: controlId,
    11: destination.processingId,
    12: '2.5.1',
    18: 'UNICODE UTF-8',
  })
}
