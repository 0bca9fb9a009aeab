import { modules } from '#app/modules/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { approximateField } from '#renderer/ui/fields/approximate-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { conceptsField } from '#renderer/ui/fields/concepts-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { notesField } from '#renderer/ui/fields/notes-field.tsx'
import { periodField } from '#renderer/ui/fields/period-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { referenceField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { priorityLabels } from '../shared/priority-labels.ts'
import { StatusMenu } from '../shared/status-menu.tsx'
import { OrderRelated } from './order-related.tsx'

const { fields } = modules.orders

const orderPresentation = present({
  module: 'orders',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    encounterId: referenceField('encounters'),
    siteId: siteField,
    status: choiceField(fields.status),
    statusReason: conceptField,
    intent: choiceField(fields.intent),
    priority: choiceField(fields.priority, priorityLabels),
    category: conceptField,
    code: conceptField,
    orderDetail: conceptsField,
    occurrencePeriod: periodField,
    authoredOn: approximateField,
    requester: professionalField,
    orderingFacility: lineField,
    enteredBy: professionalField,
    performer: professionalField,
    reasonCodes: conceptsField,
    specimen: conceptField,
    bodySite: conceptField,
    patientInstruction: proseField,
    notes: notesField,
  },
  state: 'status',
  facts: ['patientId', 'priority', 'requester', 'authoredOn', 'siteId'],
  sections: [
    {
      title: 'Order',
      fields: ['patientId', 'code', 'orderDetail', 'reasonCodes', 'priority', 'status', 'statusReason'],
    },
    { title: 'By whom', fields: ['requester', 'orderingFacility', 'enteredBy', 'authoredOn'] },
    {
      title: 'How',
      fields: [
        'performer',
        'occurrencePeriod',
        'specimen',
        'bodySite',
        'category',
        'patientInstruction',
        'notes',
      ],
    },
    { title: 'More', fields: ['siteId', 'encounterId', 'intent', 'identifiers'] },
  ],
  columns: [
    { field: 'status', track: '110px' },
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'priority', track: '90px' },
    { field: 'requester', track: 'minmax(130px, 1fr)' },
    { field: 'authoredOn', track: '150px' },
    { field: 'siteId', track: 'minmax(110px, 1fr)', optional: true },
    { field: 'identifiers', header: 'Number', track: '130px', optional: true },
  ],
  filters: ['status', 'priority', 'requester', 'siteId', 'authoredOn'],
  sort: { field: 'authoredOn', descending: true },
  shownOnly: ['encounterId'],
  shownIf: { statusReason: ({ status }) => status === 'on-hold' || status === 'revoked' },
  prefill: ({ siteId }) => (siteId === null ? {} : { siteId }),
})

export const ordersUi: UiModule<'orders'> = {
  name: 'orders',
  presentation: orderPresentation,
  home: [],
  screens: screensOf(orderPresentation, {
    section: null,
    key: null,
    actions: (view) => <StatusMenu module="orders" view={view} />,
    related: (view) => <OrderRelated order={view} />,
  }),
}
