import { z } from 'zod'
import { defineModule, field, full, idSchema, readOnly } from '../../kernel/index.ts'
import {
  addressSchema,
  codingSchema,
  conceptText,
  covers,
  identifierSchema,
  identifierWords,
  line,
  periodSchema,
  professionalSchema,
  prose,
  telecomSchema,
} from '../../values/index.ts'
import { known, linksTo } from '../shared/links.ts'
import { conceptsSchema } from '../shared/patient-record.ts'

/**
 * What a professional does where, and from when to when (HL7 v2 PRD, STF; FHIR PractitionerRole): whom to refer to.
 * The person is a contact; one with three posts has three of these.
 */
export const practitionerRoles = defineModule({
  name: 'practitioner-roles',
  kind: 'practitioner-role',
  label: { one: 'Practitioner role', many: 'Practitioner roles' },
  version: 1,
  collection: 'reference',
  fields: {
    identifiers: field(z.array(identifierSchema).max(16), {
      label: 'Identifiers',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'identifier', of: identifierWords },
    }),
    practitioner: field(professionalSchema, {
      label: 'Practitioner',
      phi: 'none',
      search: { as: 'text', of: ({ name }) => (name === undefined ? [] : [name]) },
    }),
    organizationId: field(idSchema.nullable(), { label: 'Account', phi: 'none' }),
    /** As a message wrote it, where the account is not known. */
    organizationName: field(line(250).nullable(), { label: 'Organisation', phi: 'none' }),
    /** PRD-1: referring, consulting, primary care … */
    codes: field(conceptsSchema, { label: 'Role', phi: 'none', merge: { rule: 'set' } }),
    specialties: field(z.array(codingSchema).max(16), {
      label: 'Specialties',
      phi: 'none',
      merge: { rule: 'list', by: 'code' },
      search: { as: 'text', of: (codings) => codings.flatMap(({ display }) => display ?? []) },
    }),
    locationIds: field(z.array(idSchema).max(32), {
      label: 'Locations',
      phi: 'none',
      merge: { rule: 'set' },
    }),
    telecoms: field(z.array(telecomSchema).max(16), {
      label: 'Phone and mail',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
    }),
    addresses: field(z.array(addressSchema).max(8), {
      label: 'Addresses',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
    }),
    period: field(periodSchema, {
      label: 'Holds',
      phi: 'none',
      merge: { rule: 'members' },
      initial: {},
    }),
    active: field(z.boolean(), { label: 'Active', phi: 'none', initial: true }),
    acceptsReferrals: field(z.boolean().nullable(), { label: 'Takes new patients', phi: 'none' }),
    /** When to be found, in words. */
    availability: field(prose(2000).nullable(), { label: 'Hours', phi: 'none' }),
  },
  indexes: ['organizationId'],
  access: {
    'account-manager': readOnly,
    coordinator: full,
    clinician: readOnly,
    supervisor: full,
    feed: full,
    integration: readOnly,
  },
  scope: () => ['org'],
  refers: (view) => [
    ...linksTo('contacts', view.practitioner?.contactId),
    ...linksTo('accounts', view.organizationId),
    ...linksTo('reference', ...(view.locationIds ?? [])),
  ],
  title: (view) => {
    const [code] = view.codes ?? []
    const [specialty] = view.specialties ?? []
    const does = code ? conceptText(code) : specialty?.display
    return [view.practitioner?.name ?? 'Practitioner', does].filter(Boolean).join(', ')
  },
  timeline: (view) => ({
    about: known(view.practitioner?.contactId, view.organizationId),
    at: view.period?.start ?? view.created.at,
    title: `Role: ${view.codes?.map(conceptText).join(', ') ?? ''}`,
    ...(view.organizationName ? { detail: view.organizationName } : {}),
  }),
})

type Dated = Pick<Parameters<typeof practitionerRoles.title>[0], 'active' | 'period'>

/** Whether a role is held on a day (`YYYY-MM-DD`). */
export function isHeldOn({ active, period }: Dated, day: string): boolean {
  return active !== false && covers(period, day)
}
