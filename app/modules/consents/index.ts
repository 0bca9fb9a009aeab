import { defineModule, full } from '../../kernel/index.ts'
import type { ViewOf } from '../../kernel/index.ts'
import { patientRecordAccess } from '../shared/access.ts'
import { labelOf } from '../shared/labels.ts'
import { known, linksTo } from '../shared/links.ts'
import { patientLinks } from '../shared/patient-record.ts'
import { scopesOf, siteScope } from '../shared/scopes.ts'
import { consentFields } from './schema.ts'

export {
  communicationChannels,
  consentActorSchema,
  consentCategories,
  consentPurposes,
  consentStatuses,
} from './schema.ts'
export type { CommunicationChannel, ConsentActor } from './schema.ts'
export { contactVerdicts } from './contact.ts'
export type { ContactVerdict } from './contact.ts'
export { groundsOf, refusalOf } from './disclosure.ts'
export type { Disclosure } from './disclosure.ts'
export { isInForce } from './in-force.ts'
export type { Consent } from './in-force.ts'

/**
 * What a patient allowed or forbade, and what the house agreed to (HL7 v2 CON; FHIR Consent): disclosure under 42 CFR
 * Part 2, restrictions of 45 CFR 164.522(a), ways to be reached of 164.522(b), communication. Two sides that differ are
 * never merged silently: the recorded one holds until a person has decided.
 */
export const consents = defineModule({
  name: 'consents',
  kind: 'consent',
  label: { one: 'Consent', many: 'Consents' },
  version: 1,
  collection: 'clinical',
  fields: consentFields,
  indexes: ['patientId'],
  access: { ...patientRecordAccess, 'privacy-officer': full },
  scope: (view) => scopesOf((view.siteIds ?? []).flatMap(siteScope)),
  refers: (view) => [
    ...patientLinks(view),
    ...linksTo('clinical', view.grantedById, ...(view.documentIds ?? [])),
  ],
  title: titleOf,
  timeline: (view) => ({
    about: known(view.patientId),
    at: view.dateTime ?? view.created.at,
    title: `Consent: ${titleOf(view)}`,
    detail: labelOf(view.status),
  }),
  invariants: [
    {
      field: 'revokedAt',
      says: 'What was revoked does not hold: choose another status.',
      holds: (view) => !view.revokedAt || view.status !== 'active',
    },
    {
      field: 'actors',
      says: 'A Part 2 consent names who may receive (42 CFR 2.31(a)(4)).',
      holds: (view) =>
        view.category !== 'part2-disclosure' ||
        view.provision !== 'permit' ||
        view.status !== 'active' ||
        view.actors === undefined ||
        view.actors.length > 0,
    },
  ],
})

function titleOf({ category, provision }: ViewOf<typeof consentFields>): string {
  if (category === undefined) return 'Consent'
  // A restriction forbids by what it is.
  if (category === 'restriction' || provision === undefined) return labelOf(category)
  return `${labelOf(category)} ${provision === 'deny' ? 'refused' : 'allowed'}`
}
