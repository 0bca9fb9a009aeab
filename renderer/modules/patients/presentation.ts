import { modules } from '#app/modules/index.ts'
import type { BlobReference } from '#app/values/index.ts'
import { addressesField } from '#renderer/ui/fields/addresses-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { codingsField } from '#renderer/ui/fields/codings-field.tsx'
import { conceptField } from '#renderer/ui/fields/concept-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { blankName, namesField } from '#renderer/ui/fields/names-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { partialDateField } from '#renderer/ui/fields/partial-date-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { referenceField } from '#renderer/ui/fields/reference-field.tsx'
import { careTeamsField, sitesField } from '#renderer/ui/fields/references-field.tsx'
import { shownField } from '#renderer/ui/fields/shown-field.tsx'
import { telecomsField } from '#renderer/ui/fields/telecoms-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { deceasedField, interpreterField, spokenLanguagesField } from './person-fields.tsx'

const { fields } = modules.patients

/** Race and ethnicity as the CDC codes them (OMB categories). */
const cdcRaceAndEthnicity = 'urn:oid:2.16.840.1.113883.6.238'

export const patientPresentation = present({
  module: 'patients',
  fields: {
    identifiers: identifiersField,
    names: namesField,
    birthDate: partialDateField,
    birthOrder: numberField(),
    administrativeGender: choiceField(fields.administrativeGender),
    sexForClinicalUse: choiceField(fields.sexForClinicalUse),
    genderIdentity: conceptField,
    pronouns: lineField,
    addresses: addressesField,
    telecoms: telecomsField,
    languages: spokenLanguagesField,
    interpreter: interpreterField,
    maritalStatus: conceptField,
    races: codingsField(cdcRaceAndEthnicity, 'race'),
    ethnicities: codingsField(cdcRaceAndEthnicity, 'ethnicity'),
    deceased: deceasedField,
    generalPractitioner: professionalField,
    siteIds: sitesField,
    careTeamIds: careTeamsField,
    mergedIntoId: referenceField('patients'),
    photo: shownField<BlobReference | null>((value) => (value === null ? '' : 'On file')),
    note: proseField,
  },
  facts: [
    'birthDate',
    'administrativeGender',
    'identifiers',
    'telecoms',
    'languages',
    'interpreter',
    'careTeamIds',
    'deceased',
    'mergedIntoId',
  ],
  sections: [
    {
      title: 'Person',
      fields: ['names', 'birthDate', 'administrativeGender', 'pronouns', 'languages', 'interpreter'],
    },
    { title: 'Note for the front desk', fields: ['note'] },
    { title: 'Reach', fields: ['telecoms', 'addresses'] },
    {
      title: 'Care',
      fields: [
        'generalPractitioner',
        'siteIds',
        'careTeamIds',
        'sexForClinicalUse',
        'genderIdentity',
        'deceased',
      ],
    },
    { title: 'Numbers', fields: ['identifiers'] },
    { title: 'More', fields: ['maritalStatus', 'races', 'ethnicities', 'birthOrder', 'mergedIntoId'] },
  ],
  columns: [
    { field: 'birthDate', track: '120px' },
    { field: 'administrativeGender', header: 'Gender', track: '90px' },
    { field: 'identifiers', header: 'Record number', track: '140px' },
    { field: 'telecoms', header: 'Phone', track: '140px' },
    { field: 'addresses', header: 'Lives in', track: 'minmax(130px, 1fr)' },
    { field: 'siteIds', track: 'minmax(110px, 1fr)' },
    { field: 'languages', track: '120px', optional: true },
    { field: 'generalPractitioner', track: 'minmax(130px, 1fr)', optional: true },
  ],
  filters: ['siteIds', 'careTeamIds', 'administrativeGender', 'birthDate', 'generalPractitioner'],
  sort: { field: 'title' },
  shownOnly: ['mergedIntoId'],
  prefill: ({ siteId }) => ({ names: [blankName()], siteIds: siteId === null ? [] : [siteId] }),
})
