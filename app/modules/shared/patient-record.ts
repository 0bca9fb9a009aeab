import { z } from 'zod'
import { field, idSchema } from '../../kernel/index.ts'
import type { Id, Reference } from '../../kernel/index.ts'
import { codeableConceptSchema, identifierSchema, identifierWords, prose } from '../../values/index.ts'
import { linksTo } from './links.ts'

// What the records that hang on a patient have in common.

const ofPatient = {
  identifiers: field(z.array(identifierSchema).max(16), {
    label: 'Identifiers',
    phi: 'identifying',
    merge: { rule: 'list', by: 'key' },
    search: { as: 'identifier', of: identifierWords },
  }),
  patientId: field(idSchema, { label: 'Patient', phi: 'identifying' }),
}

/** Of what was done, asked for or written at a site: seen there. */
export const siteRecordFields = {
  ...ofPatient,
  encounterId: field(idSchema.nullable(), { label: 'Encounter', phi: 'identifying' }),
  siteId: field(idSchema, { label: 'Site', phi: 'none' }),
}

/** Of what holds of the person wherever they are cared for, such as an allergy: seen at every site named. */
export const personRecordFields = {
  ...ofPatient,
  siteIds: field(z.array(idSchema).min(1).max(32), { label: 'Sites', phi: 'none', merge: { rule: 'set' } }),
}

/** Several meanings; two sides that add one each keep both. */
export const conceptsSchema = z.array(codeableConceptSchema).max(16)

/** Remarks, a paragraph each, in the order in which they were made (HL7 v2 NTE, FHIR `note`). */
export const notesField = field(z.array(prose(16_000)).max(64), {
  label: 'Notes',
  phi: 'clinical',
  merge: { rule: 'append' },
})

type HangsOnPatient = { readonly patientId?: Id; readonly encounterId?: Id | null }

/** The patient and the encounter that must be there first. */
export function patientLinks({ patientId, encounterId }: HangsOnPatient): readonly Reference[] {
  return [...linksTo('patients', patientId), ...linksTo('clinical', encounterId)]
}
