import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'

// Who saw and did what: ids, never content. Its readers stand in it themselves.

export const consoleAuditEntrySchema = z.strictObject({
  seq: z.int().positive(),
  at: instantSchema,
  /** People, feeds and devices by name, where they are known. */
  by: z.string(),
  device: z.string().nullable(),
  address: z.string().nullable(),
  action: z.string(),
  what: z.string().nullable(),
  ids: z.array(z.string()),
  /** The fields that were changed, of these records. */
  changes: z.array(z.strictObject({ ids: z.array(z.string()), fields: z.array(z.string()) })),
  /** The fields that could be seen; null where the entry does not say. */
  fields: z.array(z.string()).nullable(),
  purpose: z.string().nullable(),
  outcome: z.string().nullable(),
  /** When it happened by the device's clock, where it was told later. */
  told: instantSchema.nullable(),
})
export type ConsoleAuditEntry = z.infer<typeof consoleAuditEntrySchema>

export const auditCalls = {
  audit: {
    for: ['auditor', 'privacy-officer'],
    cost: 5,
    request: z.strictObject({
      record: idSchema.nullable(),
      user: idSchema.nullable(),
      before: z.int().positive().nullable(),
    }),
    answer: z.strictObject({
      entries: z.array(consoleAuditEntrySchema),
      before: z.int().positive().nullable(),
    }),
  },
} as const
