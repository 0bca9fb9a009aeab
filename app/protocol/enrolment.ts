import { z } from 'zod'
import { grantSchema } from '../access/grants.ts'
import { instantSchema } from '../kernel/envelope.ts'
import { idSchema } from '../kernel/ids.ts'
import { recoveryKeysSchema } from '../recovery/index.ts'
import { copySchema, replicaHeadSchema } from './integrity.ts'

// How a device comes in. A password, or a sign-in in the browser, is needed once, at enrolment; after that the device proves
// itself by its key (Ed25519), which never leaves the machine's keeper, and the user by the passphrase that opens the replica.

export const organisationSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  /** Fixed at creation. The browser host is admitted to `synthetic` organisations only. */
  data: z.enum(['synthetic', 'real']),
  zone: z.string(),
})
export type Organisation = z.infer<typeof organisationSchema>

export const userSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  login: z.string(),
  grants: z.array(grantSchema),
})
export type User = z.infer<typeof userSchema>

const base64 = (bytes: number) => z.base64().max(Math.ceil(bytes / 3) * 4)

export const hostKindSchema = z.enum(['electron', 'browser'])

const credentials = {
  login: z.string().min(1).max(128),
  password: z.string().min(1).max(256),
}
/** As it was typed: letters, digits, dashes and spaces. */
const invitation = z.string().min(1).max(40)

/** What it takes to set up a device: a password, or an invitation and a second factor, too. Says nothing of any user. */
export const admissionRequestSchema = z.strictObject({})
export const admissionAnswerSchema = z.strictObject({
  invitedOnly: z.boolean(),
  /** Whether this server has the page where people can show who they are in their browser (`signInAddress`). */
  byBrowser: z.boolean(),
})
export type AdmissionAnswer = z.infer<typeof admissionAnswerSchema>

/** An invited user without an authenticator gets one; it counts once its first code comes with the enrolment. */
export const secondFactorRequestSchema = z.strictObject({ ...credentials, invitation })
export type SecondFactorRequest = z.infer<typeof secondFactorRequestSchema>
export const secondFactorAnswerSchema = z.strictObject({
  /** `otpauth://totp/...`, which holds the secret; null: the user has an authenticator. */
  authenticator: z.string().max(512).nullable(),
})
export type SecondFactorAnswer = z.infer<typeof secondFactorAnswerSchema>

const newDeviceSchema = z.strictObject({
  /** As it was known before the server's data was put back to an earlier state. */
  id: idSchema.optional(),
  replicaId: idSchema,
  label: z.string().min(1).max(64),
  host: hostKindSchema,
  /** Ed25519 public key, 32 bytes, base64. */
  publicKey: base64(32),
})
export type NewDevice = z.infer<typeof newDeviceSchema>

/** 256 random bits, base64url. */
const opaque = z.string().regex(/^[\w-]{43}$/)

/** What a page of the server is told by, in the fragment of its address: it lets somebody sign in there, and nothing more. */
export const signInPageSchema = opaque

/**
 * A device asks to be signed in by the browser. Its person shows at a page of the server who they are, is told a code there, and
 * types it at the device: whoever is talked into opening the page of another's device has to carry the code to it, too.
 */
export const beginSignInRequestSchema = z.strictObject({ device: newDeviceSchema })
export type BeginSignInRequest = z.infer<typeof beginSignInRequestSchema>
export const beginSignInAnswerSchema = z.strictObject({
  /** Kept by the device alone, and sent with the code. */
  flow: opaque,
  page: signInPageSchema,
  /** For how long somebody may sign in at the page. */
  minutes: z.int().positive(),
})
export type BeginSignInAnswer = z.infer<typeof beginSignInAnswerSchema>

/** The page of the server where a person signs a device in. */
export const SIGN_IN_PATH = '/console/sign-in/'

/** Its address for one device. A fragment is not sent to anybody. */
export function signInAddress(serverUrl: string, page: string): string {
  return `${serverUrl}${SIGN_IN_PATH}#${page}`
}

