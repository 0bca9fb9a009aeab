import { z } from 'zod'
import { collectionSchema } from '../kernel/define-module.ts'
import { idSchema } from '../kernel/ids.ts'

// The receipt of evictions: a document that left a user's reach is taken off the device by a tombstone, and the device says
// so once no page on its disk holds any of it.

/** The most documents of one receipt, and of what the server names as outstanding. */
export const EVICTIONS_LIMIT = 500

const documentRefSchema = z.strictObject({ collection: collectionSchema, id: idSchema })
export type EvictedRef = z.infer<typeof documentRefSchema>

const evictedSchema = z.array(documentRefSchema).max(EVICTIONS_LIMIT)

/** `gone`: of these no page, no index and no file on the device holds anything any more. Nothing: only asks. */
export const evictedRequestSchema = z.strictObject({ gone: evictedSchema })
export type EvictedRequest = z.infer<typeof evictedRequestSchema>

/** What was taken from the device and is not confirmed yet, the longest first. A device that holds none of it says so. */
export const evictedAnswerSchema = z.strictObject({ outstanding: evictedSchema })
export type EvictedAnswer = z.infer<typeof evictedAnswerSchema>
