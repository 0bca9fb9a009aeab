import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'

// What is reported from the audit: who did how much, and to whom a patient's information went.

/** What somebody did, by kind. */
export const deeds = [
  'signedIn',
  'refused',
  'loaded',
  'looked',
  'searched',
  'printed',
  'changed',
  'disclosed',
  'emergencies',
  'alarms',
  'administered',
] as const
export type Deed = (typeof deeds)[number]

const count = z.int().nonnegative()

const periodShape = { from: instantSchema, until: instantSchema } as const
const LONGEST = 92 * 86_400_000
const isPeriod = ({ from, until }: { readonly from: string; readonly until: string }) =>
  from < until && Date.parse(until) - Date.parse(from) <= LONGEST

export const activityRowSchema = z.strictObject({
  /** By name. */
  actor: z.string(),
  counts: z.record(z.enum(deeds), count),
  records: count,
  addresses: z.array(z.string()),
})
export type ConsoleActivity = z.infer<typeof activityRowSchema>

const activityReportSchema = z.strictObject({
  ...periodShape,
  entries: count,
  rows: z.array(activityRowSchema),
})
const signedReviewSchema = z.strictObject({
  id: idSchema,
  ...periodShape,
  entries: count,
  words: z.string(),
  followUp: z.boolean(),
  by: z.string(),
  at: instantSchema,
})
export type SignedReview = z.infer<typeof signedReviewSchema>

export const disclosedSchema = z.strictObject({
  at: instantSchema,
  recipient: z.string(),
  purpose: z.string(),
  way: z.enum(['fhir', 'hl7', 'record']),
  agreement: z.string().nullable(),
  what: z.array(z.string()),
  /** It belongs into the accounting that a patient may ask for (45 CFR 164.528(a)(1)). */
  mustBeTold: z.boolean(),
})
export type ConsoleDisclosed = z.infer<typeof disclosedSchema>

const reviewers = ['auditor', 'privacy-officer'] as const

export const reportCalls = {
  activity: {
    for: reviewers,
    cost: 50,
    request: z.strictObject(periodShape).refine(isPeriod, { path: ['until'] }),
    answer: activityReportSchema,
  },
  'activity-reviews': {
    for: reviewers,
    request: z.strictObject({}),
    answer: z.strictObject({ reviews: z.array(signedReviewSchema) }),
  },
  'sign-activity-review': {
    for: ['privacy-officer'],
    request: z
      .strictObject({
        ...periodShape,
        words: z.string().trim().min(3).max(4000),
        followUp: z.boolean(),
      })
      .refine(isPeriod, { path: ['until'] }),
    answer: signedReviewSchema,
  },
  accounting: {
    for: ['privacy-officer'],
    shows: 'patients',
    request: z.strictObject({ patientId: idSchema }),
    answer: z.strictObject({ patientId: idSchema, at: instantSchema, disclosed: z.array(disclosedSchema) }),
  },
} as const
