import { z } from 'zod'
import { defineModule, field, readOnly } from '../../kernel/index.ts'
import {
  addressSchema,
  administrativeGenderSchema,
  conceptText,
  humanNameSchema,
  line,
  nameText,
  nameWords,
  officialName,
  partialDateSchema,
  periodSchema,
  prose,
  spokenLanguageSchema,
  telecomSchema,
  telecomWords,
} from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { conceptsSchema, patientLinks, personRecordFields } from '../shared/patient-record.ts'
import { scopesOf, siteScope } from '../shared/scopes.ts'

/** What somebody is to the desk (NK1-7, HL7 table 0131, and GT1). */
export const relatedPersonRoles = [
  'emergency-contact',
  'next-of-kin',
  'guarantor',
  'caregiver',
  'guardian',
  'proxy',
  'employer',
  'insured',
  'other',
] as const

/**
 * Somebody who belongs to a patient: family, a guardian, who pays (HL7 v2 NK1, GT1; FHIR RelatedPerson). A person who
 * stands to two patients is two records: what one side learns of them is not the other's to see.
 */
export const relatedPersons = defineModule({
  name: 'related-persons',
  kind: 'related-person',
  label: { one: 'Related person', many: 'Related persons' },
  version: 1,
  collection: 'clinical',
  fields: {
    ...personRecordFields,
    active: field(z.boolean(), { label: 'Active', phi: 'identifying', initial: true }),
    names: field(z.array(humanNameSchema).max(8), {
      label: 'Names',
      phi: 'identifying',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'text', of: nameWords },
    }),
    /** An employer or an institution in the place of a person (NK1-13, GT1-21). */
    organization: field(line(250).nullable(), {
      label: 'Organisation',
      phi: 'identifying',
      search: { as: 'text', of: (name) => (name === null ? [] : [name]) },
    }),
    relationship: field(conceptsSchema, {
      label: 'Relationship',
      phi: 'identifying',
      merge: { rule: 'set' },
    }),
    roles: field(z.array(z.enum(relatedPersonRoles)).max(9), {
      label: 'Roles',
      phi: 'identifying',
      merge: { rule: 'set' },
    }),
    /** 1 is called first. */
    rank: field(z.int().min(1).max(99).nullable(), { label: 'Called as number', phi: 'identifying' }),
    telecoms: field(z.array(telecomSchema).max(16), {
      label: 'Phone and mail',
      phi: 'identifying',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'phone', of: telecomWords },
    }),
    addresses: field(z.array(addressSchema).max(16), {
      label: 'Addresses',
      phi: 'identifying',
      merge: { rule: 'list', by: 'key' },
    }),
    administrativeGender: field(administrativeGenderSchema.nullable(), {
      label: 'Administrative gender',
      phi: 'identifying',
    }),
    birthDate: field(partialDateSchema.nullable(), { label: 'Birth date', phi: 'identifying' }),
    languages: field(z.array(spokenLanguageSchema).max(8), {
      label: 'Languages',
      phi: 'identifying',
      merge: { rule: 'list', by: 'language' },
    }),
    period: field(periodSchema, {
      label: 'Holds',
      phi: 'identifying',
      merge: { rule: 'members' },
      initial: {},
    }),
    note: field(prose(4000).nullable(), { label: 'Note', phi: 'identifying' }),
  },
  indexes: ['patientId'],
  access: { ...patientRecordAccess, 'privacy-officer': readOnly },
  scope: (view) => scopesOf((view.siteIds ?? []).flatMap(siteScope)),
  refers: patientLinks,
  title: (view) => {
    const official = officialName(view.names ?? [])
    const name = official === undefined ? view.organization : nameText(official)
    const [relationship] = view.relationship ?? []
    return [name ?? 'Related person', relationship && conceptText(relationship)].filter(Boolean).join(', ')
  },
  invariants: [
    {
      field: 'names',
      says: 'A name or an organisation is needed.',
      holds: (view) => view.names === undefined || view.names.length > 0 || view.organization !== null,
    },
  ],
})
