import { modules } from '#app/modules/index.ts'
import { dayAt } from '#app/values/index.ts'
import { approximateField } from '#renderer/ui/fields/approximate-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { choicesField } from '#renderer/ui/fields/choices-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { periodField } from '#renderer/ui/fields/period-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { referenceField } from '#renderer/ui/fields/reference-field.tsx'
import { referencesField, sitesField } from '#renderer/ui/fields/references-field.tsx'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'
import { localZone } from '#renderer/ui/format/when.ts'
import { present } from '#renderer/ui/record/presentation.ts'
import { attachmentsField } from '#renderer/ui/files/attachments-field.tsx'
import { actorsField } from './actors-field.tsx'
import { categoryLabels, channelLabels, provisionLabels, sensitivityLabels } from './consent-words.ts'

const { fields } = modules.consents

export const consentPresentation = present({
  module: 'consents',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    siteIds: sitesField,
    category: choiceField(fields.category, categoryLabels),
    status: choiceField(fields.status),
    provision: choiceField(fields.provision, provisionLabels),
    dateTime: approximateField,
    period: periodField,
    expiresUpon: lineField,
    sensitivities: choicesField(fields.sensitivities, sensitivityLabels),
    purposes: choicesField(fields.purposes),
    channels: choicesField(fields.channels, channelLabels),
    actors: actorsField,
    description: proseField,
    paidInFull: toggleField,
    redisclosureNotice: toggleField,
    policyRule: lineField,
    grantedById: referenceField('related-persons'),
    grantorName: lineField,
    verified: toggleField,
    verifiedAt: approximateField,
    witness: lineField,
    revokedAt: approximateField,
    revokedHow: lineField,
    sourceAttachment: attachmentsField,
    documentIds: referencesField('documents', { linked: true }),
  },
  state: 'status',
  facts: ['patientId', 'category', 'provision', 'dateTime', 'period'],
  sections: [
    { title: 'Consent', fields: ['patientId', 'category', 'provision', 'status', 'description'] },
    { title: 'What and who', fields: ['sensitivities', 'purposes', 'channels', 'actors', 'paidInFull'] },
    { title: 'How long', fields: ['dateTime', 'period', 'expiresUpon', 'revokedAt', 'revokedHow'] },
    {
      title: 'Given by',
      fields: ['grantedById', 'grantorName', 'verified', 'verifiedAt', 'witness', 'documentIds'],
    },
    {
      title: 'More',
      fields: ['policyRule', 'redisclosureNotice', 'sourceAttachment', 'siteIds', 'identifiers'],
    },
  ],
  columns: [
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'status', track: '100px' },
    { field: 'dateTime', track: '140px' },
    { field: 'period', track: 'minmax(150px, 1fr)' },
    { field: 'policyRule', track: '160px', optional: true },
    { field: 'siteIds', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['category', 'status', 'provision', 'siteIds', 'dateTime'],
  sort: { field: 'dateTime', descending: true },
  shownIf: {
    channels: ({ category }) => category === 'communication' || category === 'confidential-communication',
    sensitivities: ({ category }) => category !== 'communication',
    purposes: ({ category }) => category !== 'communication',
    paidInFull: ({ category }) => category === 'restriction',
    redisclosureNotice: ({ category }) => category === 'part2-disclosure',
    revokedAt: ({ status }) => status === 'inactive',
    revokedHow: ({ status }) => status === 'inactive',
  },
  prefill: ({ siteId }) => ({
    dateTime: dayAt(Date.now(), localZone()),
    siteIds: siteId === null ? [] : [siteId],
  }),
})
