import { z } from 'zod'
import { defineModule, field, instantSchema } from '../../kernel/index.ts'
import type { Id } from '../../kernel/index.ts'
import {
  attachmentSchema,
  codeableConceptSchema,
  conceptText,
  conceptWords,
  periodSchema,
  professionalSchema,
  prose,
} from '../../values/index.ts'
import type { Identifier } from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known } from '../shared/links.ts'
import { conceptsSchema, notesField, patientLinks, siteRecordFields } from '../shared/patient-record.ts'
import { siteScope } from '../shared/scopes.ts'

export const reportStatuses = [
  'registered',
  'partial',
  'preliminary',
  'final',
  'amended',
  'corrected',
  'appended',
  'cancelled',
  'entered-in-error',
  'unknown',
] as const

const changed = ['amended', 'corrected', 'appended', 'entered-in-error'] as const

/** What a laboratory or an imaging service concludes for one order (HL7 v2 OBR; FHIR DiagnosticReport). */
export const diagnosticReports = defineModule({
  name: 'diagnostic-reports',
  kind: 'diagnostic-report',
  label: { one: 'Report', many: 'Reports' },
  version: 1,
  collection: 'clinical',
  fields: {
    /** PLAC and FILL are the order's numbers: by the filler's the findings of the report are found. */
    ...siteRecordFields,
    status: field(z.enum(reportStatuses), {
      label: 'Status',
      phi: 'clinical',
      initial: 'final',
      merge: {
        rule: 'status',
        graph: {
          registered: ['partial', 'preliminary', 'final', 'cancelled', ...changed],
          partial: ['preliminary', 'final', 'cancelled', ...changed],
          preliminary: ['partial', 'final', 'cancelled', ...changed],
          final: [...changed],
          amended: [...changed],
          corrected: [...changed],
          appended: [...changed],
          cancelled: ['registered', 'partial', 'preliminary', 'final', 'entered-in-error'],
          'entered-in-error': [],
          unknown: ['registered', 'partial', 'preliminary', 'final', 'cancelled', ...changed],
        },
      },
    }),
    /** The section that made it (OBR-24, HL7 table 0074). */
    category: field(codeableConceptSchema.nullable(), { label: 'Category', phi: 'clinical' }),
    code: field(codeableConceptSchema, {
      label: 'Report on',
      phi: 'clinical',
      search: { as: 'text', of: conceptWords },
    }),
    /** When it was true of the patient: from OBR-7 to OBR-8. */
    effectivePeriod: field(periodSchema, {
      label: 'Taken',
      phi: 'identifying',
      merge: { rule: 'members' },
      initial: {},
    }),
    issuedAt: field(instantSchema.nullable(), { label: 'Reported', phi: 'identifying' }),
    orderedBy: field(professionalSchema.nullable(), { label: 'Ordered by', phi: 'clinical' }),
    performer: field(professionalSchema.nullable(), { label: 'Performed by', phi: 'clinical' }),
    resultsInterpreter: field(professionalSchema.nullable(), { label: 'Interpreted by', phi: 'clinical' }),
    specimen: field(codeableConceptSchema.nullable(), { label: 'Specimen', phi: 'clinical' }),
    conclusion: field(prose(64_000).nullable(), {
      label: 'Conclusion',
      phi: 'clinical',
      merge: { rule: 'review' },
      search: { as: 'text', of: (text) => (text === null ? [] : [text]) },
    }),
    conclusionCodes: field(conceptsSchema, {
      label: 'Conclusion in codes',
      phi: 'clinical',
      merge: { rule: 'set' },
    }),
    presentedForm: field(z.array(attachmentSchema).max(16), {
      label: 'As it was sent',
      phi: 'clinical',
      merge: { rule: 'list', by: 'hash' },
    }),
    notes: notesField,
  },
  indexes: ['patientId', 'encounterId'],
  access: patientRecordAccess,
  scope: (view) => siteScope(view.siteId),
  refers: patientLinks,
  title: (view) => (view.code ? conceptText(view.code) : 'Report'),
  timeline: (view) => ({
    about: known(view.patientId, view.encounterId, view.orderedBy?.contactId),
    at: view.effectivePeriod?.start ?? view.issuedAt ?? view.created.at,
    title: `Report: ${view.code ? conceptText(view.code) : ''}`,
    detail: view.conclusion ?? labelOf(view.status),
  }),
})

type Numbered = { readonly id: Id; readonly patientId?: Id; readonly identifiers?: readonly Identifier[] }

/** Whether two records of one patient came of one order: they share the filler's number (OBR-3), else the placer's. */
export function ofSameOrder(a: Numbered, b: Numbered): boolean {
  if (a.patientId === undefined || a.patientId !== b.patientId) return false
  for (const type of ['FILL', 'PLAC']) {
    const [left, right] = [numbersOf(a, type), numbersOf(b, type)]
    if (left.length > 0 && right.length > 0) return left.some((key) => right.includes(key))
  }
  return false
}

function numbersOf({ identifiers = [] }: Numbered, wanted: string): readonly string[] {
  return identifiers.filter(({ type }) => type === wanted).map(({ key }) => key)
}
