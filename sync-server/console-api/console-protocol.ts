import { z } from 'zod'
import { grantSchema } from '#app/access/index.ts'
import { collectionSchema, idSchema, instantSchema } from '#app/kernel/index.ts'
import { hostKindSchema } from '#app/protocol/index.ts'
import { boxesSchema, recoveryKeysSchema } from '#app/recovery/index.ts'

// What the console may ask of its server: POST, JSON both ways. Nothing here says anything about a patient.

const count = z.int().nonnegative()
const nothing = z.strictObject({})

export const overviewSchema = z.strictObject({
  organisation: z.strictObject({ name: z.string(), data: z.enum(['synthetic', 'real']) }),
  store: z.enum(['sqlite', 'postgres']),
  startedAt: instantSchema,
  documents: z.partialRecord(collectionSchema, count),
  devices: z.strictObject({ active: count, revoked: count, streaming: count }),
  users: z.strictObject({ active: count, disabled: count }),
  inbox: z.partialRecord(
    z.enum(['open', 'applied', 'parked', 'dead', 'refused', 'duplicate', 'corrected']),
    count,
  ),
  /** Where the chain ends, and whether that end is the one the server wrote. */
  audit: z.strictObject({ seq: count, authentic: z.boolean() }),
})
export type Overview = z.infer<typeof overviewSchema>

/** The whole chain walked: `brokenAt` is the first entry that is not what was written, null where all are. */
export const auditStateSchema = z.strictObject({ entries: count, brokenAt: count.nullable() })

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
})

export const consoleFeedSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  disabledAt: instantSchema.nullable(),
  messages: overviewSchema.shape.inbox,
})

export const consoleSignInSchema = z.strictObject({
  login: z.string().min(1).max(128),
  password: z.string().min(1).max(256),
})

export const consoleSessionSchema = z.strictObject({
  token: z.string(),
  expiresAt: instantSchema,
  name: z.string(),
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

/** For how many days a replica may be unlocked without contact. */
export const leaseSchema = z.strictObject({ days: z.int().min(1).max(90) })

/** Every call of the console. `open` calls need no session. */
export const consoleCalls = {
  'sign-in': { open: true, request: consoleSignInSchema, answer: consoleSessionSchema },
  'sign-out': { open: false, request: nothing, answer: nothing },
  overview: { open: false, request: nothing, answer: overviewSchema },
  'verify-audit': { open: false, request: nothing, answer: auditStateSchema },
  devices: {
    open: false,
    request: nothing,
    answer: z.strictObject({ devices: z.array(consoleDeviceSchema) }),
  },
  'revoke-device': { open: false, request: z.strictObject({ id: idSchema }), answer: consoleDeviceSchema },
  'wipe-device': { open: false, request: z.strictObject({ id: idSchema }), answer: consoleDeviceSchema },
  'let-copy-go-on': { open: false, request: z.strictObject({ id: idSchema }), answer: consoleDeviceSchema },
  lease: { open: false, request: nothing, answer: leaseSchema },
  'set-lease': { open: false, request: leaseSchema, answer: leaseSchema },
  'recovery-keys': { open: false, request: nothing, answer: recoveryKeysStateSchema },
  'set-recovery-keys': {
    open: false,
    request: z.strictObject({ keys: recoveryKeysSchema }),
    answer: recoveryKeysStateSchema,
  },
  recoveries: {
    open: false,
    request: nothing,
    answer: z.strictObject({ recoveries: z.array(consoleRecoverySchema) }),
  },
  'approve-recovery': {
    open: false,
    request: z.union([
      z.strictObject({ id: idSchema, boxes: boxesSchema }),
      z.strictObject({ id: idSchema, box: z.base64().max(1024) }),
    ]),
    answer: z.strictObject({ approvals: z.int().min(1).max(2) }),
  },
  users: { open: false, request: nothing, answer: z.strictObject({ users: z.array(consoleUserSchema) }) },
  'disable-user': { open: false, request: z.strictObject({ id: idSchema }), answer: consoleUserSchema },
  'enable-user': { open: false, request: z.strictObject({ id: idSchema }), answer: consoleUserSchema },
  feeds: { open: false, request: nothing, answer: z.strictObject({ feeds: z.array(consoleFeedSchema) }) },
} as const
export type ConsoleCall = keyof typeof consoleCalls
export type ConsoleRequest<Call extends ConsoleCall> = z.infer<(typeof consoleCalls)[Call]['request']>
export type ConsoleAnswer<Call extends ConsoleCall> = z.infer<(typeof consoleCalls)[Call]['answer']>

export const CONSOLE_PATH = '/console-api/'
