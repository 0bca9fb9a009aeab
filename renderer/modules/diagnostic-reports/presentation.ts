import { modules } from '#app/modules/index.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { conceptsField } from '#renderer/ui/fields/concepts-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { instantField } from '#renderer/ui/fields/instant-field.tsx'
import { notesField } from '#renderer/ui/fields/notes-field.tsx'
import { periodField } from '#renderer/ui/fields/period-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { referenceField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { attachmentsField } from '#renderer/ui/files/attachments-field.tsx'

const { fields } = modules['diagnostic-reports']

export const reportPresentation = present({
  module: 'diagnostic-reports',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    encounterId: referenceField('encounters'),
    siteId: siteField,
    status: choiceField(fields.status),
    category: conceptField,
    code: conceptField,
    effectivePeriod: periodField,
    issuedAt: instantField,
    orderedBy: professionalField,
    performer: professionalField,
    resultsInterpreter: professionalField,
    specimen: conceptField,
    conclusion: proseField,
    conclusionCodes: conceptsField,
    presentedForm: attachmentsField,
    notes: notesField,
  },
  state: 'status',
  facts: ['patientId', 'effectivePeriod', 'issuedAt', 'orderedBy'],
  sections: [
    { title: 'Report', fields: ['patientId', 'code', 'status', 'conclusion', 'conclusionCodes', 'notes'] },
    { title: 'Taken and reported', fields: ['effectivePeriod', 'issuedAt', 'specimen'] },
    { title: 'By whom', fields: ['orderedBy', 'performer', 'resultsInterpreter'] },
    { title: 'More', fields: ['category', 'presentedForm', 'siteId', 'encounterId', 'identifiers'] },
  ],
  columns: [
    { field: 'status', track: '110px' },
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'issuedAt', track: '160px' },
    { field: 'orderedBy', track: 'minmax(130px, 1fr)' },
    { field: 'siteId', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['status', 'orderedBy', 'siteId', 'issuedAt'],
  sort: { field: 'issuedAt', descending: true },
  shownOnly: ['encounterId'],
  prefill: ({ siteId }) => (siteId === null ? {} : { siteId }),
})
