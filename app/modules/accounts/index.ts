import { z } from 'zod'
import { defineModule, field, full, idSchema, readOnly } from '../../kernel/index.ts'
import {
  addressSchema,
  addressWords,
  identifierSchema,
  identifierWords,
  itemKeySchema,
  line,
  moneySchema,
  prose,
  telecomSchema,
  telecomWords,
} from '../../values/index.ts'
import { everything } from '../shared/first.ts'
import { linksTo } from '../shared/links.ts'
import { personScope, scopesOf, siteScope, territoryScope } from '../shared/scopes.ts'

export const accountTypes = [
  'health-system',
  'hospital',
  'clinic',
  'practice',
  'laboratory',
  'imaging-centre',
  'payer',
  'nursing-facility',
  'other',
] as const

export const teamMemberSchema = z.strictObject({
  key: itemKeySchema,
  userId: idSchema,
  role: z.enum(['owner', 'account-manager', 'specialist', 'service', 'executive', 'other']),
})

/** An organisation that Rounds' people work with: who refers, sends, buys or pays. */
export const accounts = defineModule({
  name: 'accounts',
  kind: 'account',
  label: { one: 'Account', many: 'Accounts' },
  version: 1,
  collection: 'accounts',
  fields: {
    name: field(line(160), { label: 'Name', phi: 'none', search: { as: 'text', of: (name) => [name] } }),
    type: field(z.enum(accountTypes), { label: 'Type', phi: 'none' }),
    status: field(z.enum(['prospect', 'active', 'dormant', 'closed']), {
      label: 'Status',
      phi: 'none',
      initial: 'prospect',
      merge: {
        rule: 'status',
        graph: {
          prospect: ['active', 'dormant', 'closed'],
          active: ['dormant', 'closed'],
          dormant: ['active', 'closed'],
          closed: ['prospect', 'active'],
        },
      },
    }),
    parentId: field(idSchema.nullable(), { label: 'Part of', phi: 'none' }),
    identifiers: field(z.array(identifierSchema).max(16), {
      label: 'Identifiers',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'identifier', of: identifierWords },
    }),
    addresses: field(z.array(addressSchema).max(16), {
      label: 'Addresses',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'text', of: addressWords },
    }),
    telecoms: field(z.array(telecomSchema).max(16), {
      label: 'Phone and mail',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'phone', of: telecomWords },
    }),
    specialties: field(z.array(line(80)).max(32), {
      label: 'Specialties',
      phi: 'none',
      merge: { rule: 'set' },
      search: { as: 'text', of: (specialties) => specialties },
    }),
    beds: field(z.int().min(0).max(100_000).nullable(), { label: 'Beds', phi: 'none' }),
    annualRevenue: field(moneySchema.nullable(), { label: 'Revenue a year', phi: 'none' }),
    /** What the account means to us: A is visited most. */
    tier: field(z.enum(['A', 'B', 'C', 'D']).nullable(), { label: 'Tier', phi: 'none' }),
    team: field(z.array(teamMemberSchema).max(32), {
      label: 'Team',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
    }),
    ownerId: field(idSchema.nullable(), { label: 'Owner', phi: 'none' }),
    territoryId: field(idSchema.nullable(), { label: 'Territory', phi: 'none' }),
    /** The sites that work with the account: their coordinators see it. */
    siteIds: field(z.array(idSchema).max(32), { label: 'Sites', phi: 'none', merge: { rule: 'set' } }),
    tags: field(z.array(line(40)).max(32), {
      label: 'Tags',
      phi: 'none',
      merge: { rule: 'set' },
      search: { as: 'text', of: (tags) => tags },
    }),
    note: field(prose(8000).nullable(), { label: 'Note', phi: 'none' }),
  },
  indexes: ['name', 'type', 'status', 'parentId'],
  access: {
    'account-manager': full,
    coordinator: {
      read: 'all',
      write: {
        fields: ['name', 'type', 'parentId', 'identifiers', 'addresses', 'telecoms', 'siteIds', 'tags'],
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
      territoryScope(view.territoryId),
      (view.siteIds ?? []).flatMap(siteScope),
      personScope(view.ownerId),
      (view.team ?? []).flatMap(({ userId }) => personScope(userId)),
    ),
  refers: (view) => linksTo('accounts', view.parentId),
  // Mine: I own it, or am of its team.
  first: [{ own: true, when: everything }],
  title: (view) => view.name ?? 'Account',
  invariants: [
    {
      field: 'parentId',
      says: 'An account can not be part of itself.',
      holds: (view) => view.parentId === null || view.parentId !== view.id,
    },
    {
      field: 'territoryId',
      says: 'An account belongs to a territory or a site.',
      holds: (view) => view.territoryId !== null || view.siteIds?.length !== 0,
    },
  ],
})
