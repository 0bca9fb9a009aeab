import { z } from 'zod'
import { defineModule, field, idSchema, instantSchema } from '../../kernel/index.ts'
import {
  codeableConceptSchema,
  conceptText,
  conceptWords,
  identifierSchema,
  identifierWords,
  line,
  momentSchema,
  professionalSchema,
  prose,
} from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { known, linksTo } from '../shared/links.ts'
import { siteScope } from '../shared/scopes.ts'
import { observationStatuses, observationValueSchema, referenceRangeSchema, valueText } from './schema.ts'

export { observationStatuses, observationValueSchema, referenceRangeSchema, valueText } from './schema.ts'
export type { ObservationValue, ReferenceRange } from './schema.ts'

/** One finding about a patient: a laboratory value, a vital sign, an answer. */
export const observations = defineModule({
  name: 'observations',
  kind: 'observation',
  label: { one: 'Observation', many: 'Observations' },
  version: 1,
  collection: 'clinical',
  fields: {
    /** PLAC and FILL are the order's numbers (ORC-2, OBR-2 and OBR-3). */
    identifiers: field(z.array(identifierSchema).max(16), {
      label: 'Identifiers',
      phi: 'identifying',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'identifier', of: identifierWords },
    }),
    patientId: field(idSchema, { label: 'Patient', phi: 'identifying' }),
    encounterId: field(idSchema.nullable(), { label: 'Encounter', phi: 'identifying' }),
    siteId: field(idSchema, { label: 'Site', phi: 'none' }),
    category: field(
      z.enum(['laboratory', 'vital-signs', 'imaging', 'survey', 'social-history', 'exam', 'other']),
      {
        label: 'Category',
        phi: 'clinical',
        initial: 'laboratory',
      },
    ),
    code: field(codeableConceptSchema, {
      label: 'Observed',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    /** What was ordered (OBR-4): findings of one order have one panel and one filler number. */
    panel: field(codeableConceptSchema.nullable(), { label: 'Panel', phi: 'clinical' }),
    /** OBX-4: tells findings of one code in one panel apart. */
    subId: field(line(40).nullable(), { label: 'Part', phi: 'clinical' }),
    status: field(z.enum(observationStatuses), {
      label: 'Status',
      phi: 'clinical',
      initial: 'final',
      merge: {
        rule: 'status',
        graph: {
          registered: ['preliminary', 'final', 'corrected', 'cancelled', 'entered-in-error'],
          preliminary: ['final', 'amended', 'corrected', 'cancelled', 'entered-in-error'],
          final: ['amended', 'corrected', 'entered-in-error'],
          amended: ['amended', 'corrected', 'entered-in-error'],
          corrected: ['amended', 'corrected', 'entered-in-error'],
          cancelled: ['registered', 'preliminary', 'final', 'entered-in-error'],
          'entered-in-error': [],
          unknown: [
            'registered',
            'preliminary',
            'final',
            'amended',
            'corrected',
            'cancelled',
            'entered-in-error',
          ],
        },
      },
    }),
    value: field(observationValueSchema.nullable(), {
      label: 'Value',
      phi: 'clinical',
      merge: { rule: 'review' },
    }),
    /** Why there is no value. */
    absentReason: field(codeableConceptSchema.nullable(), { label: 'No value because', phi: 'clinical' }),
    referenceRange: field(referenceRangeSchema.nullable(), { label: 'Reference range', phi: 'clinical' }),
    /** HL7 table 0078: H, L, HH, LL, A, N … */
    interpretation: field(
      z
        .array(
          z
            .string()
            .max(8)
            .regex(/^[A-Z0-9<>_;+^-]+$/, 'Must be a flag of HL7 table 0078.'),
        )
        .max(8),
      { label: 'Flags', phi: 'clinical', merge: { rule: 'set' } },
    ),
    /** When it was true of the patient: the specimen's or the measurement's time. */
    effectiveAt: field(momentSchema.nullable(), { label: 'Taken', phi: 'identifying' }),
    issuedAt: field(instantSchema.nullable(), { label: 'Reported', phi: 'identifying' }),
    specimen: field(codeableConceptSchema.nullable(), { label: 'Specimen', phi: 'clinical' }),
    method: field(codeableConceptSchema.nullable(), { label: 'Method', phi: 'clinical' }),
    orderedBy: field(professionalSchema.nullable(), { label: 'Ordered by', phi: 'clinical' }),
    performer: field(professionalSchema.nullable(), { label: 'Performed by', phi: 'clinical' }),
    notes: field(z.array(prose(16_000)).max(64), {
      label: 'Notes',
      phi: 'clinical',
      merge: { rule: 'append' },
    }),
  },
  indexes: ['patientId', 'encounterId'],
  access: patientRecordAccess,
  scope: (view) => siteScope(view.siteId),
  refers: (view) => [...linksTo('patients', view.patientId), ...linksTo('clinical', view.encounterId)],
  title: (view) => {
    const what = view.code ? conceptText(view.code) : 'Observation'
    return view.value ? `${what}: ${valueText(view.value).slice(0, 80)}` : what
  },
  timeline: (view) => ({
    about: known(view.patientId, view.encounterId, view.orderedBy?.contactId),
    at: view.effectiveAt ?? view.issuedAt ?? view.created.at,
    title: view.code ? conceptText(view.code) : 'Observation',
    ...(view.value ? { detail: valueText(view.value) } : {}),
  }),
  invariants: [
    {
      field: 'value',
      says: 'A value and a reason for its absence exclude each other.',
      holds: (view) => !view.value || !view.absentReason,
    },
  ],
})
