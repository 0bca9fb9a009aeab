import { z } from 'zod'
import { instantSchema } from '../kernel/envelope.ts'
import { comparePartialDates, partialDateSchema } from './partial-date.ts'

/** A point in time as precisely as it is known: an instant in UTC, or a date, a month, a year (FHIR `dateTime`). */
export const momentSchema = z.union([instantSchema, partialDateSchema])
export type Moment = z.infer<typeof momentSchema>

/** From when to when something held; an absent end is open. */
export const periodSchema = z
  .strictObject({ start: momentSchema.optional(), end: momentSchema.optional() })
  .refine(
    (period) => period.start === undefined || period.end === undefined || !isBefore(period.end, period.start),
    { message: 'The end lies before the start.', path: ['end'] },
  )
export type Period = z.infer<typeof periodSchema>

/** Whether a moment lies before another for certain. */
export function isBefore(a: Moment, b: Moment): boolean {
  if (a.length > 10 && b.length > 10) return a < b
  return comparePartialDates(a.slice(0, 10), b.slice(0, 10)) === -1
}

/** Whether a period covers a moment, as far as its bounds tell. */
export function covers(period: Period | undefined, moment: Moment): boolean {
  if (period === undefined) return true
  if (period.start !== undefined && isBefore(moment, period.start)) return false
  return period.end === undefined || !isBefore(period.end, moment)
}
