import { z } from 'zod'
import { defineModule, field } from '../../kernel/index.ts'
import {
  codeableConceptSchema,
  conceptText,
  conceptWords,
  itemKeySchema,
  line,
  momentSchema,
  professionalSchema,
} from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known } from '../shared/links.ts'
import { conceptsSchema, notesField, patientLinks, personRecordFields } from '../shared/patient-record.ts'
import { scopesOf, siteScope } from '../shared/scopes.ts'

export const allergyClinicalStatuses = ['active', 'inactive', 'resolved'] as const
export const allergyVerificationStatuses = [
  'unconfirmed',
  'confirmed',
  'refuted',
  'entered-in-error',
] as const
export const allergyCategories = ['medication', 'food', 'environment', 'biologic'] as const
export const allergyCriticalities = ['low', 'high', 'unable-to-assess'] as const

/** One time that it showed itself (AL1-5; FHIR `reaction`). */
export const reactionSchema = z.strictObject({
  key: itemKeySchema,
  manifestations: conceptsSchema,
  severity: z.enum(['mild', 'moderate', 'severe']).optional(),
  onset: momentSchema.optional(),
  description: line(400).optional(),
})
export type Reaction = z.infer<typeof reactionSchema>

/**
 * What a patient does not tolerate (HL7 v2 AL1, IAM; FHIR AllergyIntolerance). What it is, whether it holds and how
 * dangerous it is never changes silently where two sides differ: a person decides.
 */
export const allergies = defineModule({
  name: 'allergies',
  kind: 'allergy',
  label: { one: 'Allergy', many: 'Allergies' },
  version: 1,
  collection: 'clinical',
  fields: {
    ...personRecordFields,
    code: field(codeableConceptSchema, {
      label: 'Allergic to',
      phi: 'clinical',
      merge: { rule: 'review' },
      search: { as: 'text', of: conceptWords },
    }),
    /** Null only of what was refuted or entered in error. */
    clinicalStatus: field(z.enum(allergyClinicalStatuses).nullable(), {
      label: 'Status',
      phi: 'clinical',
      initial: 'active',
      merge: { rule: 'review' },
    }),
    verificationStatus: field(z.enum(allergyVerificationStatuses), {
      label: 'Certainty',
      phi: 'clinical',
      initial: 'unconfirmed',
      merge: { rule: 'review' },
    }),
    type: field(z.enum(['allergy', 'intolerance']).nullable(), { label: 'Type', phi: 'clinical' }),
    categories: field(z.array(z.enum(allergyCategories)).max(4), {
      label: 'Categories',
      phi: 'clinical',
      merge: { rule: 'set' },
    }),
    /** How bad the next time could be (AL1-4 SV: high). */
    criticality: field(z.enum(allergyCriticalities).nullable(), {
      label: 'Criticality',
      phi: 'clinical',
      merge: { rule: 'review' },
    }),
    reactions: field(z.array(reactionSchema).max(32), {
      label: 'Reactions',
      phi: 'clinical',
      merge: { rule: 'list', by: 'key' },
    }),
    onset: field(momentSchema.nullable(), { label: 'Since', phi: 'identifying' }),
    lastOccurrence: field(momentSchema.nullable(), { label: 'Last reaction', phi: 'identifying' }),
    recordedDate: field(momentSchema.nullable(), { label: 'Recorded', phi: 'identifying' }),
    recorder: field(professionalSchema.nullable(), { label: 'Recorded by', phi: 'clinical' }),
    /** Who said so: the patient, a parent, another record. */
    asserter: field(line(200).nullable(), { label: 'Told by', phi: 'identifying' }),
    notes: notesField,
  },
  indexes: ['patientId'],
  access: patientRecordAccess,
  scope: (view) => scopesOf((view.siteIds ?? []).flatMap(siteScope)),
  refers: patientLinks,
  title: (view) => (view.code ? conceptText(view.code) : 'Allergy'),
  timeline: (view) => ({
    about: known(view.patientId),
    at: view.onset ?? view.recordedDate ?? view.created.at,
    title: view.code ? conceptText(view.code) : 'Allergy',
    detail: [labelOf(view.clinicalStatus), labelOf(view.verificationStatus)].filter(Boolean).join(', '),
  }),
  invariants: [
    {
      field: 'clinicalStatus',
      says: 'An allergy that was not entered in error needs a status.',
      holds: (view) =>
        view.clinicalStatus !== null ||
        view.verificationStatus === 'entered-in-error' ||
        view.verificationStatus === 'refuted',
    },
  ],
})
