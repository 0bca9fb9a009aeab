import type { ViewOfModule } from '#app/modules/index.ts'
import {
  conceptElement,
  identifierElement,
  momentElement,
  notesElement,
  periodElement,
  professionalElement,
} from './data-types.ts'
import { resource } from './resource.ts'
import type { Refer, Resource } from './resource.ts'

type ReferralStatus = NonNullable<ViewOfModule<'referrals'>['status']>

/** A ServiceRequest knows whether it holds; how far the work is, a Task would tell. */
const referralStates: Readonly<Record<ReferralStatus, string>> = {
  sent: 'active',
  accepted: 'active',
  scheduled: 'active',
  seen: 'active',
  closed: 'completed',
  declined: 'revoked',
  cancelled: 'revoked',
  'entered-in-error': 'entered-in-error',
}

const subjectOf = (patientId: string | undefined, refer: Refer) =>
  patientId === undefined ? undefined : { reference: refer('Patient', patientId) }

const visitOf = (encounterId: string | null | undefined, refer: Refer) =>
  encounterId ? { reference: refer('Encounter', encounterId) } : undefined

/** ServiceRequest (hl7.org/fhir/R4/servicerequest.html) of an order. */
export function orderResource(view: ViewOfModule<'orders'>, refer: Refer): Resource {
  return resource('ServiceRequest', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status: view.status ?? 'unknown',
    intent: view.intent ?? 'order',
    category: [conceptElement(view.category)],
    priority: view.priority,
    code: conceptElement(view.code),
    orderDetail: view.orderDetail?.map(conceptElement),
    subject: subjectOf(view.patientId, refer),
    encounter: visitOf(view.encounterId, refer),
    occurrencePeriod: periodElement(view.occurrencePeriod),
    authoredOn: momentElement(view.authoredOn),
    requester: professionalElement(view.requester, refer),
    performer: [professionalElement(view.performer, refer)],
    reasonCode: view.reasonCodes?.map(conceptElement),
    bodySite: [conceptElement(view.bodySite)],
    note: notesElement(view.notes),
    patientInstruction: view.patientInstruction,
  })
}

/** ServiceRequest of a referral. */
export function referralResource(view: ViewOfModule<'referrals'>, refer: Refer): Resource {
  return resource('ServiceRequest', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status: view.status === undefined ? 'unknown' : referralStates[view.status],
    intent: 'order',
    category: [
      { coding: [{ system: 'http://snomed.info/sct', code: '3457005', display: 'Patient referral' }] },
    ],
    priority: view.priority,
    code: conceptElement(view.code),
    subject: subjectOf(view.patientId, refer),
    encounter: visitOf(view.encounterId, refer),
    authoredOn: momentElement(view.authoredOn),
    requester: professionalElement(view.requester, refer),
    performer: [professionalElement(view.performer, refer)],
    reasonCode: [conceptElement(view.reason), ...(view.diagnoses ?? []).map(conceptElement)],
    note: notesElement(view.notes),
  })
}
