import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { addressesField } from '#renderer/ui/fields/addresses-field.tsx'
import { codingsField } from '#renderer/ui/fields/codings-field.tsx'
import { conceptsField } from '#renderer/ui/fields/concepts-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { periodField } from '#renderer/ui/fields/period-field.tsx'
import { professionalField } from '#renderer/ui/fields/professional-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { referenceField } from '#renderer/ui/fields/reference-field.tsx'
import { referencesField } from '#renderer/ui/fields/references-field.tsx'
import { telecomsField } from '#renderer/ui/fields/telecoms-field.tsx'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { takesReferralsField } from './takes-referrals-field.tsx'

const practitionerRolePresentation = present({
  module: 'practitioner-roles',
  fields: {
    identifiers: identifiersField,
    practitioner: professionalField,
    organizationId: referenceField('accounts'),
    organizationName: lineField,
    codes: conceptsField,
    specialties: codingsField('urn:rounds:local:specialty', 'specialty'),
    locationIds: referencesField('locations', { linked: false }),
    telecoms: telecomsField,
    addresses: addressesField,
    period: periodField,
    active: toggleField,
    acceptsReferrals: takesReferralsField,
    availability: proseField,
  },
  facts: ['practitioner', 'organizationId', 'codes', 'period', 'acceptsReferrals'],
  sections: [
    { title: 'Role', fields: ['practitioner', 'codes', 'specialties', 'organizationId', 'organizationName'] },
    {
      title: 'When and where',
      fields: ['period', 'active', 'locationIds', 'availability', 'acceptsReferrals'],
    },
    { title: 'Reach', fields: ['telecoms', 'addresses'] },
    { title: 'Numbers', fields: ['identifiers'] },
  ],
  columns: [
    { field: 'organizationId', track: 'minmax(140px, 1.2fr)' },
    { field: 'specialties', track: 'minmax(120px, 1fr)' },
    { field: 'acceptsReferrals', track: '130px' },
    { field: 'telecoms', header: 'Phone', track: '140px' },
    { field: 'period', track: 'minmax(150px, 1fr)' },
    { field: 'locationIds', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['organizationId', 'acceptsReferrals', 'locationIds', 'active', 'period'],
  sort: { field: 'title' },
})

export const practitionerRolesUi: UiModule<'practitioner-roles'> = {
  name: 'practitioner-roles',
  presentation: practitionerRolePresentation,
  home: [],
  screens: screensOf(practitionerRolePresentation, { section: null, key: null }),
}
