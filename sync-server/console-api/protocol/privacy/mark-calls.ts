import { z } from 'zod'
import { markDeeds } from '#app/access/index.ts'
import {
  collectionSchema,
  idSchema,
  instantSchema,
  roleSchema,
  sensitivitySchema,
  stampSchema,
} from '#app/kernel/index.ts'

// Which of a patient's records are sensitive, and who decides it. That a record is there, its kind, day and place: nothing that it
// says.

const count = z.int().nonnegative()
const words = z.string().trim().min(3).max(2000)
const deed = z.strictObject({ by: z.string(), at: instantSchema })
const signed = deed.extend({ words: z.string() })

const refSchema = z.strictObject({ collection: collectionSchema, id: idSchema })

const recordSchema = refSchema.extend({
  kind: z.string(),
  /** An instant, or a date where only that is known. */
  at: z.string(),
  /** Sites and care teams by name. */
  places: z.array(z.string()),
  marks: z.array(
    z.strictObject({
      sensitivity: sensitivitySchema,
      /** Who said it first, people and feeds by name; null where that was not kept. */
      said: stampSchema.pick({ at: true, origin: true }).extend({ by: z.string() }).nullable(),
    }),
  ),
  /** Others of these that it can't do without. */
  hangsOn: z.array(idSchema),
  removed: z.boolean(),
})
export type ConsoleMarkedRecord = z.infer<typeof recordSchema>

const releaseSchema = z.strictObject({
  id: idSchema,
  patientId: idSchema,
  sensitivity: sensitivitySchema,
  /** Those that are still there. */
  records: z.array(recordSchema.omit({ marks: true, hangsOn: true, removed: true })),
  proposed: signed,
  decided: deed.extend({ approved: z.boolean() }).nullable(),
  /** The caller proposed it: somebody else approves. */
  isOwn: z.boolean(),
  /** A record has changed since: it is declined, and proposed anew. */
  isStale: z.boolean(),
})
export type ConsoleRelease = z.infer<typeof releaseSchema>

const markingSchema = z.strictObject({
  id: idSchema,
  sensitivity: sensitivitySchema,
  records: count,
  signed,
})
export type ConsoleMarking = z.infer<typeof markingSchema>

const aboutRecords = {
  patientId: idSchema,
  sensitivity: sensitivitySchema,
  records: z.array(refSchema).min(1).max(10_000),
}
const decision = z.strictObject({ ...aboutRecords, words })

const patients = 'patients' as const
const approvers = markDeeds['approve-release']
const byId = z.strictObject({ id: idSchema })

export const markCalls = {
  'patient-marks': {
    for: markDeeds.mark,
    shows: patients,
    request: z.strictObject({ patientId: idSchema }),
    answer: z.strictObject({
      /** Where the caller may read it; else null. */
      name: z.string().nullable(),
      records: z.array(recordSchema),
      markings: z.array(markingSchema),
    }),
  },
  /** What a change would do: whose replicas lose records, or gain them. */
  'preview-marks': {
    for: markDeeds.mark,
    shows: patients,
    request: z.strictObject({ ...aboutRecords, change: z.enum(['mark', 'release']) }),
    answer: z.strictObject({
      records: count,
      people: z.array(z.strictObject({ role: roleSchema, count })),
      /** Machines that ask by FHIR. */
      machines: count,
    }),
  },
  'mark-records': { for: markDeeds.mark, shows: patients, request: decision, answer: markingSchema },
  /** Proposals, the open ones first. */
  releases: {
    for: approvers,
    shows: patients,
    request: z.strictObject({}),
    answer: z.strictObject({ releases: z.array(releaseSchema) }),
  },
  'propose-release': {
    for: markDeeds['propose-release'],
    shows: patients,
    request: decision,
    answer: releaseSchema,
  },
  'approve-release': { for: approvers, shows: patients, request: byId, answer: releaseSchema },
  'decline-release': { for: approvers, shows: patients, request: byId, answer: releaseSchema },
} as const
