import { z } from 'zod'
import { collectionSchema, idSchema, instantSchema, sensitivitySchema } from '#app/kernel/index.ts'
import { drawer } from '../drawer.ts'

const deed = z.strictObject({ by: idSchema, at: instantSchema })
const signed = deed.extend({ words: z.string() })
const refSchema = z.strictObject({ collection: collectionSchema, id: idSchema })

/** That records are sensitive, from then on; `about` is the patient. */
const markingSchema = z.strictObject({
  sensitivity: sensitivitySchema,
  records: z.array(refSchema),
  signed,
})
export type Marking = z.infer<typeof markingSchema>
export const markings = drawer('mark', markingSchema)

/** That records are to be so no more; `about` is the patient. */
const releaseSchema = z.strictObject({
  sensitivity: sensitivitySchema,
  /** As they were when it was proposed: of another number, another person has not agreed to them. */
  records: z.array(refSchema.extend({ seq: z.int() })),
  proposed: signed,
  decided: deed.extend({ approved: z.boolean() }).nullable(),
})
export type Release = z.infer<typeof releaseSchema>
export const releases = drawer('release', releaseSchema)
