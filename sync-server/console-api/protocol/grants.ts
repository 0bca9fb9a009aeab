import { z } from 'zod'
import { grantSchema } from '#app/access/index.ts'
import { idSchema, instantSchema, scopeSchema } from '#app/kernel/index.ts'
import type { Role } from '#app/kernel/index.ts'

// What the console asks about who may do what. Nothing of a patient.

/** Roles that people are given here. Feeds and machines have theirs from their own settings, and the portal is to come. */
export const grantableRoles = [
  'account-manager',
  'coordinator',
  'clinician',
  'supervisor',
  'sync-admin',
  'interface-analyst',
  'privacy-officer',
  'auditor',
] as const satisfies readonly Role[]

const reason = z.string().trim().min(3).max(500)
const deedSchema = z.strictObject({ by: z.string(), at: instantSchema })

export const consoleGrantSchema = z.strictObject({
  grant: grantSchema,
  state: z.enum(['proposed', 'to come', 'holds', 'over']),
  /** Null for grants of the first days. People by name. */
  proposed: deedSchema.extend({ reason: z.string() }).nullable(),
  approved: deedSchema.nullable(),
  ended: deedSchema.extend({ reason: z.string() }).nullable(),
  /** Whether who asks proposed it, who so can not approve it; or gets it, who so can do nothing about it. */
  byYou: z.boolean(),
  forYou: z.boolean(),
})
export type ConsoleGrant = z.infer<typeof consoleGrantSchema>

const placeSchema = z.strictObject({ scope: scopeSchema, name: z.string() })

/** Who may be given something, and where. */
export const grantChoicesSchema = z.strictObject({
  users: z.array(z.strictObject({ id: idSchema, name: z.string(), login: z.string() })),
  places: z.array(placeSchema),
})

const proposalSchema = z
  .strictObject({
    userId: idSchema,
    role: z.enum(grantableRoles),
    scope: scopeSchema,
    from: instantSchema,
    until: instantSchema.nullable(),
    reason,
  })
  .refine(({ from, until }) => until === null || from < until, { path: ['until'] })

const proposers = ['sync-admin', 'privacy-officer'] as const
const approvers = ['supervisor', 'privacy-officer'] as const
const enders = ['sync-admin', 'supervisor', 'privacy-officer'] as const
const readers = [...enders, 'auditor'] as const

export const grantCalls = {
  /** As of an instant, or now: the export is this answer. */
  grants: {
    for: readers,
    request: z.strictObject({ asOf: instantSchema.nullable() }),
    answer: z.strictObject({ asOf: instantSchema, grants: z.array(consoleGrantSchema) }),
  },
  'grant-choices': { for: readers, request: z.strictObject({}), answer: grantChoicesSchema },
  'propose-grant': { for: proposers, request: proposalSchema, answer: consoleGrantSchema },
  'approve-grant': { for: approvers, request: z.strictObject({ id: idSchema }), answer: consoleGrantSchema },
  'end-grant': { for: enders, request: z.strictObject({ id: idSchema, reason }), answer: consoleGrantSchema },
} as const
