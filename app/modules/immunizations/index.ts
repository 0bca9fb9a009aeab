import { z } from 'zod'
import { defineModule, field } from '../../kernel/index.ts'
import {
  codeableConceptSchema,
  conceptText,
  conceptWords,
  line,
  momentSchema,
  partialDateSchema,
  placeSchema,
  professionalSchema,
  quantitySchema,
} from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known } from '../shared/links.ts'
import { conceptsSchema, notesField, patientLinks, siteRecordFields } from '../shared/patient-record.ts'
import { siteScope } from '../shared/scopes.ts'

export const immunizationStatuses = ['completed', 'not-done', 'entered-in-error'] as const

/** What the patient was given to read (OBX of a VXU message, CDC vaccine information statements). */
export const educationSchema = z.strictObject({
  documentType: line(200),
  publicationDate: partialDateSchema.optional(),
  presentationDate: partialDateSchema.optional(),
})
export type Education = z.infer<typeof educationSchema>

/** A vaccine that was given, here or elsewhere, or refused (HL7 v2 RXA, RXR; FHIR Immunization). */
export const immunizations = defineModule({
  name: 'immunizations',
  kind: 'immunization',
  label: { one: 'Immunization', many: 'Immunizations' },
  version: 1,
  collection: 'clinical',
  fields: {
    ...siteRecordFields,
    status: field(z.enum(immunizationStatuses), {
      label: 'Status',
      phi: 'clinical',
      initial: 'completed',
      merge: {
        rule: 'status',
        graph: {
          completed: ['not-done', 'entered-in-error'],
          'not-done': ['completed', 'entered-in-error'],
          'entered-in-error': [],
        },
      },
    }),
    /** Why it was not given: the refusal (RXA-18). */
    statusReason: field(codeableConceptSchema.nullable(), { label: 'Not given because', phi: 'clinical' }),
    vaccineCode: field(codeableConceptSchema, {
      label: 'Vaccine',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    occurrence: field(momentSchema.nullable(), { label: 'Given', phi: 'identifying' }),
    /** When it was written down (RXA-22). */
    recorded: field(momentSchema.nullable(), { label: 'Recorded', phi: 'identifying' }),
    /** False for what the patient or another record told (RXA-9 other than 00). */
    primarySource: field(z.boolean(), { label: 'Given by the source', phi: 'clinical', initial: true }),
    reportOrigin: field(codeableConceptSchema.nullable(), { label: 'Told by', phi: 'clinical' }),
    manufacturer: field(codeableConceptSchema.nullable(), { label: 'Manufacturer', phi: 'clinical' }),
    lotNumber: field(line(40).nullable(), {
      label: 'Lot',
      phi: 'clinical',
      search: { as: 'identifier', of: (lot) => (lot === null ? [] : [lot]) },
    }),
    expirationDate: field(partialDateSchema.nullable(), { label: 'Expires', phi: 'clinical' }),
    doseQuantity: field(quantitySchema.nullable(), { label: 'Dose', phi: 'clinical' }),
    /** FHIR `site`; a site is a place of care in this house. */
    bodySite: field(codeableConceptSchema.nullable(), { label: 'Body site', phi: 'clinical' }),
    route: field(codeableConceptSchema.nullable(), { label: 'Route', phi: 'clinical' }),
    performer: field(professionalSchema.nullable(), { label: 'Given by', phi: 'clinical' }),
    orderedBy: field(professionalSchema.nullable(), { label: 'Ordered by', phi: 'clinical' }),
    location: field(placeSchema.nullable(), { label: 'Location', phi: 'clinical' }),
    reasonCodes: field(conceptsSchema, { label: 'Reasons', phi: 'clinical', merge: { rule: 'set' } }),
    /** Text, since schedules count `2`, `booster` and `1 of 2`. */
    doseNumber: field(line(20).nullable(), { label: 'Dose number', phi: 'clinical' }),
    seriesDoses: field(line(20).nullable(), { label: 'Doses in the series', phi: 'clinical' }),
    series: field(line(120).nullable(), { label: 'Series', phi: 'clinical' }),
    targetDiseases: field(conceptsSchema, { label: 'Against', phi: 'clinical', merge: { rule: 'set' } }),
    isSubpotent: field(z.boolean(), { label: 'Does not count', phi: 'clinical', initial: false }),
    subpotentReason: field(conceptsSchema, {
      label: 'Does not count because',
      phi: 'clinical',
      merge: { rule: 'set' },
    }),
    programEligibility: field(conceptsSchema, {
      label: 'Programme',
      phi: 'clinical',
      merge: { rule: 'set' },
    }),
    fundingSource: field(codeableConceptSchema.nullable(), { label: 'Paid by', phi: 'clinical' }),
    education: field(z.array(educationSchema).max(16), {
      label: 'Given to read',
      phi: 'clinical',
      merge: { rule: 'set' },
    }),
    reactions: field(conceptsSchema, { label: 'Reactions', phi: 'clinical', merge: { rule: 'set' } }),
    notes: notesField,
  },
  indexes: ['patientId', 'encounterId'],
  access: patientRecordAccess,
  scope: (view) => siteScope(view.siteId),
  refers: patientLinks,
  title: (view) => (view.vaccineCode ? conceptText(view.vaccineCode) : 'Immunization'),
  timeline: (view) => ({
    about: known(view.patientId, view.encounterId, view.performer?.contactId),
    at: view.occurrence ?? view.created.at,
    title: `Vaccine: ${view.vaccineCode ? conceptText(view.vaccineCode) : ''}`,
    detail: labelOf(view.status),
  }),
  invariants: [
    {
      field: 'statusReason',
      says: 'Only what was not given has a reason for it.',
      holds: (view) => !view.statusReason || view.status !== 'completed',
    },
  ],
})
