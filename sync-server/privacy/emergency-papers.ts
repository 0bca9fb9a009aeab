import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import { emergencyReasons } from '#app/protocol/index.ts'
import { emergencyVerdicts } from '../console-api/protocol/privacy/emergency-calls.ts'
import { drawer } from './drawer.ts'

/** Somebody broke the glass; `about` is the patient. */
const emergencySchema = z.strictObject({
  userId: idSchema,
  deviceId: idSchema,
  reason: z.enum(emergencyReasons),
  words: z.string(),
  until: instantSchema,
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
