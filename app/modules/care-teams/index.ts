import { z } from 'zod'
import { defineModule, field, full, idSchema } from '../../kernel/index.ts'
import { covers, itemKeySchema, line, periodSchema, prose } from '../../values/index.ts'
import { directoryAccess } from '../shared/access.ts'
import { linksTo } from '../shared/links.ts'

export const careTeamRoles = [
  'lead',
  'physician',
  'nurse',
  'therapist',
  'pharmacist',
  'social-worker',
  'care-coordinator',
  'other',
] as const

/** One who belongs to it, as what, from when to when: a colleague, or a practitioner of elsewhere. */
export const careTeamMemberSchema = z
  .strictObject({
    key: itemKeySchema,
    role: z.enum(careTeamRoles),
    userId: idSchema.optional(),
    contactId: idSchema.optional(),
    period: periodSchema.optional(),
  })
  .refine(({ userId, contactId }) => (userId === undefined) !== (contactId === undefined), {
    message: 'A colleague or a practitioner is needed.',
    path: ['userId'],
  })
export type CareTeamMember = z.infer<typeof careTeamMemberSchema>

/**
 * Who cares for some patients together, at whichever sites these are (FHIR CareTeam). Its id is the id in the scope `team:`.
 * Grants decide who sees what; the members here say who is meant to care. It names no patient: they name it.
 */
export const careTeams = defineModule({
  name: 'care-teams',
  kind: 'care-team',
  label: { one: 'Care team', many: 'Care teams' },
  version: 1,
  collection: 'reference',
  fields: {
    name: field(line(120), { label: 'Name', phi: 'none', search: { as: 'text', of: (name) => [name] } }),
    status: field(z.enum(['proposed', 'active', 'suspended', 'inactive', 'entered-in-error']), {
      label: 'Status',
      phi: 'none',
      initial: 'active',
      merge: {
        rule: 'status',
        graph: {
          proposed: ['active', 'inactive', 'entered-in-error'],
          active: ['suspended', 'inactive', 'entered-in-error'],
          suspended: ['active', 'inactive', 'entered-in-error'],
          inactive: ['active', 'entered-in-error'],
          'entered-in-error': [],
        },
      },
    }),
    /** Where it is at home; its patients may be of any site. */
    siteId: field(idSchema.nullable(), { label: 'Site', phi: 'none' }),
    members: field(z.array(careTeamMemberSchema).max(64), {
      label: 'Members',
      phi: 'none',
      merge: { rule: 'list', by: 'key' },
    }),
    period: field(periodSchema, { label: 'Holds', phi: 'none', merge: { rule: 'members' }, initial: {} }),
    /** What it is for; never of whom. */
    note: field(prose(4000).nullable(), { label: 'Note', phi: 'none' }),
  },
  indexes: [],
  access: { ...directoryAccess, coordinator: full },
  scope: () => ['org'],
  refers: (view) => [
    ...linksTo('reference', view.siteId),
    ...(view.members ?? []).flatMap(({ userId, contactId }) => [
      ...linksTo('reference', userId),
      ...linksTo('contacts', contactId),
    ]),
  ],
  title: (view) => view.name ?? 'Care team',
})

/** Who belongs to it on a day (`YYYY-MM-DD`), those who lead it first. */
export function membersOn(members: readonly CareTeamMember[], day: string): readonly CareTeamMember[] {
  const holds = members.filter(({ period }) => covers(period, day))
  return holds.toSorted((a, b) => Number(b.role === 'lead') - Number(a.role === 'lead'))
}
