import { modules } from '#app/modules/index.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { instantField } from '#renderer/ui/fields/instant-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { personField, referenceField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { attachmentsField } from '#renderer/ui/files/attachments-field.tsx'

const { fields } = modules['patient-activities']

export const patientActivityPresentation = present({
  module: 'patient-activities',
  fields: {
    type: choiceField(fields.type),
    subject: lineField,
    body: proseField,
    occurredAt: instantField,
    durationMinutes: numberField('min'),
    direction: choiceField(fields.direction),
    ownerId: personField,
    amendsId: referenceField('patient-activities'),
    attachments: attachmentsField,
    spokeWith: lineField,
    patientId: referenceField('patients'),
    caseId: referenceField('cases'),
    appointmentId: referenceField('appointments'),
    encounterId: referenceField('encounters'),
    siteId: siteField,
  },
  facts: [],
  sections: [{ title: 'Activity', fields: ['type', 'subject', 'body', 'occurredAt', 'spokeWith'] }],
  columns: [],
  filters: [],
  sort: { field: 'occurredAt', descending: true },
})
