import { z } from 'zod'
import { defineModule, field, idSchema } from '../../kernel/index.ts'
import { line, telecomSchema } from '../../values/index.ts'
import { directoryAccess } from '../shared/access.ts'
import { allFirst } from '../shared/first.ts'
import { linksTo } from '../shared/links.ts'

/** The directory of colleagues. The record of a user has the user's id; `userId` is null for one without sign-in. */
export const people = defineModule({
  name: 'people',
  kind: 'person',
  label: { one: 'Colleague', many: 'Colleagues' },
  version: 1,
  collection: 'reference',
  fields: {
    userId: field(idSchema.nullable(), { label: 'User', phi: 'none' }),
    name: field(line(120), { label: 'Name', phi: 'none', search: { as: 'text', of: (name) => [name] } }),
    jobTitle: field(line(80).nullable(), { label: 'Job title', phi: 'none' }),
    telecoms: field(z.array(telecomSchema).max(8), {
      label: 'Phone and mail',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
    }),
    siteIds: field(z.array(idSchema).max(32), { label: 'Sites', phi: 'none', merge: { rule: 'set' } }),
    territoryIds: field(z.array(idSchema).max(32), {
      label: 'Territories',
      phi: 'none',
      merge: { rule: 'set' },
    }),
    active: field(z.boolean(), { label: 'Active', phi: 'none', initial: true }),
  },
  indexes: ['name'],
  access: directoryAccess,
  scope: () => ['org'],
  refers: (view) => linksTo('reference', ...(view.siteIds ?? []), ...(view.territoryIds ?? [])),
  first: allFirst,
  title: (view) => view.name ?? 'Colleague',
})
