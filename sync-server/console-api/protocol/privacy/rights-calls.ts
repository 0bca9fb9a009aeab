import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import { dateSchema } from '#app/values/index.ts'

// What a patient may ask of the house: their whole record (45 CFR 164.524), and that it be amended (164.526). Restrictions and
// confidential ways to be reached (164.522) are consents and addresses of the patient's own record.

/** On which of the four grounds a request to amend may be denied (164.526(a)(2)). */
export const denialGrounds = ['not-ours', 'not-in-record-set', 'not-open-to-patient', 'accurate'] as const

const words = z.string().trim().min(3).max(8000)
const signed = z.strictObject({ by: z.string(), at: instantSchema, words: z.string() })

export const consoleAmendmentSchema = z.strictObject({
  id: idSchema,
  patientId: idSchema,
  recordId: idSchema.nullable(),
  receivedOn: dateSchema,
  dueOn: dateSchema,
  request: z.string(),
  decision: signed.extend({ accepted: z.boolean(), ground: z.enum(denialGrounds).nullable() }).nullable(),
  disagreement: signed.nullable(),
  rebuttal: signed.nullable(),
})
export type ConsoleAmendment = z.infer<typeof consoleAmendmentSchema>

const officers = ['privacy-officer'] as const
const patients = 'patients' as const

export const rightsCalls = {
  'export-record': {
    for: officers,
    cost: 25,
    shows: patients,
    request: z.strictObject({ patientId: idSchema, form: z.enum(['html', 'fhir']) }),
    answer: z.strictObject({ name: z.string(), type: z.string(), text: z.string() }),
  },
  amendments: {
    for: officers,
    shows: patients,
    request: z.strictObject({ patientId: idSchema }),
    answer: z.strictObject({ amendments: z.array(consoleAmendmentSchema) }),
  },
  'receive-amendment': {
    for: officers,
    shows: patients,
    request: z.strictObject({
      patientId: idSchema,
      recordId: idSchema.nullable(),
      receivedOn: dateSchema,
      request: words,
    }),
    answer: consoleAmendmentSchema,
  },
  'step-amendment': {
    for: officers,
    shows: patients,
    request: z.strictObject({
      id: idSchema,
      words,
      step: z.discriminatedUnion('step', [
        z.strictObject({
          step: z.literal('decide'),
          accepted: z.boolean(),
          ground: z.enum(denialGrounds).nullable(),
        }),
        z.strictObject({ step: z.enum(['disagree', 'rebut']) }),
      ]),
    }),
    answer: consoleAmendmentSchema,
  },
} as const
