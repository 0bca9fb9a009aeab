import { z } from 'zod'
import type { Id } from '#app/kernel/index.ts'
import { epochOf, zonedAt } from '#app/values/index.ts'
import type { ZonedTime } from '#app/values/index.ts'
import type { Accepting, Stated } from './accepting.ts'
import { conceptFrom, onlyOne } from './data-types.ts'
import { takingPart } from './participants.ts'
import { identifierRule } from './person-lists.ts'
import { notKept, notValid, readShape } from './refusals.ts'
import { restated, restatedList } from './restate.ts'
import { conceptShape, envelopeShape, instantShape, referenceShape } from './shapes.ts'
import { sitesIn, sitesOfNew } from './sites.ts'

const statuses = ['proposed', 'booked', 'arrived', 'checked-in', 'fulfilled', 'cancelled', 'noshow'] as const

const shape = z.strictObject({
  resourceType: z.literal('Appointment'),
  ...envelopeShape,
  status: z.enum([...statuses, 'entered-in-error']),
  cancelationReason: z.strictObject({ text: z.string().min(1).max(400) }).optional(),
  serviceType: z.array(conceptShape).optional(),
  reasonCode: z.array(conceptShape).optional(),
  start: instantShape,
  end: instantShape.optional(),
  minutesDuration: z.int().min(1).max(10_080).optional(),
  comment: z.string().min(1).max(8_000).optional(),
  participant: z
    .array(z.strictObject({ actor: referenceShape, status: z.literal('accepted') }))
    .min(1)
    .max(16),
})
type Said = z.infer<typeof shape>

type OfAppointment = Accepting<'appointments'>

/** What a stated Appointment (hl7.org/fhir/R4/appointment.html) makes of the record; pure. */
export function appointmentFrom(body: unknown, accepting: OfAppointment): Stated<'appointments'> {
  const said = readShape('Appointment', shape, body)
  const { view, shown } = accepting
  const siteId = siteIdFrom(said, accepting)
  const conceptAt = (element: 'serviceType' | 'reasonCode') => (all: Said['serviceType'] & object) => {
    const one = onlyOne(all, `Appointment.${element}`)
    return one === undefined ? null : conceptFrom(one, `Appointment.${element}[0]`)
  }
  return {
    siteId,
    identifiers: restatedList(identifierRule('Appointment'), view.identifiers, said.identifier),
    status: statusFrom(said, accepting),
    cancelReason: cancelReasonFrom(said, view.cancelReason),
    service: restated(view.service, shown['serviceType'], said.serviceType, conceptAt('serviceType')),
    reason: restated(view.reason, shown['reasonCode'], said.reasonCode, conceptAt('reasonCode')),
    start: startFrom(said, siteId, accepting),
    durationMinutes: minutesFrom(said, view.durationMinutes),
    note: restated(view.note, shown['comment'], said.comment, (comment) => comment),
    ...takingPart(said.participant, accepting),
  }
}

/** A visit that is under way is shown as `checked-in`, which otherwise says that the patient is there. */
function statusFrom({ status }: Said, { view, shown }: OfAppointment): Stated<'appointments'>['status'] {
  if (status === shown['status']) return view.status
  return status === 'checked-in' ? 'arrived' : status
}

/** Kept, and shown, of what is off; a booking that is taken up again keeps the reason of its end to itself. */
function cancelReasonFrom(
  { status, cancelationReason }: Said,
  held: string | null | undefined,
): string | null | undefined {
  const isOff = status === 'cancelled' || status === 'noshow'
  if (!isOff && cancelationReason !== undefined) throw notKept('Appointment.cancelationReason')
  if (!isOff) return held
  return cancelationReason?.text ?? (held === undefined ? undefined : null)
}

function siteIdFrom({ meta }: Said, { view, ownSites, isNew, zoneOf }: OfAppointment): Id | undefined {
  const named = sitesIn('Appointment', meta?.tag, zoneOf)
  const site = onlyOne(isNew ? sitesOfNew('Appointment', named, ownSites) : named, 'Appointment.meta.tag')
  return site ?? view.siteId
}

/** The same instant is the same time on the wall; another one is read off the wall of the site. */
function startFrom(
  { start }: Said,
  siteId: Id | undefined,
  { view, zoneOf }: OfAppointment,
): ZonedTime | undefined {
  const at = Date.parse(start)
  const isSameSite = siteId === view.siteId
  if (view.start !== undefined && isSameSite && epochOf(view.start) === at) return view.start
  const zone = siteId === undefined ? null : zoneOf(siteId)
  if (zone === null) throw notValid('Appointment.meta.tag', 'there is no such site')
  return zonedAt(at, zone)
}

function minutesFrom({ start, end, minutesDuration }: Said, held: number | undefined): number | undefined {
  if (end === undefined) return minutesDuration ?? held
  const minutes = (Date.parse(end) - Date.parse(start)) / 60_000
  if (!Number.isInteger(minutes) || minutes < 1) throw notValid('Appointment.end')
  if (minutesDuration !== undefined && minutesDuration !== minutes)
    throw notValid('Appointment.minutesDuration', 'start and end say something else')
  return minutes
}
