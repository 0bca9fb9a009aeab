import { modules } from '#app/modules/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { addressesField } from '#renderer/ui/fields/addresses-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { choicesField } from '#renderer/ui/fields/choices-field.tsx'
import { conceptsField } from '#renderer/ui/fields/concepts-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { blankName, namesField } from '#renderer/ui/fields/names-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { partialDateField } from '#renderer/ui/fields/partial-date-field.tsx'
import { periodField } from '#renderer/ui/fields/period-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { referenceField } from '#renderer/ui/fields/reference-field.tsx'
import { sitesField } from '#renderer/ui/fields/references-field.tsx'
import { telecomsField } from '#renderer/ui/fields/telecoms-field.tsx'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { spokenLanguagesField } from '../patients/person-fields.tsx'

const { fields } = modules['related-persons']

const relatedPersonPresentation = present({
  module: 'related-persons',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    siteIds: sitesField,
    active: toggleField,
    names: namesField,
    organization: lineField,
    relationship: conceptsField,
    roles: choicesField(fields.roles),
    rank: numberField(),
    telecoms: telecomsField,
    addresses: addressesField,
    administrativeGender: choiceField(fields.administrativeGender),
    birthDate: partialDateField,
    languages: spokenLanguagesField,
    period: periodField,
    note: proseField,
  },
  facts: ['patientId', 'relationship', 'roles', 'telecoms'],
  sections: [
    { title: 'Person', fields: ['patientId', 'names', 'relationship', 'roles', 'rank', 'note'] },
    { title: 'Reach', fields: ['telecoms', 'addresses', 'languages'] },
    {
      title: 'More',
      fields: [
        'organization',
        'birthDate',
        'administrativeGender',
        'period',
        'active',
        'siteIds',
        'identifiers',
      ],
    },
  ],
  columns: [
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'relationship', track: '130px' },
    { field: 'roles', track: 'minmax(140px, 1fr)' },
    { field: 'telecoms', header: 'Phone', track: '140px' },
    { field: 'active', track: '80px', optional: true },
    { field: 'siteIds', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['roles', 'active', 'siteIds'],
  sort: { field: 'title' },
  prefill: ({ siteId }) => ({ names: [blankName()], siteIds: siteId === null ? [] : [siteId] }),
})

export const relatedPersonsUi: UiModule<'related-persons'> = {
  name: 'related-persons',
  presentation: relatedPersonPresentation,
  home: [],
  screens: screensOf(relatedPersonPresentation, { section: null, key: null }),
}
