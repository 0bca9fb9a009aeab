import { z } from 'zod'
import { collectionSchema } from '../kernel/define-module.ts'

// How much a first load brings, before it begins.

export const estimateRequestSchema = z.strictObject({})

const count = z.int().nonnegative()
/** By collection: how many documents the user's copy will hold, counted, and about how many bytes of JSON they are. */
export const estimateAnswerSchema = z.strictObject({
  collections: z.array(z.strictObject({ collection: collectionSchema, documents: count, bytes: count })),
})
export type EstimateAnswer = z.infer<typeof estimateAnswerSchema>
