import { z } from 'zod'

/** What became of a case of the contract; null: it holds. */
export const outcomeSchema = z.strictObject({ name: z.string(), problem: z.string().nullable() })
export type Outcome = z.infer<typeof outcomeSchema>
