import { z } from 'zod'

// The data types of FHIR R4 (hl7.org/fhir/R4/datatypes.html) as far as they are kept. Strict: whoever states more is told,
// since what is left out without a word is lost. The modules know the true lengths; these only bound the work.

const text = z.string().min(1).max(4_000)

const momentText = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?)?)?$/

/** A FHIR dateTime: a date of any precision, or an instant with its offset. */
export const momentShape = z
  .string()
  .max(40)
  .refine((said) => momentText.test(said) && (said.length <= 10 || !Number.isNaN(Date.parse(said))))
export const instantShape = momentShape.refine((said) => said.length > 10)

export const periodShape = z.strictObject({ start: momentShape.optional(), end: momentShape.optional() })
export type SaidPeriod = z.infer<typeof periodShape>

export const codingShape = z.strictObject({
  system: text.optional(),
  version: text.optional(),
  code: text.optional(),
  display: text.optional(),
})
export type SaidCoding = z.infer<typeof codingShape>

export const conceptShape = z.strictObject({
  coding: z.array(codingShape).max(16).optional(),
  text: text.optional(),
})
export type SaidConcept = z.infer<typeof conceptShape>

export const identifierShape = z.strictObject({
  use: z.enum(['usual', 'official', 'temp', 'secondary', 'old']).optional(),
  type: conceptShape.optional(),
  system: text.optional(),
  value: text,
  period: periodShape.optional(),
  assigner: z.strictObject({ display: text }).optional(),
})
export type SaidIdentifier = z.infer<typeof identifierShape>

export const nameShape = z.strictObject({
  use: z.enum(['usual', 'official', 'temp', 'nickname', 'anonymous', 'old', 'maiden']).optional(),
  text: text.optional(),
  family: text.optional(),
  given: z.array(text).max(16).optional(),
  prefix: z.array(text).max(16).optional(),
  suffix: z.array(text).max(16).optional(),
  period: periodShape.optional(),
})
export type SaidName = z.infer<typeof nameShape>

export const contactPointShape = z.strictObject({
  system: z.enum(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other']),
  value: text,
  use: z.enum(['home', 'work', 'temp', 'old', 'mobile']).optional(),
  rank: z.int().min(1).max(99).optional(),
  period: periodShape.optional(),
})
export type SaidContactPoint = z.infer<typeof contactPointShape>

export const addressShape = z.strictObject({
  use: z.enum(['home', 'work', 'temp', 'old', 'billing']).optional(),
  /** Of a place to live, nobody here keeps whether post goes there. */
  type: z.literal('postal').optional(),
  line: z.array(text).max(8).optional(),
  city: text.optional(),
  district: text.optional(),
  state: text.optional(),
  postalCode: text.optional(),
  country: text.optional(),
  period: periodShape.optional(),
})
export type SaidAddress = z.infer<typeof addressShape>

/** To a record of ours, or to somebody whom a name and an identifier tell. */
export const referenceShape = z.strictObject({
  reference: z
    .string()
    .regex(/^[A-Za-z]{1,32}\/[A-Za-z0-9.-]{1,64}$/)
    .optional(),
  identifier: identifierShape.optional(),
  display: text.optional(),
})
export type SaidReference = z.infer<typeof referenceShape>

/** Version, time and labels are the server's; tags say to which sites the record belongs. */
export const metaShape = z.strictObject({
  versionId: z.string().max(100).optional(),
  lastUpdated: z.string().max(40).optional(),
  security: z.array(codingShape).max(16).optional(),
  tag: z.array(codingShape).max(32).optional(),
})

export const envelopeShape = {
  id: z.string().max(64).optional(),
  meta: metaShape.optional(),
  identifier: z.array(identifierShape).max(64).optional(),
} as const
