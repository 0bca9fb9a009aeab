import { z } from 'zod'
import { idSchema } from '../kernel/ids.ts'
import { boxesSchema } from '../recovery/index.ts'

// Recovery of a forgotten passphrase. What is sealed to the organisation's recovery key is a secret that opens a replica
// together with its machine's device secret, and with nothing else: neither the server nor its keepers can read a copy.

/** Before the keys of a replica take effect. `keys` is the fingerprint of the recovery key it is sealed to. */
export const escrowRequestSchema = z.strictObject({ keys: z.string().length(32), boxes: boxesSchema })
export type EscrowRequest = z.infer<typeof escrowRequestSchema>
export const escrowAnswerSchema = z.strictObject({})

/** A locked device asks; it can prove nothing, so that people compare the code that it shows. */
export const recoveryRequestSchema = z.strictObject({
  requestId: idSchema,
  deviceId: idSchema,
  /** X25519, for this request alone. */
  publicKey: z.base64().length(44),
})
export type RecoveryRequest = z.infer<typeof recoveryRequestSchema>
export const recoveryRequestAnswerSchema = z.strictObject({})

export const recoveryPollSchema = z.strictObject({ requestId: idSchema })
/** The secret, sealed to the key of the request; null until two people have approved. */
export const recoveryPollAnswerSchema = z.strictObject({ box: z.base64().max(1024).nullable() })
