import { modules } from '#app/modules/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { approximateField } from '#renderer/ui/fields/approximate-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { codingsField } from '#renderer/ui/fields/codings-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { notesField } from '#renderer/ui/fields/notes-field.tsx'
import { periodField } from '#renderer/ui/fields/period-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { referenceField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { attachmentsField } from '#renderer/ui/files/attachments-field.tsx'
import { StatusMenu } from '../shared/status-menu.tsx'

const { fields } = modules.documents

/** Normal, restricted, very restricted (HL7 v3 Confidentiality). */
const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

const documentPresentation = present({
  module: 'documents',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    encounterId: referenceField('encounters'),
    siteId: siteField,
    status: choiceField(fields.status),
    statusReason: lineField,
    docStatus: choiceField(fields.docStatus),
    type: conceptField,
    category: conceptField,
    description: lineField,
    date: approximateField,
    period: periodField,
    author: professionalField,
    transcriber: professionalField,
    authenticator: professionalField,
    authenticatedAt: approximateField,
    securityLabels: codingsField(confidentiality, 'label'),
    relatesToId: referenceField('documents'),
    relatesToCode: choiceField(fields.relatesToCode),
    content: attachmentsField,
    text: proseField,
    notes: notesField,
  },
  state: 'status',
  facts: ['patientId', 'type', 'docStatus', 'date', 'author'],
  sections: [
    {
      title: 'Document',
      fields: ['patientId', 'type', 'description', 'docStatus', 'date', 'text', 'content'],
    },
    { title: 'By whom', fields: ['author', 'authenticator', 'authenticatedAt', 'transcriber'] },
    {
      title: 'Standing',
      fields: ['status', 'statusReason', 'relatesToCode', 'relatesToId', 'securityLabels'],
    },
    { title: 'More', fields: ['category', 'period', 'siteId', 'encounterId', 'identifiers', 'notes'] },
  ],
  columns: [
    { field: 'type', track: 'minmax(130px, 1fr)' },
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'date', track: '150px' },
    { field: 'author', track: 'minmax(130px, 1fr)' },
    { field: 'docStatus', track: '100px' },
    { field: 'status', track: '100px', optional: true },
    { field: 'siteId', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['status', 'docStatus', 'author', 'siteId', 'date'],
  sort: { field: 'date', descending: true },
  shownOnly: ['encounterId'],
  shownIf: { statusReason: ({ status }) => status !== 'current' },
  prefill: ({ siteId }) => (siteId === null ? {} : { siteId }),
})

export const documentsUi: UiModule<'documents'> = {
  name: 'documents',
  presentation: documentPresentation,
  home: [],
  screens: screensOf(documentPresentation, {
    section: null,
    key: null,
    actions: (view) => <StatusMenu module="documents" view={view} />,
  }),
}
