import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'

// What is kept until when, what must stay, and what goes for good. Patients by id alone.

export const erasureGrounds = ['retention-over', 'law', 'court', 'kept-in-error'] as const

const words = z.string().trim().min(3).max(2000)
const signed = z.strictObject({ by: z.string(), at: instantSchema, words: z.string() })

const consoleHoldSchema = z.strictObject({
  id: idSchema,
  patientId: idSchema,
  placed: signed,
  released: signed.nullable(),
})
export type ConsoleHold = z.infer<typeof consoleHoldSchema>

const consoleErasureSchema = z.strictObject({
  id: idSchema,
  patientId: idSchema,
  ground: z.enum(erasureGrounds),
  proposed: signed,
  decided: z.strictObject({ by: z.string(), at: instantSchema, approved: z.boolean() }).nullable(),
  erased: z.int().nonnegative(),
  /** The caller proposed it: somebody else approves. */
  isOwn: z.boolean(),
})
export type ConsoleErasure = z.infer<typeof consoleErasureSchema>

const officers = ['privacy-officer'] as const
const both = ['privacy-officer', 'supervisor'] as const
const patients = 'patients' as const
const byId = z.strictObject({ id: idSchema })

export const erasureCalls = {
  'retention-papers': {
    for: both,
    shows: patients,
    request: z.strictObject({}),
    answer: z.strictObject({ holds: z.array(consoleHoldSchema), erasures: z.array(consoleErasureSchema) }),
  },
  'retention-due': {
    for: officers,
    cost: 50,
    shows: patients,
    request: z.strictObject({ years: z.int().min(6).max(50), after: idSchema.nullable() }),
    answer: z.strictObject({
      due: z.array(z.strictObject({ patientId: idSchema, lastAt: instantSchema, records: z.int() })),
      next: idSchema.nullable(),
    }),
  },
  'propose-erasure': {
    for: officers,
    shows: patients,
    request: z.strictObject({ patientId: idSchema, ground: z.enum(erasureGrounds), words }),
    answer: consoleErasureSchema,
  },
  'approve-erasure': { for: both, shows: patients, request: byId, answer: consoleErasureSchema },
  'decline-erasure': { for: both, shows: patients, request: byId, answer: consoleErasureSchema },
  'place-hold': {
    for: officers,
    shows: patients,
    request: z.strictObject({ patientId: idSchema, words }),
    answer: consoleHoldSchema,
  },
  'release-hold': {
    for: officers,
    shows: patients,
    request: z.strictObject({ id: idSchema, words }),
    answer: consoleHoldSchema,
  },
} as const
