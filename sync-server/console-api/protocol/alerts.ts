import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import { alertKinds } from '../../store/contract/alerts.ts'

// Who tries to get in and should not: one alert a cause, until somebody has seen it. Nothing of a patient.

const watchers = ['sync-admin', 'privacy-officer'] as const

export const consoleAlertSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(alertKinds),
  /** The name of a user, the label of a device. */
  user: z.string().nullable(),
  device: z.string().nullable(),
  address: z.string().nullable(),
  firstAt: instantSchema,
  lastAt: instantSchema,
  count: z.int().positive(),
  seenBy: z.string().nullable(),
  seenAt: instantSchema.nullable(),
})
export type ConsoleAlert = z.infer<typeof consoleAlertSchema>

export const alertCalls = {
  'access-alerts': {
    for: watchers,
    request: z.strictObject({}),
    answer: z.strictObject({ alerts: z.array(consoleAlertSchema) }),
  },
  'see-access-alert': {
    for: watchers,
    request: z.strictObject({ id: idSchema }),
    answer: z.strictObject({}),
  },
} as const
