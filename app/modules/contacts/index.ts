import { z } from 'zod'
import { defineModule, field, full, idSchema, readOnly } from '../../kernel/index.ts'
import {
  addressSchema,
  codingSchema,
  humanNameSchema,
  identifierSchema,
  identifierWords,
  itemKeySchema,
  languageTagSchema,
  line,
  nameText,
  nameWords,
  npiSchema,
  officialName,
  periodSchema,
  preferredName,
  prose,
  telecomSchema,
  telecomWords,
} from '../../values/index.ts'
import { linksTo } from '../shared/links.ts'
import { personScope, scopesOf, siteScope, territoryScope } from '../shared/scopes.ts'

/** What a contact is at an account, and when. */
export const affiliationSchema = z.strictObject({
  key: itemKeySchema,
  accountId: idSchema,
  role: line(80),
  department: line(80).optional(),
  primary: z.boolean(),
  period: periodSchema.optional(),
})
export type Affiliation = z.infer<typeof affiliationSchema>

/**
 * One person of the business: a referrer, a provider, a buyer, an office manager. One professional is one contact,
 * told by the NPI, however many accounts they work at.
 */
export const contacts = defineModule({
  name: 'contacts',
  kind: 'contact',
  label: { one: 'Contact', many: 'Contacts' },
  version: 1,
  collection: 'contacts',
  fields: {
    names: field(z.array(humanNameSchema).min(1).max(8), {
      label: 'Names',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'text', of: nameWords },
    }),
    npi: field(npiSchema.nullable(), {
      label: 'NPI',
      phi: 'none',
      search: { as: 'identifier', of: (npi) => (npi === null ? [] : [npi]) },
    }),
    identifiers: field(z.array(identifierSchema).max(16), {
      label: 'Identifiers',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'identifier', of: identifierWords },
    }),
    profession: field(
      z.enum(['physician', 'nurse', 'therapist', 'pharmacist', 'administrator', 'purchasing', 'it', 'other']),
      { label: 'Profession', phi: 'none' },
    ),
    /** Specialties by the NUCC taxonomy or another system. */
    specialties: field(z.array(codingSchema).max(16), {
      label: 'Specialties',
      phi: 'none',
      merge: { rule: 'list', by: 'code' },
      search: { as: 'text', of: (codings) => codings.flatMap(({ display }) => display ?? []) },
    }),
    jobTitle: field(line(120).nullable(), { label: 'Job title', phi: 'none' }),
    affiliations: field(z.array(affiliationSchema).max(32), {
      label: 'Affiliations',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
    }),
    telecoms: field(z.array(telecomSchema).max(16), {
      label: 'Phone and mail',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'phone', of: telecomWords },
    }),
    addresses: field(z.array(addressSchema).max(8), {
      label: 'Addresses',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
    }),
    languages: field(z.array(languageTagSchema).max(16), {
      label: 'Languages',
      phi: 'none',
      merge: { rule: 'set' },
    }),
    /** How the person may be written to; the law decides the rest. */
    marketing: field(z.enum(['allowed', 'refused', 'unknown']), {
      label: 'Marketing',
      phi: 'none',
      initial: 'unknown',
    }),
    ownerId: field(idSchema.nullable(), { label: 'Owner', phi: 'none' }),
    territoryIds: field(z.array(idSchema).max(32), {
      label: 'Territories',
      phi: 'none',
      merge: { rule: 'set' },
    }),
    siteIds: field(z.array(idSchema).max(32), { label: 'Sites', phi: 'none', merge: { rule: 'set' } }),
    active: field(z.boolean(), { label: 'Active', phi: 'none', initial: true }),
    tags: field(z.array(line(40)).max(32), {
      label: 'Tags',
      phi: 'none',
      merge: { rule: 'set' },
      search: { as: 'text', of: (tags) => tags },
    }),
    note: field(prose(8000).nullable(), { label: 'Note', phi: 'none' }),
  },
  indexes: [],
  access: {
    'account-manager': full,
    coordinator: {
      read: 'all',
      write: {
        fields: [
          'names',
          'npi',
          'identifiers',
          'profession',
          'specialties',
          'jobTitle',
          'affiliations',
          'telecoms',
          'addresses',
          'languages',
          'siteIds',
          'tags',
        ],
      },
      create: true,
    },
    clinician: readOnly,
    supervisor: full,
    feed: readOnly,
    integration: readOnly,
  },
  scope: (view) =>
    scopesOf(
      (view.territoryIds ?? []).flatMap(territoryScope),
      (view.siteIds ?? []).flatMap(siteScope),
      personScope(view.ownerId),
    ),
  refers: (view) => linksTo('accounts', ...(view.affiliations ?? []).map(({ accountId }) => accountId)),
  // Those of the accounts that come first.
  first: [{ of: 'accounts' }],
  title: (view) => {
    const name = preferredName(view.names ?? []) ?? officialName(view.names ?? [])
    return name === undefined ? 'Contact' : nameText(name)
  },
  invariants: [
    {
      field: 'territoryIds',
      says: 'A contact belongs to a territory or a site.',
      holds: (view) => view.territoryIds?.length !== 0 || view.siteIds?.length !== 0,
    },
  ],
})
