import { z } from 'zod'
import { idSchema, instantSchema, phiClassSchema } from '#app/kernel/index.ts'
import { dateSchema } from '#app/values/index.ts'

// What is known of a lost device, and what a privacy officer made of it (45 CFR 164.402, 164.404 to 164.408).

const count = z.int().nonnegative()
const words = (most: number) => z.string().trim().max(most)

/** 164.402(2): what is weighed to tell whether there was more than a low probability of compromise. */
export const riskFactors = ['nature', 'recipient', 'acquired', 'mitigated'] as const
export const dossierDecisions = ['secured', 'low-probability', 'breach'] as const

/** 164.404(c)(1): what the letter to those concerned says. */
export const noticeElements = ['happened', 'information', 'protect', 'doing', 'contact'] as const

export const dossierFormSchema = z.strictObject({
  discoveredOn: dateSchema,
  lostOn: dateSchema.nullable(),
  factors: z.record(z.enum(riskFactors), words(4000)),
  notice: z.record(z.enum(noticeElements), words(4000)),
  decision: z.enum(dossierDecisions).nullable(),
})
export type DossierForm = z.infer<typeof dossierFormSchema>

const evidenceSchema = z.strictObject({
  fact: z.string(),
  speaks: z.enum(['for', 'against', 'neither']),
  says: z.string(),
})

const heldSchema = z.strictObject({
  patientId: idSchema,
  /** Where the caller may read it; else the id. */
  name: z.string(),
  records: count,
  wasOpened: z.boolean(),
  hadLeft: z.boolean(),
  /** Of the records, those that lay in the emergency set. */
  inEmergencySet: count,
})
export type ConsoleHeld = z.infer<typeof heldSchema>

const dossierSchema = z.strictObject({
  deviceId: idSchema,
  device: z.string(),
  user: z.string(),
  lastSeenAt: instantSchema.nullable(),
  evidence: z.array(evidenceSchema),
  suggestion: z.enum(['secured', 'unsecured']),
  persons: count,
  /** The first thousand. */
  patients: z.array(heldSchema),
  fields: z.array(z.strictObject({ module: z.string(), phi: phiClassSchema, names: z.array(z.string()) })),
  byState: z.record(z.string(), count),
  deadlines: z.strictObject({
    individuals: dateSchema,
    secretary: dateSchema,
    media: z.array(z.string()),
    isLarge: z.boolean(),
  }),
  /** As it was left, or as it is drafted. */
  form: dossierFormSchema,
  signed: z.strictObject({ by: z.string(), at: instantSchema, persons: count }).nullable(),
})
export type ConsoleDossier = z.infer<typeof dossierSchema>

const officers = ['privacy-officer'] as const
const filled = z.strictObject({ deviceId: idSchema, form: dossierFormSchema })

export const dossierCalls = {
  'dossier-devices': {
    for: officers,
    request: z.strictObject({}),
    answer: z.strictObject({
      devices: z.array(
        z.strictObject({
          id: idSchema,
          device: z.string(),
          user: z.string(),
          lastSeenAt: instantSchema.nullable(),
          wipedAt: instantSchema.nullable(),
          signed: z.boolean(),
        }),
      ),
    }),
  },
  dossier: {
    for: officers,
    cost: 50,
    shows: 'patients',
    request: z.strictObject({ deviceId: idSchema }),
    answer: dossierSchema,
  },
  'save-dossier': { for: officers, shows: 'patients', request: filled, answer: dossierSchema },
  'sign-dossier': {
    for: officers,
    shows: 'patients',
    request: filled.refine(
      ({ form }) =>
        form.decision !== null && riskFactors.every((factor) => (form.factors[factor] ?? '').length > 0),
      { path: ['form'] },
    ),
    answer: dossierSchema,
  },
} as const
