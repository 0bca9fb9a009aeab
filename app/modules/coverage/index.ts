import { z } from 'zod'
import { defineModule, field, idSchema } from '../../kernel/index.ts'
import {
  addressSchema,
  codeableConceptSchema,
  conceptText,
  identifierSchema,
  line,
  momentSchema,
  moneySchema,
  partialDateSchema,
  periodSchema,
  prose,
  telecomSchema,
} from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { linksTo } from '../shared/links.ts'
import { patientLinks, personRecordFields } from '../shared/patient-record.ts'
import { scopesOf, siteScope } from '../shared/scopes.ts'

export const coverageStatuses = ['active', 'draft', 'cancelled', 'entered-in-error'] as const

/** Who the insured person is to the patient, seen from the patient (IN1-17; FHIR subscriber-relationship). */
export const subscriberRelationships = [
  'self',
  'spouse',
  'parent',
  'child',
  'common',
  'injured',
  'other',
] as const

/** Who pays for a patient's care, under which number (HL7 v2 IN1, IN2; FHIR Coverage). */
export const coverage = defineModule({
  name: 'coverage',
  kind: 'coverage',
  label: { one: 'Coverage', many: 'Coverages' },
  version: 1,
  collection: 'clinical',
  fields: {
    ...personRecordFields,
    status: field(z.enum(coverageStatuses), {
      label: 'Status',
      phi: 'clinical',
      initial: 'active',
      merge: {
        rule: 'status',
        graph: {
          draft: ['active', 'cancelled', 'entered-in-error'],
          active: ['cancelled', 'entered-in-error'],
          cancelled: ['active', 'entered-in-error'],
          'entered-in-error': [],
        },
      },
    }),
    /** 1 pays first (IN1-22, else IN1-1). */
    order: field(z.int().min(1).max(99).nullable(), { label: 'Pays as number', phi: 'clinical' }),
    payor: field(line(250), {
      label: 'Insurer',
      phi: 'clinical',
      search: { as: 'text', of: (payor) => [payor] },
    }),
    /** IN1-3, such as a payer id or a NAIC number. */
    payorIdentifiers: field(z.array(identifierSchema).max(8), {
      label: 'Numbers of the insurer',
      phi: 'clinical',
      merge: { rule: 'list', by: 'key' },
    }),
    payorTelecoms: field(z.array(telecomSchema).max(8), {
      label: 'Phone of the insurer',
      phi: 'clinical',
      merge: { rule: 'list', by: 'key' },
    }),
    payorAddresses: field(z.array(addressSchema).max(4), {
      label: 'Address of the insurer',
      phi: 'clinical',
      merge: { rule: 'list', by: 'key' },
    }),
    type: field(codeableConceptSchema.nullable(), { label: 'Type', phi: 'clinical' }),
    plan: field(codeableConceptSchema.nullable(), { label: 'Plan', phi: 'clinical' }),
    groupNumber: field(line(80).nullable(), { label: 'Group number', phi: 'identifying' }),
    groupName: field(line(250).nullable(), { label: 'Group', phi: 'identifying' }),
    /** The number on the card (IN1-36, IN1-49). */
    subscriberId: field(line(80).nullable(), {
      label: 'Member number',
      phi: 'identifying',
      search: { as: 'identifier', of: (number) => (number === null ? [] : [number]) },
    }),
    dependent: field(line(20).nullable(), { label: 'Dependent number', phi: 'identifying' }),
    relationship: field(z.enum(subscriberRelationships), {
      label: 'Insured person is',
      phi: 'identifying',
      initial: 'self',
    }),
    /** The insured person, where it is another: a related person of the patient, or a name (IN1-16). */
    subscriberPersonId: field(idSchema.nullable(), { label: 'Insured person', phi: 'identifying' }),
    subscriberName: field(line(255).nullable(), { label: 'Name of the insured', phi: 'identifying' }),
    subscriberBirthDate: field(partialDateSchema.nullable(), {
      label: 'Birth date of the insured',
      phi: 'identifying',
    }),
    period: field(periodSchema, {
      label: 'Holds',
      phi: 'identifying',
      merge: { rule: 'members' },
      initial: {},
    }),
    network: field(line(120).nullable(), { label: 'Network', phi: 'clinical' }),
    copay: field(moneySchema.nullable(), { label: 'Co-payment', phi: 'clinical' }),
    /** IN1-14. */
    authorization: field(line(250).nullable(), { label: 'Authorisation', phi: 'clinical' }),
    /** When somebody last asked the insurer whether it holds (IN1-29). */
    verifiedAt: field(momentSchema.nullable(), { label: 'Checked', phi: 'identifying' }),
    note: field(prose(4000).nullable(), { label: 'Note', phi: 'clinical' }),
  },
  indexes: ['patientId'],
  access: patientRecordAccess,
  scope: (view) => scopesOf((view.siteIds ?? []).flatMap(siteScope)),
  refers: (view) => [...patientLinks(view), ...linksTo('clinical', view.subscriberPersonId)],
  title: (view) =>
    [view.payor ?? 'Coverage', view.plan ? conceptText(view.plan) : ''].filter(Boolean).join(', '),
})
