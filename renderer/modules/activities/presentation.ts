import { modules } from '#app/modules/index.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { instantField } from '#renderer/ui/fields/instant-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { personField, referenceField, territoryField } from '#renderer/ui/fields/reference-field.tsx'
import { contactsField } from '#renderer/ui/fields/references-field.tsx'
import { attachmentsField } from '#renderer/ui/files/attachments-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'

const { fields } = modules.activities

export const activityPresentation = present({
  module: 'activities',
  fields: {
    type: choiceField(fields.type),
    subject: lineField,
    body: proseField,
    occurredAt: instantField,
    durationMinutes: numberField('min'),
    direction: choiceField(fields.direction),
    ownerId: personField,
    amendsId: referenceField('activities'),
    attachments: attachmentsField,
    outcome: choiceField(fields.outcome),
    accountId: referenceField('accounts'),
    contactIds: contactsField,
    opportunityId: referenceField('opportunities'),
    territoryId: territoryField,
  },
  facts: [],
  sections: [{ title: 'Activity', fields: ['type', 'subject', 'body', 'occurredAt', 'outcome'] }],
  columns: [],
  filters: [],
  sort: { field: 'occurredAt', descending: true },
})
