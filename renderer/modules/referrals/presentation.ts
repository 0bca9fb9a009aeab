import { modules } from '#app/modules/index.ts'
import { addDays, dayAt } from '#app/values/index.ts'
import { approximateField } from '#renderer/ui/fields/approximate-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { conceptsField } from '#renderer/ui/fields/concepts-field.tsx'
import { dateField } from '#renderer/ui/fields/date-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { notesField } from '#renderer/ui/fields/notes-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { partialDateField } from '#renderer/ui/fields/partial-date-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { personField, referenceField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { localZone } from '#renderer/ui/format/when.ts'
import { present } from '#renderer/ui/record/presentation.ts'
import { priorityLabels } from '../shared/priority-labels.ts'

const { fields } = modules.referrals

/** How long the desk gives itself for the first step where nobody says otherwise. */
const FIRST_STEP_DAYS = 3

export const referralPresentation = present({
  module: 'referrals',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    encounterId: referenceField('encounters'),
    siteId: siteField,
    direction: choiceField(fields.direction, { in: 'To us', out: 'From us' }),
    status: choiceField(fields.status),
    statusReason: lineField,
    priority: choiceField(fields.priority, priorityLabels),
    category: conceptField,
    code: conceptField,
    reason: conceptField,
    diagnoses: conceptsField,
    requester: professionalField,
    requesterAccountId: referenceField('accounts'),
    performer: professionalField,
    performerAccountId: referenceField('accounts'),
    authoredOn: approximateField,
    expiresOn: partialDateField,
    authorizationNumber: lineField,
    visitsAuthorized: numberField(),
    ownerId: personField,
    dueOn: dateField,
    orderId: referenceField('orders'),
    appointmentId: referenceField('appointments'),
    notes: notesField,
  },
  state: 'status',
  facts: ['patientId', 'direction', 'priority', 'dueOn', 'requester', 'performer', 'ownerId'],
  sections: [
    {
      title: 'Referral',
      fields: ['patientId', 'direction', 'code', 'reason', 'diagnoses', 'priority', 'status', 'statusReason'],
    },
    { title: 'From', fields: ['requester', 'requesterAccountId', 'authoredOn'] },
    { title: 'To', fields: ['performer', 'performerAccountId', 'appointmentId'] },
    { title: 'Who follows it', fields: ['ownerId', 'dueOn', 'siteId', 'notes'] },
    { title: 'Authorisation', fields: ['authorizationNumber', 'visitsAuthorized', 'expiresOn'] },
    { title: 'More', fields: ['category', 'orderId', 'encounterId', 'identifiers'] },
  ],
  columns: [
    { field: 'status', track: '100px' },
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'priority', track: '100px' },
    { field: 'dueOn', track: '120px' },
    { field: 'requester', track: 'minmax(130px, 1fr)' },
    { field: 'performer', track: 'minmax(130px, 1fr)' },
    { field: 'ownerId', track: 'minmax(110px, 1fr)', optional: true },
    { field: 'direction', track: '90px', optional: true },
    { field: 'siteId', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['status', 'priority', 'direction', 'requester', 'performer', 'ownerId', 'siteId', 'dueOn'],
  sort: { field: 'dueOn' },
  shownOnly: ['encounterId'],
  shownIf: { statusReason: ({ status }) => status === 'declined' || status === 'cancelled' },
  prefill: ({ user, siteId }) => {
    const today = dayAt(Date.now(), localZone())
    return {
      ownerId: user.id,
      authoredOn: today,
      dueOn: addDays(today, FIRST_STEP_DAYS),
      ...(siteId === null ? {} : { siteId }),
    }
  },
})
