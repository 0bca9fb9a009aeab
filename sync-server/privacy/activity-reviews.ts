import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { activityRowSchema } from '../console-api/protocol/privacy/report-calls.ts'
import type { ConsoleActivity } from '../console-api/protocol/privacy/report-calls.ts'
import { entriesBetween } from '../audit/walk-audit.ts'
import type { AuditEntry, Store } from '../store/contract.ts'
import { summarised } from './activity.ts'
import type { Activity } from './activity.ts'
import { drawer } from './drawer.ts'

const count = z.int().nonnegative()

/** A period that somebody looked through and signed, with what they saw; `about` is the organisation. */
const reviewSchema = z.strictObject({
  from: instantSchema,
  until: instantSchema,
  entries: count,
  rows: z.array(activityRowSchema),
  words: z.string(),
  followUp: z.boolean(),
  by: idSchema,
})
export type ActivityReview = z.infer<typeof reviewSchema>
export const activityReviews = drawer('activity-review', reviewSchema)

export type Period = { readonly from: string; readonly until: string }

/** What everybody did in a period. */
export async function activityIn(
  { audit }: Pick<Store, 'audit'>,
  { from, until }: Period,
): Promise<{ readonly entries: number; readonly rows: readonly Activity[] }> {
  const entries: AuditEntry[] = []
  for await (const entry of entriesBetween(audit, from, until)) entries.push(entry)
  return { entries: entries.length, rows: summarised(entries) }
}

export function nameRows(rows: readonly Activity[], name: (id: Id) => string): ConsoleActivity[] {
  return rows.map((row) => ({ ...row, actor: name(row.actor), addresses: [...row.addresses] }))
}
