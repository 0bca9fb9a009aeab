import { defineModule, readOnly } from '../../kernel/index.ts'
import type { RolePermission } from '../../kernel/index.ts'
import { nameText, officialName, preferredName } from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { linksTo } from '../shared/links.ts'
import { scopesOf, siteScope, teamScope } from '../shared/scopes.ts'
import { patientFields } from './schema.ts'

export { isBeyondReach } from './outreach.ts'

const fieldNames = Object.keys(patientFields) as readonly (keyof typeof patientFields)[]

/** Into a team a patient is put by people alone: it opens the record to others. */
const otherSystems: RolePermission<keyof typeof patientFields> = {
  read: 'all',
  write: { fields: fieldNames.filter((name) => name !== 'careTeamIds') },
  create: true,
}

/** A person who receives care. */
export const patients = defineModule({
  name: 'patients',
  kind: 'patient',
  label: { one: 'Patient', many: 'Patients' },
  version: 2,
  collection: 'patients',
  fields: patientFields,
  indexes: [],
  access: {
    ...patientRecordAccess,
    feed: otherSystems,
    integration: otherSystems,
    'privacy-officer': readOnly,
  },
  scope: (view) =>
    scopesOf((view.siteIds ?? []).flatMap(siteScope), (view.careTeamIds ?? []).flatMap(teamScope)),
  refers: (view) => [
    ...linksTo('patients', view.mergedIntoId),
    ...linksTo('reference', ...(view.careTeamIds ?? [])),
  ],
  title: (view) => {
    const official = officialName(view.names ?? [])
    if (official === undefined) return 'Patient'
    const preferred = preferredName(view.names ?? [])
    const called = preferred?.use === 'usual' ? ` (${nameText(preferred)})` : ''
    return official === preferred ? nameText(official) : nameText(official) + called
  },
  migrations: { 2: (document) => ({ careTeamIds: [], ...document }) },
  invariants: [
    {
      field: 'mergedIntoId',
      says: 'A patient can not be merged into itself.',
      holds: (view) => !view.mergedIntoId || view.mergedIntoId !== view.id,
    },
  ],
})
