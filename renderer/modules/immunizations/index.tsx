import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { placeText } from '#app/values/index.ts'
import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { approximateField } from '#renderer/ui/fields/approximate-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { conceptsField } from '#renderer/ui/fields/concepts-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { notesField } from '#renderer/ui/fields/notes-field.tsx'
import { partialDateField } from '#renderer/ui/fields/partial-date-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { quantityField } from '#renderer/ui/fields/quantity-field.tsx'
import { referenceField, siteField } from '#renderer/ui/fields/reference-field.tsx'
import { shownField } from '#renderer/ui/fields/shown-field.tsx'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'

type Immunization = DataOfModule<'immunizations'>

const { fields } = modules.immunizations

const immunizationPresentation = present({
  module: 'immunizations',
  fields: {
    identifiers: identifiersField,
    patientId: referenceField('patients'),
    encounterId: referenceField('encounters'),
    siteId: siteField,
    status: choiceField(fields.status, { completed: 'Given', 'not-done': 'Not given' }),
    statusReason: conceptField,
    vaccineCode: conceptField,
    occurrence: approximateField,
    recorded: approximateField,
    primarySource: toggleField,
    reportOrigin: conceptField,
    manufacturer: conceptField,
    lotNumber: lineField,
    expirationDate: partialDateField,
    doseQuantity: quantityField,
    bodySite: conceptField,
    route: conceptField,
    performer: professionalField,
    orderedBy: professionalField,
    location: shownField<Immunization['location']>((place) => (place === null ? '' : placeText(place))),
    reasonCodes: conceptsField,
    doseNumber: lineField,
    seriesDoses: lineField,
    series: lineField,
    targetDiseases: conceptsField,
    isSubpotent: toggleField,
    subpotentReason: conceptsField,
    programEligibility: conceptsField,
    fundingSource: conceptField,
    education: shownField<Immunization['education']>((given) =>
      given.map(({ documentType }) => documentType).join(', '),
    ),
    reactions: conceptsField,
    notes: notesField,
  },
  state: 'status',
  facts: ['patientId', 'occurrence', 'doseNumber', 'lotNumber', 'performer'],
  sections: [
    {
      title: 'Vaccine',
      fields: [
        'patientId',
        'vaccineCode',
        'status',
        'statusReason',
        'occurrence',
        'doseNumber',
        'seriesDoses',
      ],
    },
    {
      title: 'How it was given',
      fields: [
        'doseQuantity',
        'route',
        'bodySite',
        'performer',
        'lotNumber',
        'expirationDate',
        'manufacturer',
      ],
    },
    {
      title: 'What it is for',
      fields: ['targetDiseases', 'series', 'reasonCodes', 'isSubpotent', 'subpotentReason'],
    },
    { title: 'Afterwards', fields: ['reactions', 'education', 'notes'] },
    {
      title: 'More',
      fields: [
        'siteId',
        'location',
        'orderedBy',
        'primarySource',
        'reportOrigin',
        'recorded',
        'programEligibility',
        'fundingSource',
        'encounterId',
        'identifiers',
      ],
    },
  ],
  columns: [
    { field: 'patientId', track: 'minmax(140px, 1.2fr)' },
    { field: 'occurrence', track: '150px' },
    { field: 'status', track: '110px' },
    { field: 'lotNumber', track: '110px' },
    { field: 'performer', track: 'minmax(130px, 1fr)' },
    { field: 'siteId', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['status', 'performer', 'siteId', 'occurrence'],
  sort: { field: 'occurrence', descending: true },
  shownOnly: ['encounterId', 'location', 'education'],
  shownIf: {
    statusReason: ({ status }) => status !== 'completed',
    reportOrigin: ({ primarySource }) => primarySource === false,
    subpotentReason: ({ isSubpotent }) => isSubpotent === true,
  },
  prefill: ({ siteId }) => (siteId === null ? {} : { siteId }),
})

export const immunizationsUi: UiModule<'immunizations'> = {
  name: 'immunizations',
  presentation: immunizationPresentation,
  home: [],
  screens: screensOf(immunizationPresentation, { section: null, key: null }),
}
