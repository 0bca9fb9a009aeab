import { z } from 'zod'
import { grantSchema } from '#app/access/index.ts'
import { collectionSchema, idSchema, instantSchema } from '#app/kernel/index.ts'
import type { Role } from '#app/kernel/index.ts'
import { hostKindSchema } from '#app/protocol/index.ts'
import { boxesSchema, recoveryKeysSchema } from '#app/recovery/index.ts'
import { hl7Calls, messageStateSchema } from './hl7.ts'
import { accountCalls } from './account.ts'
import { alertCalls } from './alerts.ts'
import { auditCalls } from './audit.ts'
import { deviceSignInCalls } from './device-sign-in.ts'
import { grantableRoles, grantCalls } from './grants.ts'
import { outgoingCalls } from './outgoing.ts'
import { integrationCalls } from './integrations.ts'
import { dossierCalls } from './privacy/dossier-calls.ts'
import { erasureCalls } from './privacy/erasure-calls.ts'
import { emergencyCalls } from './privacy/emergency-calls.ts'
import { markCalls } from './privacy/mark-calls.ts'
import { regionCalls } from './privacy/region-calls.ts'
import { reportCalls } from './privacy/report-calls.ts'
import { rightsCalls } from './privacy/rights-calls.ts'
import { factorFields, passkeyCalls } from './passkeys.ts'
import { signOnCalls } from './sign-on.ts'
import { newUserSchema, passwordCalls } from './passwords.ts'

// What the console may ask of its server: POST, JSON both ways, each call by the roles that may make it. Nothing here says
// anything about a patient, but for what hl7.ts marks so.

const count = z.int().nonnegative()
const nothing = z.strictObject({})

/** Whoever may do more here than look after their own account. */
export const consoleRoles = [
  'sync-admin',
  'interface-analyst',
  'supervisor',
  'privacy-officer',
  'auditor',
] as const satisfies readonly Role[]
export type ConsoleRole = (typeof consoleRoles)[number]
const admins = ['sync-admin'] as const

export const overviewSchema = z.strictObject({
  organisation: z.strictObject({ name: z.string(), data: z.enum(['synthetic', 'real']) }),
  store: z.enum(['sqlite', 'postgres']),
  startedAt: instantSchema,
  documents: z.partialRecord(collectionSchema, count),
  devices: z.strictObject({ active: count, revoked: count, streaming: count }),
  users: z.strictObject({ active: count, disabled: count }),
  inbox: z.partialRecord(messageStateSchema, count),
  /** Where the chain ends, and whether that end is the one the server wrote. */
  audit: z.strictObject({ seq: count, authentic: z.boolean() }),
})
export type Overview = z.infer<typeof overviewSchema>

/** The whole chain walked: `brokenAt` is the first entry that is not what was written, null where all are. */
export const auditStateSchema = z.strictObject({ entries: count, brokenAt: count.nullable() })

/** Documents that were taken off a device: those it has not confirmed, and those it has. */
export const consoleEvictionsSchema = z.strictObject({
  outstanding: count,
  since: instantSchema.nullable(),
  acknowledged: count,
  acknowledgedAt: instantSchema.nullable(),
})

export const consoleDeviceSchema = z.strictObject({
  id: idSchema,
  userId: idSchema,
  label: z.string(),
  host: hostKindSchema,
  createdAt: instantSchema,
  lastSeenAt: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
  wipeOrderedAt: instantSchema.nullable(),
  wipedAt: instantSchema.nullable(),
  /** An earlier state of its copy was put back; two copies of it are in use. */
  olderCopyAt: instantSchema.nullable(),
  copiedAt: instantSchema.nullable(),
})

export const consoleUserSchema = z.strictObject({
  id: idSchema,
  login: z.string(),
  name: z.string(),
  grants: z.array(grantSchema),
  createdAt: instantSchema,
  disabledAt: instantSchema.nullable(),
  /** None yet: an invitation lets the user set it. */
  hasPassword: z.boolean(),
  /** Linked to an identity at the provider of single sign-on. */
  isLinked: z.boolean(),
})

export const consoleSignInSchema = z.strictObject({
  login: z.string().min(1).max(128),
  password: z.string().min(1).max(256),
  /** Of whoever has an authenticator or a passkey. */
  ...factorFields,
})

/** Told once: only a keyed hash of the code is kept. */
export const newInvitationSchema = z.strictObject({ code: z.string(), expiresAt: instantSchema })

/** Whether devices come in by invitation and second factor only; `fixed` where the data is real. */
export const invitedOnlySchema = z.strictObject({ invitedOnly: z.boolean(), fixed: z.boolean() })

export const consoleSessionSchema = z.strictObject({
  token: z.string(),
  expiresAt: instantSchema,
  name: z.string(),
  roles: z.array(z.enum(consoleRoles)),
})

