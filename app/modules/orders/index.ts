import { z } from 'zod'
import { defineModule, field } from '../../kernel/index.ts'
import {
  codeableConceptSchema,
  conceptText,
  conceptWords,
  line,
  momentSchema,
  periodSchema,
  professionalSchema,
  prose,
} from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known } from '../shared/links.ts'
import { conceptsSchema, notesField, patientLinks, siteRecordFields } from '../shared/patient-record.ts'
import { siteScope } from '../shared/scopes.ts'

export const orderStatuses = [
  'draft',
  'active',
  'on-hold',
  'completed',
  'revoked',
  'entered-in-error',
  'unknown',
] as const

/** How soon, for orders and referrals (FHIR request-priority; HL7 tables 0485 and 0280). */
export const requestPriorities = ['routine', 'urgent', 'asap', 'stat'] as const

/** What a practitioner asked to be done for a patient (HL7 v2 ORC, OBR, TQ1; FHIR ServiceRequest). */
export const orders = defineModule({
  name: 'orders',
  kind: 'order',
  label: { one: 'Order', many: 'Orders' },
  version: 1,
  collection: 'clinical',
  fields: {
    /** PLAC, FILL and PGN (HL7 table 0203): ORC-2, ORC-3 and the number of the group, ORC-4. */
    ...siteRecordFields,
    status: field(z.enum(orderStatuses), {
      label: 'Status',
      phi: 'clinical',
      initial: 'active',
      merge: {
        rule: 'status',
        graph: {
          draft: ['active', 'revoked', 'entered-in-error'],
          active: ['on-hold', 'completed', 'revoked', 'entered-in-error'],
          'on-hold': ['active', 'completed', 'revoked', 'entered-in-error'],
          completed: ['active', 'entered-in-error'],
          revoked: ['active', 'entered-in-error'],
          'entered-in-error': [],
          unknown: ['active', 'on-hold', 'completed', 'revoked', 'entered-in-error'],
        },
      },
    }),
    statusReason: field(codeableConceptSchema.nullable(), { label: 'Status because', phi: 'clinical' }),
    intent: field(
      z.enum(['proposal', 'plan', 'directive', 'order', 'original-order', 'reflex-order', 'filler-order']),
      { label: 'Intent', phi: 'clinical', initial: 'order' },
    ),
    priority: field(z.enum(requestPriorities), {
      label: 'Priority',
      phi: 'clinical',
      initial: 'routine',
    }),
    /** The service that does it: laboratory, radiology (OBR-24, HL7 table 0074). */
    category: field(codeableConceptSchema.nullable(), { label: 'Category', phi: 'clinical' }),
    code: field(codeableConceptSchema, {
      label: 'Ordered',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    orderDetail: field(conceptsSchema, { label: 'Details', phi: 'clinical', merge: { rule: 'set' } }),
    occurrencePeriod: field(periodSchema, {
      label: 'To be done',
      phi: 'identifying',
      merge: { rule: 'members' },
      initial: {},
    }),
    authoredOn: field(momentSchema.nullable(), { label: 'Ordered on', phi: 'identifying' }),
    requester: field(professionalSchema.nullable(), { label: 'Ordered by', phi: 'clinical' }),
    orderingFacility: field(line(250).nullable(), { label: 'Ordering facility', phi: 'clinical' }),
    enteredBy: field(professionalSchema.nullable(), { label: 'Entered by', phi: 'clinical' }),
    performer: field(professionalSchema.nullable(), { label: 'To be done by', phi: 'clinical' }),
    reasonCodes: field(conceptsSchema, {
      label: 'Reasons',
      phi: 'clinical',
      merge: { rule: 'set' },
      search: { as: 'text', of: (reasons) => reasons.flatMap(conceptWords) },
    }),
    specimen: field(codeableConceptSchema.nullable(), { label: 'Specimen', phi: 'clinical' }),
    bodySite: field(codeableConceptSchema.nullable(), { label: 'Body site', phi: 'clinical' }),
    patientInstruction: field(prose(8000).nullable(), { label: 'What the patient is told', phi: 'clinical' }),
    notes: notesField,
  },
  indexes: ['patientId', 'encounterId'],
  access: patientRecordAccess,
  scope: (view) => siteScope(view.siteId),
  refers: patientLinks,
  title: (view) => (view.code ? conceptText(view.code) : 'Order'),
  timeline: (view) => ({
    about: known(view.patientId, view.encounterId, view.requester?.contactId),
    at: view.authoredOn ?? view.created.at,
    title: `Order: ${view.code ? conceptText(view.code) : ''}`,
    detail: labelOf(view.status),
  }),
})
