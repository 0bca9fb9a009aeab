import { z } from 'zod'
import { defineModule, field, idSchema } from '../../kernel/index.ts'
import type { Id } from '../../kernel/index.ts'
import { covers, itemKeySchema, line, periodSchema, prose } from '../../values/index.ts'
import { directoryAccess } from '../shared/access.ts'
import { allFirst } from '../shared/first.ts'
import { linksTo } from '../shared/links.ts'

/** Who works a territory, as what, from when to when. Handing it over ends one and begins another. */
export const territoryAssignmentSchema = z.strictObject({
  key: itemKeySchema,
  userId: idSchema,
  role: z.enum(['manager', 'deputy', 'specialist']),
  period: periodSchema.optional(),
})
export type TerritoryAssignment = z.infer<typeof territoryAssignmentSchema>

/**
 * A part of the map in which people sell. Its id is the id in the scope `territory:`. Grants decide who sees what; the
 * assignments here say who is meant to work it.
 */
export const territories = defineModule({
  name: 'territories',
  kind: 'territory',
  label: { one: 'Territory', many: 'Territories' },
  version: 1,
  collection: 'reference',
  fields: {
    name: field(line(120), { label: 'Name', phi: 'none', search: { as: 'text', of: (name) => [name] } }),
    code: field(line(80).nullable(), {
      label: 'Code',
      phi: 'none',
      search: { as: 'identifier', of: (code) => (code === null ? [] : [code]) },
    }),
    parentId: field(idSchema.nullable(), { label: 'Part of', phi: 'none' }),
    assignments: field(z.array(territoryAssignmentSchema).max(64), {
      label: 'Who works it',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
    }),
    siteIds: field(z.array(idSchema).max(64), { label: 'Sites', phi: 'none', merge: { rule: 'set' } }),
    /** Where it reaches: postal codes, or the beginnings of them. */
    postalCodes: field(z.array(line(20)).max(2000), {
      label: 'Postal codes',
      phi: 'none',
      merge: { rule: 'set' },
    }),
    period: field(periodSchema, { label: 'Holds', phi: 'none', merge: { rule: 'members' }, initial: {} }),
    active: field(z.boolean(), { label: 'In use', phi: 'none', initial: true }),
    note: field(prose(4000).nullable(), { label: 'Note', phi: 'none' }),
  },
  indexes: [],
  access: directoryAccess,
  scope: () => ['org'],
  refers: (view) => linksTo('reference', view.parentId, ...(view.siteIds ?? [])),
  first: allFirst,
  title: (view) => view.name ?? 'Territory',
  invariants: [
    {
      field: 'parentId',
      says: 'A territory can not be part of itself.',
      holds: (view) => !view.parentId || view.parentId !== view.id,
    },
  ],
})

/** Who works a territory on a day (`YYYY-MM-DD`), managers first. */
export function workersOn(assignments: readonly TerritoryAssignment[], day: string): readonly Id[] {
  const rank = { manager: 0, deputy: 1, specialist: 2 }
  return assignments
    .filter(({ period }) => covers(period, day))
    .toSorted((a, b) => rank[a.role] - rank[b.role])
    .map(({ userId }) => userId)
}
