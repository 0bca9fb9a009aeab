import { z } from 'zod'
import { defineModule, field, idSchema } from '../../kernel/index.ts'
import {
  addressSchema,
  identifierSchema,
  identifierWords,
  line,
  telecomSchema,
  timeZoneSchema,
} from '../../values/index.ts'
import { directoryAccess } from '../shared/access.ts'
import { allFirst } from '../shared/first.ts'
import { linksTo } from '../shared/links.ts'

/** Territories have a module of their own by now; the value stays for the locations that were written before. */
export const locationTypes = ['site', 'building', 'ward', 'room', 'bed', 'territory'] as const

/** Where care happens: sites, and the wards and rooms in them. The id of a site is the id in the scope `site:`. */
export const locations = defineModule({
  name: 'locations',
  kind: 'location',
  label: { one: 'Location', many: 'Locations' },
  version: 1,
  collection: 'reference',
  fields: {
    type: field(z.enum(locationTypes), { label: 'Type', phi: 'none' }),
    name: field(line(120), { label: 'Name', phi: 'none', search: { as: 'text', of: (name) => [name] } }),
    /** How feeds name it: a facility, a point of care, a room. */
    code: field(line(80).nullable(), {
      label: 'Code',
      phi: 'none',
      search: { as: 'identifier', of: (code) => (code === null ? [] : [code]) },
    }),
    identifiers: field(z.array(identifierSchema).max(16), {
      label: 'Identifiers',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
      search: { as: 'identifier', of: identifierWords },
    }),
    parentId: field(idSchema.nullable(), { label: 'Part of', phi: 'none' }),
    /** Of sites; what lies in a site has the site's. */
    zone: field(timeZoneSchema.nullable(), { label: 'Time zone', phi: 'none' }),
    address: field(addressSchema.nullable(), { label: 'Address', phi: 'none', merge: { rule: 'members' } }),
    telecoms: field(z.array(telecomSchema).max(8), {
      label: 'Phone and mail',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
    }),
    active: field(z.boolean(), { label: 'In use', phi: 'none', initial: true }),
  },
  indexes: ['type'],
  access: directoryAccess,
  scope: () => ['org'],
  refers: (view) => linksTo('reference', view.parentId),
  first: allFirst,
  title: (view) => view.name ?? 'Location',
  invariants: [
    {
      field: 'zone',
      says: 'A site needs a time zone.',
      holds: (view) => view.type !== 'site' || view.zone !== null,
    },
    {
      field: 'parentId',
      says: 'A location can not be part of itself.',
      holds: (view) => view.parentId !== view.id,
    },
  ],
})
