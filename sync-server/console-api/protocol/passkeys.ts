import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { instantSchema } from '#app/kernel/index.ts'

// Passkeys, as browsers and authenticators speak of them (WebAuthn level 3). What they add beside it is let pass, and ignored.

const nothing = z.strictObject({})
const bytes = z.base64url().min(1).max(8192)

/** Read by nobody here. */
const extensionResultsSchema = z.custom<RegistrationResponseJSON['clientExtensionResults']>(
  (value) => z.looseObject({}).safeParse(value).success,
)

const credential = {
  id: z.base64url().min(1).max(1400),
  rawId: z.base64url().min(1).max(1400),
  type: z.literal('public-key'),
  clientExtensionResults: extensionResultsSchema,
}

const registrationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z.array(z.string().max(32)).max(8).exactOptional(),
  }),
})

export const assertionSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: z.base64url().max(128).exactOptional(),
  }),
})

/** What somebody shows beside a password: a code of their authenticator, or a passkey. */
export const factorFields = {
  code: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  passkey: assertionSchema.optional(),
}

const creationOptionsSchema = z.custom<PublicKeyCredentialCreationOptionsJSON>(
  (value) => z.looseObject({ challenge: z.string() }).safeParse(value).success,
)

export const passkeySchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  createdAt: instantSchema,
  lastUsedAt: instantSchema.nullable(),
})

/**
 * Who they are, once more: a page that somebody left open changes nothing of how its user comes in. The password is empty where the
 * provider of single sign-on has just answered for them (`own-account`).
 */
export const againFields = { password: z.string().max(256), ...factorFields }

/** One's own, whatever the role. */
export const passkeyCalls = {
  'passkey-challenge': { for: 'open', request: nothing, answer: z.strictObject({ challenge: z.string() }) },
  passkeys: {
    for: 'everybody',
    request: nothing,
    answer: z.strictObject({ passkeys: z.array(passkeySchema) }),
  },
  'passkey-options': {
    for: 'everybody',
    request: z.strictObject(againFields),
    answer: creationOptionsSchema,
  },
  'add-passkey': {
    for: 'everybody',
    request: z.strictObject({ label: z.string().trim().min(1).max(64), response: registrationSchema }),
    answer: nothing,
  },
  'remove-passkey': {
    for: 'everybody',
    request: z.strictObject({ id: z.base64url().max(1400), ...againFields }),
    answer: nothing,
  },
} as const
