import { z } from 'zod'
import { defineModule, field, idSchema } from '../../kernel/index.ts'
import {
  codeableConceptSchema,
  conceptText,
  conceptWords,
  isBefore,
  momentSchema,
  professionalSchema,
} from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known } from '../shared/links.ts'
import { notesField, patientLinks, personRecordFields } from '../shared/patient-record.ts'
import { scopesOf, siteScope } from '../shared/scopes.ts'

export const conditionClinicalStatuses = [
  'active',
  'recurrence',
  'relapse',
  'inactive',
  'remission',
  'resolved',
] as const
export const conditionVerificationStatuses = [
  'unconfirmed',
  'provisional',
  'differential',
  'confirmed',
  'refuted',
  'entered-in-error',
] as const

/** A problem that a patient has or had, or the diagnosis of one visit (HL7 v2 PRB, DG1; FHIR Condition). */
export const conditions = defineModule({
  name: 'conditions',
  kind: 'condition',
  label: { one: 'Condition', many: 'Conditions' },
  version: 1,
  collection: 'clinical',
  fields: {
    ...personRecordFields,
    encounterId: field(idSchema.nullable(), { label: 'Encounter', phi: 'identifying' }),
    code: field(codeableConceptSchema, {
      label: 'Condition',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    /** Null only of what was refuted or entered in error. */
    clinicalStatus: field(z.enum(conditionClinicalStatuses).nullable(), {
      label: 'Status',
      phi: 'clinical',
      initial: 'active',
    }),
    verificationStatus: field(z.enum(conditionVerificationStatuses), {
      label: 'Certainty',
      phi: 'clinical',
      initial: 'confirmed',
      merge: { rule: 'review' },
    }),
    category: field(z.enum(['problem-list-item', 'encounter-diagnosis']), {
      label: 'Category',
      phi: 'clinical',
      initial: 'problem-list-item',
    }),
    /** What the diagnosis was for the visit (DG1-6, HL7 table 0052). */
    diagnosisUse: field(z.enum(['admitting', 'working', 'final', 'billing']).nullable(), {
      label: 'Diagnosis at',
      phi: 'clinical',
    }),
    /** 1 is the main diagnosis (DG1-15). */
    rank: field(z.int().min(1).max(99).nullable(), { label: 'Rank', phi: 'clinical' }),
    severity: field(codeableConceptSchema.nullable(), { label: 'Severity', phi: 'clinical' }),
    bodySite: field(codeableConceptSchema.nullable(), { label: 'Body site', phi: 'clinical' }),
    onset: field(momentSchema.nullable(), { label: 'Since', phi: 'identifying' }),
    abatement: field(momentSchema.nullable(), { label: 'Until', phi: 'identifying' }),
    recordedDate: field(momentSchema.nullable(), { label: 'Recorded', phi: 'identifying' }),
    recorder: field(professionalSchema.nullable(), { label: 'Recorded by', phi: 'clinical' }),
    /** Who made the diagnosis (DG1-16). */
    asserter: field(professionalSchema.nullable(), { label: 'Diagnosed by', phi: 'clinical' }),
    notes: notesField,
  },
  indexes: ['patientId', 'encounterId'],
  access: patientRecordAccess,
  scope: (view) => scopesOf((view.siteIds ?? []).flatMap(siteScope)),
  refers: patientLinks,
  title: (view) => (view.code ? conceptText(view.code) : 'Condition'),
  timeline: (view) => ({
    about: known(view.patientId, view.encounterId),
    at: view.onset ?? view.recordedDate ?? view.created.at,
    title: view.code ? conceptText(view.code) : 'Condition',
    detail: [labelOf(view.clinicalStatus), labelOf(view.verificationStatus)].filter(Boolean).join(', '),
  }),
  invariants: [
    {
      field: 'clinicalStatus',
      says: 'A condition that was not entered in error needs a status.',
      holds: (view) =>
        view.clinicalStatus !== null ||
        view.verificationStatus === 'entered-in-error' ||
        view.verificationStatus === 'refuted',
    },
    {
      field: 'abatement',
      says: 'It can not end before it began.',
      holds: (view) => !view.onset || !view.abatement || !isBefore(view.abatement, view.onset),
    },
  ],
})
