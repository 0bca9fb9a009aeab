import { modules } from '#app/modules/index.ts'
import { addressesField } from '#renderer/ui/fields/addresses-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { codingsField } from '#renderer/ui/fields/codings-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { blankName, namesField } from '#renderer/ui/fields/names-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { personField } from '#renderer/ui/fields/reference-field.tsx'
import { sitesField, territoriesField } from '#renderer/ui/fields/references-field.tsx'
import { telecomsField } from '#renderer/ui/fields/telecoms-field.tsx'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'
import { wordsField } from '#renderer/ui/fields/words-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { affiliationsField } from './affiliations-field.tsx'

const { fields } = modules.contacts

/** The taxonomy of health care providers, in which specialties are coded. */
const nucc = 'http://nucc.org/provider-taxonomy'

export const contactPresentation = present({
  module: 'contacts',
  fields: {
    names: namesField,
    npi: lineField,
    identifiers: identifiersField,
    profession: choiceField(fields.profession, { it: 'IT' }),
    specialties: codingsField(nucc, 'specialty'),
    jobTitle: lineField,
    affiliations: affiliationsField,
    telecoms: telecomsField,
    addresses: addressesField,
    languages: wordsField,
    marketing: choiceField(fields.marketing),
    ownerId: personField,
    territoryIds: territoriesField,
    siteIds: sitesField,
    active: toggleField,
    tags: wordsField,
    note: proseField,
  },
  facts: ['profession', 'jobTitle', 'npi', 'telecoms', 'ownerId'],
  sections: [
    { title: 'Person', fields: ['names', 'profession', 'jobTitle', 'npi', 'specialties', 'languages'] },
    { title: 'Works at', fields: ['affiliations'] },
    { title: 'Reach', fields: ['telecoms', 'addresses', 'marketing'] },
    { title: 'Who looks after them', fields: ['ownerId', 'territoryIds', 'siteIds', 'active'] },
    { title: 'More', fields: ['tags', 'note', 'identifiers'] },
  ],
  columns: [
    { field: 'profession', track: '120px' },
    { field: 'affiliations', header: 'Works at', track: 'minmax(140px, 1.4fr)' },
    { field: 'specialties', track: 'minmax(120px, 1fr)' },
    { field: 'telecoms', header: 'Phone', track: '140px' },
    { field: 'npi', track: '100px' },
    { field: 'jobTitle', track: 'minmax(120px, 1fr)', optional: true },
    { field: 'ownerId', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['profession', 'ownerId', 'siteIds', 'active'],
  sort: { field: 'title' },
  prefill: ({ user, siteId, territoryId }) => ({
    names: [blankName()],
    ...(territoryId === null
      ? { siteIds: siteId === null ? [] : [siteId] }
      : { ownerId: user.id, territoryIds: [territoryId] }),
  }),
})
