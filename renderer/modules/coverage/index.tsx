import { modules } from '#app/modules/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { addressesField } from '#renderer/ui/fields/addresses-field.tsx'
import { approximateField } from '#renderer/ui/fields/approximate-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { moneyField } from '#renderer/ui/fields/money-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { partialDateField } from '#renderer/ui/fields/partial-date-field.tsx'
import { periodField } from '#renderer/ui/fields/period-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { referenceField } from '#renderer/ui/fields/reference-field.tsx'
import { sitesField } from '#renderer/ui/fields/references-field.tsx'
import { telecomsField } from '#renderer/ui/fields/telecoms-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { StatusMenu } from '../shared/status-menu.tsx'

const { fields } = modules.coverage

const coveragePresentation = present({
  module: 'coverage',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    siteIds: sitesField,
    status: choiceField(fields.status),
    order: numberField(),
    payor: lineField,
    payorIdentifiers: identifiersField,
    payorTelecoms: telecomsField,
    payorAddresses: addressesField,
    type: conceptField,
    plan: conceptField,
    groupNumber: lineField,
    groupName: lineField,
    subscriberId: lineField,
    dependent: lineField,
    relationship: choiceField(fields.relationship, { self: 'The patient', common: 'A life partner' }),
    subscriberPersonId: referenceField('related-persons'),
    subscriberName: lineField,
    subscriberBirthDate: partialDateField,
    period: periodField,
    network: lineField,
    copay: moneyField,
    authorization: lineField,
    verifiedAt: approximateField,
    note: proseField,
  },
  state: 'status',
  facts: ['patientId', 'subscriberId', 'order', 'period', 'verifiedAt'],
  sections: [
    {
      title: 'Insurance',
      fields: ['patientId', 'payor', 'plan', 'subscriberId', 'groupNumber', 'groupName', 'order', 'status'],
    },
    {
      title: 'Who is insured',
      fields: ['relationship', 'subscriberPersonId', 'subscriberName', 'subscriberBirthDate', 'dependent'],
    },
    {
      title: 'Terms',
      fields: ['period', 'verifiedAt', 'copay', 'authorization', 'network', 'type', 'note'],
    },
    { title: 'Reach the insurer', fields: ['payorTelecoms', 'payorAddresses', 'payorIdentifiers'] },
    { title: 'More', fields: ['siteIds', 'identifiers'] },
  ],
  columns: [
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'subscriberId', track: '140px' },
    { field: 'order', header: 'Pays', track: '70px', align: 'end' },
    { field: 'status', track: '100px' },
    { field: 'period', track: 'minmax(150px, 1fr)' },
    { field: 'verifiedAt', track: '130px', optional: true },
    { field: 'siteIds', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['status', 'siteIds', 'period'],
  sort: { field: 'title' },
  shownIf: {
    subscriberPersonId: ({ relationship }) => relationship !== 'self',
    subscriberName: ({ relationship }) => relationship !== 'self',
    subscriberBirthDate: ({ relationship }) => relationship !== 'self',
  },
  wide: ['payor'],
  prefill: ({ siteId }) => ({ order: 1, siteIds: siteId === null ? [] : [siteId] }),
})

export const coverageUi: UiModule<'coverage'> = {
  name: 'coverage',
  presentation: coveragePresentation,
  home: [],
  screens: screensOf(coveragePresentation, {
    section: null,
    key: null,
    actions: (view) => <StatusMenu module="coverage" view={view} />,
  }),
}