/** Why somebody looks at what tells of patients; a reference to a ticket where there is one. Neither tells of a patient. */
export const purposes = ['repair', 'test', 'incident', 'question', 'privacy'] as const
export const purposeSchema = z.strictObject({
  purpose: z.enum(purposes),
  reference: z.string().regex(/^[A-Za-z0-9#_-]{0,32}$/),
})

export const recoveryKeysStateSchema = z.strictObject({ keys: recoveryKeysSchema.nullable() })

/** A locked device that asks to be recovered, and what the next person is to open. */
export const consoleRecoverySchema = z.strictObject({
  id: idSchema,
  deviceId: idSchema,
  replicaId: idSchema,
  label: z.string(),
  login: z.string(),
  publicKey: z.base64(),
  code: z.string(),
  requestedAt: instantSchema,
  approvals: z.int().min(0).max(2),
  boxes: boxesSchema,
})

const leaseDaysSchema = z.int().min(1).max(90)
/** For how many days a replica may be unlocked without contact: anybody's, and of each role that differs. */
export const leaseSchema = z.strictObject({
  days: leaseDaysSchema,
  byRole: z.partialRecord(z.enum(grantableRoles), leaseDaysSchema),
})

export type CallRow = {
  readonly for: 'open' | 'everybody' | readonly ConsoleRole[]
  /** Answers with what is known of patients: only to who has said why, and written down each time. */
  readonly shows?: 'patients'
  /** As how many usual calls it counts, where it looks through much for an answer. */
  readonly cost?: number
  readonly request: z.ZodType
  readonly answer: z.ZodType
}

/**
 * Every call of the console, and the roles of which one is needed for it. `open` calls need no session; those for `everybody`
 * need one, and no role.
 */
export const consoleCalls = {
  'sign-in': { for: 'open', request: consoleSignInSchema, answer: consoleSessionSchema },
  'sign-out': { for: 'everybody', request: nothing, answer: nothing },
  'state-purpose': { for: consoleRoles, request: purposeSchema, answer: nothing },
  overview: { for: admins, request: nothing, answer: overviewSchema },
  'verify-audit': { for: admins, cost: 250, request: nothing, answer: auditStateSchema },
  devices: {
    for: admins,
    request: nothing,
    answer: z.strictObject({
      devices: z.array(consoleDeviceSchema.extend({ evictions: consoleEvictionsSchema })),
    }),
  },
  'revoke-device': { for: admins, request: z.strictObject({ id: idSchema }), answer: consoleDeviceSchema },
  'wipe-device': { for: admins, request: z.strictObject({ id: idSchema }), answer: consoleDeviceSchema },
  'let-copy-go-on': { for: admins, request: z.strictObject({ id: idSchema }), answer: consoleDeviceSchema },
  lease: { for: admins, request: nothing, answer: leaseSchema },
  'set-lease': { for: admins, request: leaseSchema, answer: leaseSchema },
  'recovery-keys': { for: admins, request: nothing, answer: recoveryKeysStateSchema },
  'set-recovery-keys': {
    for: admins,
    request: z.strictObject({ keys: recoveryKeysSchema }),
    answer: recoveryKeysStateSchema,
  },
  recoveries: {
    for: admins,
    request: nothing,
    answer: z.strictObject({ recoveries: z.array(consoleRecoverySchema) }),
  },
  'approve-recovery': {
    for: admins,
    request: z.union([
      z.strictObject({ id: idSchema, boxes: boxesSchema }),
      z.strictObject({ id: idSchema, box: z.base64().max(1024) }),
    ]),
    answer: z.strictObject({ approvals: z.int().min(1).max(2) }),
  },
  users: { for: admins, request: nothing, answer: z.strictObject({ users: z.array(consoleUserSchema) }) },
  invite: { for: admins, request: z.strictObject({ id: idSchema }), answer: newInvitationSchema },
  'forget-second-factor': { for: admins, request: z.strictObject({ id: idSchema }), answer: nothing },
  'invited-only': { for: admins, request: nothing, answer: invitedOnlySchema },
  'set-invited-only': {
    for: admins,
    request: z.strictObject({ invitedOnly: z.boolean() }),
    answer: invitedOnlySchema,
  },
  'add-user': {
    for: admins,
    request: newUserSchema,
    answer: z.strictObject({ user: consoleUserSchema, invitation: newInvitationSchema }),
  },
  'disable-user': { for: admins, request: z.strictObject({ id: idSchema }), answer: consoleUserSchema },
  'enable-user': { for: admins, request: z.strictObject({ id: idSchema }), answer: consoleUserSchema },
  ...hl7Calls,
  ...grantCalls,
  ...passwordCalls,
  ...alertCalls,
  ...passkeyCalls,
  ...accountCalls,
  ...signOnCalls,
  ...deviceSignInCalls,
  'sign-on': { for: 'open', request: nothing, answer: consoleSessionSchema },
  ...auditCalls,
  ...outgoingCalls,
  ...integrationCalls,
  ...emergencyCalls,
  ...reportCalls,
  ...dossierCalls,
  ...rightsCalls,
  ...erasureCalls,
  ...regionCalls,
  ...markCalls,
} as const satisfies Record<string, CallRow>
export type ConsoleCall = keyof typeof consoleCalls
export type ConsoleRequest<Call extends ConsoleCall> = z.infer<(typeof consoleCalls)[Call]['request']>
export type ConsoleAnswer<Call extends ConsoleCall> = z.infer<(typeof consoleCalls)[Call]['answer']>

/** Whether one of the roles may make a call; the server decides by the same rows. */
export function mayCall(roles: readonly ConsoleRole[], call: ConsoleCall): boolean {
  const row: CallRow = consoleCalls[call]
  return typeof row.for === 'string' || row.for.some((role) => roles.includes(role))
}

export const CONSOLE_PATH = '/console-api/'
