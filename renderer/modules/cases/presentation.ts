import { modules } from '#app/modules/index.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { dateField } from '#renderer/ui/fields/date-field.tsx'
import { instantField } from '#renderer/ui/fields/instant-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import {
  personField,
  referenceField,
  siteField,
  territoryField,
} from '#renderer/ui/fields/reference-field.tsx'
import { wordsField } from '#renderer/ui/fields/words-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'

const { fields } = modules.cases

export const casePresentation = present({
  module: 'cases',
  fields: {
    subject: lineField,
    description: proseField,
    category: choiceField(fields.category),
    status: choiceField(fields.status),
    priority: choiceField(fields.priority),
    origin: choiceField(fields.origin),
    dueOn: dateField,
    patientId: referenceField('patients'),
    appointmentId: referenceField('appointments'),
    encounterId: referenceField('encounters'),
    accountId: referenceField('accounts'),
    contactId: referenceField('contacts'),
    ownerId: personField,
    siteId: siteField,
    territoryId: territoryField,
    resolution: proseField,
    closedAt: instantField,
    tags: wordsField,
  },
  state: 'status',
  facts: ['category', 'priority', 'dueOn', 'patientId', 'accountId', 'ownerId', 'siteId'],
  sections: [
    {
      title: 'Case',
      fields: ['subject', 'description', 'category', 'priority', 'status', 'dueOn', 'origin', 'tags'],
    },
    { title: 'About', fields: ['patientId', 'appointmentId', 'encounterId', 'accountId', 'contactId'] },
    { title: 'Who looks after it', fields: ['ownerId', 'siteId', 'territoryId'] },
    { title: 'Outcome', fields: ['resolution', 'closedAt'] },
  ],
  columns: [
    { field: 'status', track: '100px' },
    { field: 'priority', track: '90px' },
    { field: 'category', track: '120px' },
    { field: 'dueOn', track: '120px' },
    { field: 'patientId', track: 'minmax(130px, 1.2fr)' },
    { field: 'accountId', track: 'minmax(130px, 1fr)' },
    { field: 'ownerId', track: 'minmax(110px, 1fr)' },
    { field: 'siteId', track: 'minmax(110px, 1fr)', optional: true },
    { field: 'origin', track: '100px', optional: true },
  ],
  filters: ['status', 'priority', 'category', 'ownerId', 'siteId', 'dueOn'],
  sort: { field: 'dueOn' },
  shownOnly: ['closedAt', 'encounterId'],
  shownIf: { resolution: ({ status }) => status === 'resolved' || status === 'closed' },
  wide: ['subject'],
  prefill: ({ user, siteId, territoryId }) => ({ ownerId: user.id, siteId, territoryId }),
})
