import { modules } from '#app/modules/index.ts'
import { dayAt } from '#app/values/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { approximateField } from '#renderer/ui/fields/approximate-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { notesField } from '#renderer/ui/fields/notes-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { referenceField } from '#renderer/ui/fields/reference-field.tsx'
import { sitesField } from '#renderer/ui/fields/references-field.tsx'
import { localZone } from '#renderer/ui/format/when.ts'
import { present } from '#renderer/ui/record/presentation.ts'

const { fields } = modules.conditions

const conditionPresentation = present({
  module: 'conditions',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    siteIds: sitesField,
    encounterId: referenceField('encounters'),
    code: conceptField,
    clinicalStatus: choiceField(fields.clinicalStatus),
    verificationStatus: choiceField(fields.verificationStatus),
    category: choiceField(fields.category, {
      'problem-list-item': 'Problem',
      'encounter-diagnosis': 'Diagnosis of a visit',
    }),
    diagnosisUse: choiceField(fields.diagnosisUse),
    rank: numberField(),
    severity: conceptField,
    bodySite: conceptField,
    onset: approximateField,
    abatement: approximateField,
    recordedDate: approximateField,
    recorder: professionalField,
    asserter: professionalField,
    notes: notesField,
  },
  state: 'clinicalStatus',
  facts: ['patientId', 'category', 'verificationStatus', 'onset', 'abatement'],
  sections: [
    {
      title: 'Condition',
      fields: ['patientId', 'code', 'clinicalStatus', 'verificationStatus', 'severity', 'bodySite'],
    },
    { title: 'When and by whom', fields: ['onset', 'abatement', 'asserter', 'recordedDate', 'recorder'] },
    {
      title: 'More',
      fields: ['category', 'diagnosisUse', 'rank', 'encounterId', 'notes', 'siteIds', 'identifiers'],
    },
  ],
  columns: [
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'clinicalStatus', track: '100px' },
    { field: 'onset', track: '140px' },
    { field: 'category', track: '150px' },
    { field: 'asserter', track: 'minmax(130px, 1fr)' },
    { field: 'siteIds', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['clinicalStatus', 'category', 'verificationStatus', 'asserter', 'siteIds', 'onset'],
  sort: { field: 'title' },
  shownOnly: ['encounterId'],
  shownIf: { diagnosisUse: ({ category }) => category === 'encounter-diagnosis' },
  prefill: ({ siteId }) => ({
    recordedDate: dayAt(Date.now(), localZone()),
    siteIds: siteId === null ? [] : [siteId],
  }),
})

export const conditionsUi: UiModule<'conditions'> = {
  name: 'conditions',
  presentation: conditionPresentation,
  home: [],
  screens: screensOf(conditionPresentation, { section: null, key: null }),
}
