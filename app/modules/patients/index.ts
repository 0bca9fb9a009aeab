import { defineModule, full, readOnly } from '../../kernel/index.ts'
import { nameText, officialName, preferredName } from '../../values/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { linksTo } from '../shared/links.ts'
import { scopesOf, siteScope } from '../shared/scopes.ts'
import { patientFields } from './schema.ts'

export { isBeyondReach } from './outreach.ts'

/** A person who receives care. */
export const patients = defineModule({
  name: 'patients',
  kind: 'patient',
  label: { one: 'Patient', many: 'Patients' },
  version: 1,
  collection: 'patients',
  fields: patientFields,
  indexes: [],
  access: { ...patientRecordAccess, integration: full, 'privacy-officer': readOnly },
  scope: (view) => scopesOf((view.siteIds ?? []).flatMap(siteScope)),
  refers: (view) => linksTo('patients', view.mergedIntoId),
  title: (view) => {
    const official = officialName(view.names ?? [])
    if (official === undefined) return 'Patient'
    const preferred = preferredName(view.names ?? [])
    const called = preferred?.use === 'usual' ? ` (${nameText(preferred)})` : ''
    return official === preferred ? nameText(official) : nameText(official) + called
  },
  invariants: [
    {
      field: 'mergedIntoId',
      says: 'A patient can not be merged into itself.',
      holds: (view) => !view.mergedIntoId || view.mergedIntoId !== view.id,
    },
  ],
})
