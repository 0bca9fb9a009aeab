import { modules } from '#app/modules/index.ts'
import { dayAt } from '#app/values/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { approximateField } from '#renderer/ui/fields/approximate-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { choicesField } from '#renderer/ui/fields/choices-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { notesField } from '#renderer/ui/fields/notes-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { referenceField } from '#renderer/ui/fields/reference-field.tsx'
import { sitesField } from '#renderer/ui/fields/references-field.tsx'
import { localZone } from '#renderer/ui/format/when.ts'
import { present } from '#renderer/ui/record/presentation.ts'
import { reactionsField } from './reactions-field.tsx'

const { fields } = modules.allergies

const allergyPresentation = present({
  module: 'allergies',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    siteIds: sitesField,
    code: conceptField,
    clinicalStatus: choiceField(fields.clinicalStatus),
    verificationStatus: choiceField(fields.verificationStatus),
    type: choiceField(fields.type),
    categories: choicesField(fields.categories),
    criticality: choiceField(fields.criticality),
    reactions: reactionsField,
    onset: approximateField,
    lastOccurrence: approximateField,
    recordedDate: approximateField,
    recorder: professionalField,
    asserter: lineField,
    notes: notesField,
  },
  state: 'clinicalStatus',
  facts: ['patientId', 'criticality', 'verificationStatus', 'onset'],
  sections: [
    {
      title: 'Allergy',
      fields: ['patientId', 'code', 'criticality', 'clinicalStatus', 'verificationStatus', 'reactions'],
    },
    {
      title: 'When and by whom',
      fields: ['onset', 'lastOccurrence', 'asserter', 'recordedDate', 'recorder'],
    },
    { title: 'More', fields: ['type', 'categories', 'notes', 'siteIds', 'identifiers'] },
  ],
  columns: [
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'criticality', track: '120px' },
    { field: 'clinicalStatus', track: '100px' },
    { field: 'verificationStatus', track: '120px' },
    { field: 'reactions', track: 'minmax(140px, 1fr)' },
    { field: 'siteIds', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['clinicalStatus', 'criticality', 'verificationStatus', 'categories', 'siteIds'],
  sort: { field: 'title' },
  prefill: ({ siteId }) => ({
    recordedDate: dayAt(Date.now(), localZone()),
    siteIds: siteId === null ? [] : [siteId],
  }),
})

export const allergiesUi: UiModule<'allergies'> = {
  name: 'allergies',
  presentation: allergyPresentation,
  home: [],
  screens: screensOf(allergyPresentation, { section: null, key: null }),
}
