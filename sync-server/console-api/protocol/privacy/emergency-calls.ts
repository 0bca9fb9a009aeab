import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import { emergencyReasons } from '#app/protocol/index.ts'

// Who broke the glass, and what was thought of it. The words of an emergency may tell of a patient.

export const emergencyVerdicts = ['justified', 'not-justified'] as const

export const consoleEmergencySchema = z.strictObject({
  id: idSchema,
  /** People and devices by name. */
  by: z.string(),
  device: z.string(),
  /** Whose records were opened. */
  patientIds: z.array(idSchema),
  /** Null where the device's chain lacks what would say it. */
  reason: z.enum(emergencyReasons).nullable(),
  words: z.string(),
  openedAt: instantSchema,
  until: instantSchema,
  /** Opened on the device without a network: when it was told here, and how many records were looked at. */
  offline: z
    .strictObject({
      toldAt: instantSchema,
      endedAt: instantSchema.nullable(),
      records: z.int().nonnegative(),
    })
    .nullable(),
  /** The caller opened it: somebody else signs it off. */
  isOwn: z.boolean(),
  signed: z
    .strictObject({
      by: z.string(),
      at: instantSchema,
      verdict: z.enum(emergencyVerdicts),
      words: z.string(),
    })
    .nullable(),
})
export type ConsoleEmergency = z.infer<typeof consoleEmergencySchema>

const signers = ['supervisor', 'privacy-officer'] as const

export const emergencyCalls = {
  /** How many nobody has signed off yet. */
  'emergencies-waiting': {
    for: signers,
    request: z.strictObject({}),
    answer: z.strictObject({ count: z.int().nonnegative() }),
  },
  emergencies: {
    for: signers,
    shows: 'patients',
    request: z.strictObject({}),
    answer: z.strictObject({ emergencies: z.array(consoleEmergencySchema) }),
  },
  'sign-emergency': {
    for: signers,
    shows: 'patients',
    request: z.strictObject({
      id: idSchema,
      verdict: z.enum(emergencyVerdicts),
      words: z.string().trim().min(3).max(1000),
    }),
    answer: consoleEmergencySchema,
  },
} as const
