import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import { emergencyReasons } from '#app/protocol/index.ts'
import { emergencyVerdicts } from '../console-api/protocol/privacy/emergency-calls.ts'
import { drawer } from './drawer.ts'

/**
 * Somebody broke the glass; `about` is the patient, or, where a device's emergency set was opened without a network, the
 * device.
 */
const emergencySchema = z.strictObject({
  userId: idSchema,
  deviceId: idSchema,
  /** Null where the batch of the device's chain that says it is missing. */
  reason: z.enum(emergencyReasons).nullable(),
  words: z.string(),
  until: instantSchema,
  /** What the device told afterwards; null of one that was opened at the server. */
  offline: z
    .strictObject({
      toldAt: instantSchema,
      endedAt: instantSchema.nullable(),
      /** Whose records were looked at, and how many records of theirs. */
      patients: z.array(idSchema),
      records: z.int().nonnegative(),
    })
    .nullable()
    .default(null),
  /** Null until somebody else has looked at it. */
  signed: z
    .strictObject({
      by: idSchema,
      at: instantSchema,
      verdict: z.enum(emergencyVerdicts),
      words: z.string(),
    })
    .nullable(),
})
export type Emergency = z.infer<typeof emergencySchema>

export const emergencies = drawer('emergency', emergencySchema)