const enrolling = {
  /** Where a device comes in by invitation only. */
  invitation: invitation.optional(),
  device: newDeviceSchema,
}

export const enrolRequestSchema = z.union([
  z.strictObject({
    ...credentials,
    /** What the user's authenticator shows; where a device comes in by invitation only. */
    code: z
      .string()
      .regex(/^\d{6}$/)
      .optional(),
    ...enrolling,
  }),
  z.strictObject({
    /** `code`: what the page shows, as it was typed. The device is the one that began the flow, in every part. */
    signedIn: z.strictObject({ flow: opaque, code: z.string().min(1).max(40) }),
    /** Whose device it is already; whoever has signed in must be that person. */
    user: idSchema.optional(),
    ...enrolling,
  }),
])
export type EnrolRequest = z.infer<typeof enrolRequestSchema>

/** Bound to the device's key: sent with a proof that it is at hand (proof-of-possession.ts), never in a URL. */
export const tokensSchema = z.strictObject({
  /** Opaque, 256 bits, base64url. */
  token: z.string().min(32).max(128),
  /** Of the token. The session lasts longer: refreshing gives the next. */
  expiresAt: instantSchema,
  /** Serves once. A second use of it ends the session: somebody else has it. */
  refreshToken: z.string().min(32).max(128),
})
export type Tokens = z.infer<typeof tokensSchema>

export const sessionSchema = z.strictObject({
  ...tokensSchema.shape,
  /** The server's clock when it gave the session. */
  issuedAt: instantSchema,
  /** Until when the replica may be unlocked without another session. */
  leaseUntil: instantSchema,
  /** What a new copy's recovery secret is sealed to; null: a forgotten passphrase can't be recovered. */
  recoveryKeys: recoveryKeysSchema.nullable(),
  copy: copySchema,
  /** The keys that this server shows, and the one that it shows next (SHA-256 of SPKI, base64); empty where it promises none. */
  serverPins: z.array(z.base64().length(44)).max(8),
  user: userSchema,
  organisation: organisationSchema,
})
export type Session = z.infer<typeof sessionSchema>

export const enrolAnswerSchema = z.strictObject({ deviceId: idSchema, session: sessionSchema })
export type EnrolAnswer = z.infer<typeof enrolAnswerSchema>

export const challengeRequestSchema = z.strictObject({ deviceId: idSchema })
export const challengeAnswerSchema = z.strictObject({ challenge: base64(32) })

/** The signature is over `sessionProof(deviceId, challenge)`. A challenge serves once. */
export const sessionRequestSchema = z.strictObject({
  deviceId: idSchema,
  challenge: base64(32),
  signature: base64(64),
  /** Absent while the copy is not open: then nothing can be said of it. */
  head: replicaHeadSchema.optional(),
})
export type SessionRequest = z.infer<typeof sessionRequestSchema>

/** The text that a device signs to open a session; the prefix keeps it apart from anything else it signs. */
export function sessionProof(deviceId: string, challenge: string): string {
  return `rounds-session-v1\n${deviceId}\n${challenge}`
}

/**
 * A device that was ordered to wipe itself (`access.wiped`, fact `order`) has done so. The signature is over
 * `wipeProof(deviceId, order)`, made before the device's key is destroyed.
 */
export const wipedRequestSchema = z.strictObject({
  deviceId: idSchema,
  order: z.string().max(64),
  signature: base64(64),
})
export type WipedRequest = z.infer<typeof wipedRequestSchema>
export const wipedAnswerSchema = z.strictObject({})

export function wipeProof(deviceId: string, order: string): string {
  return `rounds-wiped-v1\n${deviceId}\n${order}`
}

/** Every refusal, whatever the route. */
export const errorAnswerSchema = z.strictObject({
  error: z.strictObject({
    code: z.string().max(64),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
})
export type ErrorAnswer = z.infer<typeof errorAnswerSchema>
