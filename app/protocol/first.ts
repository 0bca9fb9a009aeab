import { z } from 'zod'
import { collectionSchema } from '../kernel/define-module.ts'
import { idSchema } from '../kernel/ids.ts'
import { PULL_LIMIT } from './sync.ts'

// What people need before everything else (`first` of a module): named before a first load, and fetched like any document.

export const firstRequestSchema = z.strictObject({})

/** The most ids of an answer, over all its parts. */
export const FIRST_LIMIT = 5000

/** What comes first, in this order; no document twice. A part is one `fetch`. */
export const firstAnswerSchema = z.strictObject({
  parts: z
    .array(z.strictObject({ collection: collectionSchema, ids: z.array(idSchema).min(1).max(PULL_LIMIT) }))
    .max(FIRST_LIMIT),
})
export type FirstAnswer = z.infer<typeof firstAnswerSchema>
