import { z } from 'zod'
import { field, idSchema } from '../../kernel/index.ts'
import {
  addressSchema,
  addressWords,
  administrativeGenderSchema,
  blobReferenceSchema,
  clinicalSexSchema,
  codeableConceptSchema,
  codingSchema,
  deceasedSchema,
  humanNameSchema,
  identifierSchema,
  identifierWords,
  interpreterSchema,
  line,
  nameWords,
  partialDateSchema,
  professionalSchema,
  prose,
  spokenLanguageSchema,
  telecomSchema,
  telecomWords,
} from '../../values/index.ts'

export const patientFields = {
  identifiers: field(z.array(identifierSchema).max(64), {
    label: 'Identifiers',
    phi: 'identifying',
    merge: { rule: 'list', by: 'key' },
    search: { as: 'identifier', of: identifierWords },
  }),
  names: field(z.array(humanNameSchema).min(1).max(16), {
    label: 'Names',
    phi: 'identifying',
    merge: { rule: 'list', by: 'key' },
    search: { as: 'text', of: nameWords },
  }),
  birthDate: field(partialDateSchema.nullable(), {
    label: 'Birth date',
    phi: 'identifying',
    search: { as: 'date', of: (date) => (date === null ? [] : [date]) },
  }),
  /** 1 for the first of twins, and so on; null for a single birth or not known. */
  birthOrder: field(z.int().min(1).max(12).nullable(), { label: 'Birth order', phi: 'identifying' }),
  administrativeGender: field(administrativeGenderSchema.nullable(), {
    label: 'Administrative gender',
    phi: 'identifying',
  }),
  sexForClinicalUse: field(clinicalSexSchema.nullable(), {
    label: 'Sex for clinical use',
    phi: 'clinical',
    merge: { rule: 'review' },
  }),
  genderIdentity: field(codeableConceptSchema.nullable(), { label: 'Gender identity', phi: 'protected' }),
  pronouns: field(line(60).nullable(), { label: 'Pronouns', phi: 'identifying' }),
  addresses: field(z.array(addressSchema).max(16), {
    label: 'Addresses',
    phi: 'identifying',
    merge: { rule: 'list', by: 'key' },
    search: { as: 'text', of: addressWords },
  }),
  telecoms: field(z.array(telecomSchema).max(16), {
    label: 'Phone and mail',
    phi: 'identifying',
    merge: { rule: 'list', by: 'key' },
    search: { as: 'phone', of: telecomWords },
  }),
  languages: field(z.array(spokenLanguageSchema).max(8), {
    label: 'Languages',
    phi: 'identifying',
    merge: { rule: 'list', by: 'language' },
  }),
  interpreter: field(interpreterSchema.nullable(), {
    label: 'Interpreter',
    phi: 'clinical',
    merge: { rule: 'members' },
  }),
  maritalStatus: field(codeableConceptSchema.nullable(), { label: 'Marital status', phi: 'identifying' }),
  races: field(z.array(codingSchema).max(8), {
    label: 'Race',
    phi: 'identifying',
    merge: { rule: 'list', by: 'code' },
  }),
  ethnicities: field(z.array(codingSchema).max(8), {
    label: 'Ethnicity',
    phi: 'identifying',
    merge: { rule: 'list', by: 'code' },
  }),
  deceased: field(deceasedSchema.nullable(), {
    label: 'Deceased',
    phi: 'clinical',
    merge: { rule: 'review' },
  }),
  generalPractitioner: field(professionalSchema.nullable(), {
    label: 'General practitioner',
    phi: 'clinical',
  }),
  /** Where the person is cared for: coordinators of these sites see the record. */
  siteIds: field(z.array(idSchema).min(1).max(32), { label: 'Sites', phi: 'none', merge: { rule: 'set' } }),
  /** Who cares for the person together, at whichever site: a grant over the team sees the record and what hangs on it. */
  careTeamIds: field(z.array(idSchema).max(16), {
    label: 'Care teams',
    phi: 'clinical',
    merge: { rule: 'set' },
  }),
  /** The record that lives on after two were found to be one person. */
  mergedIntoId: field(idSchema.nullable(), {
    label: 'Merged into',
    phi: 'identifying',
    merge: { rule: 'review' },
  }),
  photo: field(blobReferenceSchema.nullable(), { label: 'Photo', phi: 'identifying' }),
  /** What the front desk should know. */
  note: field(prose(4000).nullable(), { label: 'Note', phi: 'clinical' }),
}
