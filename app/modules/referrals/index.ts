import { z } from 'zod'
import { defineModule, field, idSchema } from '../../kernel/index.ts'
import {
  codeableConceptSchema,
  conceptText,
  conceptWords,
  dateSchema,
  line,
  momentSchema,
  partialDateSchema,
  professionalSchema,
} from '../../values/index.ts'
import { requestPriorities } from '../orders/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { conceptsSchema, notesField, patientLinks, siteRecordFields } from '../shared/patient-record.ts'
import { siteScope } from '../shared/scopes.ts'

/** In the order of the work, then the ways in which it ends before its time. */
export const referralStatuses = [
  'sent',
  'accepted',
  'scheduled',
  'seen',
  'closed',
  'declined',
  'cancelled',
  'entered-in-error',
] as const
export type ReferralStatus = (typeof referralStatuses)[number]

/** A patient whom one professional sends to another (HL7 v2 RF1, PRD; FHIR ServiceRequest with its Task). */
export const referrals = defineModule({
  name: 'referrals',
  kind: 'referral',
  label: { one: 'Referral', many: 'Referrals' },
  version: 1,
  collection: 'clinical',
  fields: {
    /** PLAC and FILL are the numbers of the side that sends (RF1-6) and of the side that receives (RF1-11). */
    ...siteRecordFields,
    /** Seen from the site: a patient who comes to us, or one whom we send elsewhere. */
    direction: field(z.enum(['in', 'out']), { label: 'Direction', phi: 'clinical', initial: 'in' }),
    status: field(z.enum(referralStatuses), {
      label: 'Status',
      phi: 'clinical',
      initial: 'sent',
      merge: {
        rule: 'status',
        graph: {
          sent: ['accepted', 'scheduled', 'declined', 'cancelled', 'entered-in-error'],
          accepted: ['scheduled', 'seen', 'closed', 'declined', 'cancelled', 'entered-in-error'],
          // An appointment that falls through takes the referral back to the desk.
          scheduled: ['accepted', 'seen', 'closed', 'declined', 'cancelled', 'entered-in-error'],
          // Closed when the letter went back to who sent the patient.
          seen: ['scheduled', 'closed', 'entered-in-error'],
          closed: ['seen', 'entered-in-error'],
          declined: ['sent', 'accepted', 'entered-in-error'],
          cancelled: ['sent', 'entered-in-error'],
          'entered-in-error': [],
        },
      },
    }),
    statusReason: field(line(200).nullable(), { label: 'Status because', phi: 'clinical' }),
    priority: field(z.enum(requestPriorities), {
      label: 'Urgency',
      phi: 'clinical',
      initial: 'routine',
    }),
    /** RF1-3: laboratory, medical, skilled nursing … */
    category: field(codeableConceptSchema.nullable(), { label: 'Category', phi: 'clinical' }),
    /** What is asked for: a specialty, a procedure, a second opinion. */
    code: field(codeableConceptSchema.nullable(), {
      label: 'Asked for',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    reason: field(codeableConceptSchema.nullable(), {
      label: 'Reason',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    diagnoses: field(conceptsSchema, { label: 'Diagnoses', phi: 'clinical', merge: { rule: 'set' } }),
    requester: field(professionalSchema.nullable(), { label: 'From', phi: 'clinical' }),
    requesterAccountId: field(idSchema.nullable(), { label: 'From account', phi: 'clinical' }),
    performer: field(professionalSchema.nullable(), { label: 'To', phi: 'clinical' }),
    performerAccountId: field(idSchema.nullable(), { label: 'To account', phi: 'clinical' }),
    authoredOn: field(momentSchema.nullable(), { label: 'Sent on', phi: 'identifying' }),
    expiresOn: field(partialDateSchema.nullable(), { label: 'Valid until', phi: 'clinical' }),
    authorizationNumber: field(line(80).nullable(), {
      label: 'Authorisation',
      phi: 'identifying',
      search: { as: 'identifier', of: (number) => (number === null ? [] : [number]) },
    }),
    visitsAuthorized: field(z.int().min(0).max(999).nullable(), {
      label: 'Visits authorised',
      phi: 'clinical',
    }),
    /** Who at the desk follows it, and until when something must have happened. */
    ownerId: field(idSchema.nullable(), { label: 'Looked after by', phi: 'none' }),
    dueOn: field(dateSchema.nullable(), { label: 'Due', phi: 'clinical' }),
    orderId: field(idSchema.nullable(), { label: 'Order', phi: 'identifying' }),
    appointmentId: field(idSchema.nullable(), { label: 'Appointment', phi: 'identifying' }),
    notes: notesField,
  },
  indexes: ['patientId', 'status', 'appointmentId', 'requesterAccountId', 'performerAccountId'],
  access: patientRecordAccess,
  scope: (view) => siteScope(view.siteId),
  refers: (view) => [
    ...patientLinks(view),
    ...linksTo('clinical', view.orderId),
    ...linksTo('appointments', view.appointmentId),
    ...linksTo('accounts', view.requesterAccountId, view.performerAccountId),
  ],
  title: (view) => {
    const what = [view.code, view.reason].flatMap((concept) => (concept ? [conceptText(concept)] : []))
    return what.length === 0 ? 'Referral' : what.join(': ')
  },
  timeline: (view) => ({
    about: known(
      view.patientId,
      view.appointmentId,
      view.requester?.contactId,
      view.performer?.contactId,
      view.requesterAccountId,
      view.performerAccountId,
    ),
    at: view.authoredOn ?? view.created.at,
    title: `Referral${view.code ? `: ${conceptText(view.code)}` : ''}`,
    detail: labelOf(view.status),
  }),
})
