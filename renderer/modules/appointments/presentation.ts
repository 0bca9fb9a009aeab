import { modules } from '#app/modules/index.ts'
import { zonedAt } from '#app/values/index.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { instantField } from '#renderer/ui/fields/instant-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { referenceField, roomField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { zonedTimeField } from '#renderer/ui/fields/zoned-time-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'

const { fields } = modules.appointments

const HOUR = 3_600_000

export const appointmentPresentation = present({
  module: 'appointments',
  fields: {
    identifiers: identifiersField,
    status: choiceField(fields.status, { noshow: 'No show' }),
    start: zonedTimeField,
    durationMinutes: numberField('min'),
    patientId: referenceField('patients'),
    practitioner: professionalField,
    locationId: roomField,
    siteId: siteField,
    service: conceptField,
    reason: conceptField,
    caseId: referenceField('cases'),
    arrivedAt: instantField,
    cancelReason: lineField,
    note: proseField,
  },
  state: 'status',
  facts: ['start', 'durationMinutes', 'patientId', 'practitioner', 'locationId', 'arrivedAt'],
  sections: [
    {
      title: 'Appointment',
      fields: ['patientId', 'start', 'durationMinutes', 'status', 'service', 'reason'],
    },
    { title: 'With whom and where', fields: ['practitioner', 'locationId', 'siteId'] },
    { title: 'More', fields: ['cancelReason', 'note', 'caseId', 'arrivedAt', 'identifiers'] },
  ],
  columns: [
    { field: 'start', track: '170px' },
    { field: 'patientId', track: 'minmax(140px, 1.4fr)' },
    { field: 'status', track: '100px' },
    { field: 'practitioner', track: 'minmax(130px, 1fr)' },
    { field: 'locationId', track: 'minmax(110px, 1fr)' },
    { field: 'durationMinutes', track: '80px', align: 'end' },
    { field: 'siteId', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['status', 'practitioner', 'siteId', 'start'],
  sort: { field: 'start' },
  shownOnly: ['arrivedAt'],
  shownIf: { cancelReason: ({ status }) => status === 'cancelled' || status === 'noshow' },
  prefill: ({ siteId, organisation }) => ({
    // The next full hour: seldom the right one, but of the right day and zone.
    start: zonedAt(Math.ceil(Date.now() / HOUR) * HOUR, organisation.zone),
    ...(siteId === null ? {} : { siteId }),
  }),
})
