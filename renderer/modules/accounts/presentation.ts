import { modules } from '#app/modules/index.ts'
import { addressesField } from '#renderer/ui/fields/addresses-field.tsx'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { moneyField } from '#renderer/ui/fields/money-field.tsx'
import { numberField } from '#renderer/ui/fields/number-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { personField, referenceField, territoryField } from '#renderer/ui/fields/reference-field.tsx'
import { sitesField } from '#renderer/ui/fields/references-field.tsx'
import { telecomsField } from '#renderer/ui/fields/telecoms-field.tsx'
import { wordsField } from '#renderer/ui/fields/words-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { teamField } from './team-field.tsx'

const { fields } = modules.accounts

export const accountPresentation = present({
  module: 'accounts',
  fields: {
    name: lineField,
    type: choiceField(fields.type),
    status: choiceField(fields.status),
    parentId: referenceField('accounts'),
    identifiers: identifiersField,
    addresses: addressesField,
    telecoms: telecomsField,
    specialties: wordsField,
    beds: numberField(),
    annualRevenue: moneyField,
    tier: choiceField(fields.tier),
    team: teamField,
    ownerId: personField,
    territoryId: territoryField,
    siteIds: sitesField,
    tags: wordsField,
    note: proseField,
  },
  state: 'status',
  facts: ['type', 'tier', 'ownerId', 'territoryId', 'beds', 'annualRevenue'],
  sections: [
    { title: 'Account', fields: ['name', 'type', 'status', 'tier', 'parentId', 'specialties', 'tags'] },
    { title: 'Reach', fields: ['telecoms', 'addresses'] },
    { title: 'Size', fields: ['beds', 'annualRevenue'] },
    { title: 'Who looks after it', fields: ['ownerId', 'territoryId', 'siteIds', 'team'] },
    { title: 'More', fields: ['note', 'identifiers'] },
  ],
  columns: [
    { field: 'type', track: 'minmax(110px, 1fr)' },
    { field: 'status', track: '100px' },
    { field: 'tier', track: '60px' },
    { field: 'addresses', header: 'Place', track: 'minmax(120px, 1fr)' },
    { field: 'telecoms', header: 'Phone', track: '140px' },
    { field: 'ownerId', track: 'minmax(110px, 1fr)' },
    { field: 'beds', track: '80px', align: 'end', optional: true },
    { field: 'annualRevenue', track: '130px', align: 'end', optional: true },
    { field: 'territoryId', track: 'minmax(110px, 1fr)', optional: true },
    { field: 'siteIds', track: 'minmax(110px, 1fr)', optional: true },
  ],
  filters: ['status', 'type', 'tier', 'ownerId', 'siteIds'],
  sort: { field: 'title' },
  wide: ['name'],
  prefill: ({ user, siteId, territoryId }) =>
    territoryId === null ? { siteIds: siteId === null ? [] : [siteId] } : { ownerId: user.id, territoryId },
})
