import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { isPartialDate } from './partial-date.ts'

/** A zone of the IANA database, such as `America/New_York`; fixed offsets are no zones. */
export function isTimeZone(text: string): boolean {
  const known = zones.get(text)
  if (known !== undefined) return known
  const valid = /^[A-Z][A-Za-z]/.test(text) && opens(text)
  zones.set(text, valid)
  return valid
}

const zones = new Map<string, boolean>()

function opens(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const timeZoneSchema = z
  .string()
  .max(48)
  .refine(isTimeZone, 'Must be a time zone such as America/New_York.')

/** A time on the wall: `YYYY-MM-DDTHH:mm:ss`. */
export const localTimeSchema = z
  .string()
  .max(19)
  .refine(
    (text) => /^.{10}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(text) && isPartialDate(text.slice(0, 10)),
    'Must be a real date and time: YYYY-MM-DDTHH:mm:ss.',
  )

/**
 * What people agree on: the time on the wall of a place. The instant is derived, so that a change of the zone's rules
 * moves the instant and not the appointment. `offset` is kept only where a sender stated it, to tell the two passes of
 * an hour apart when clocks go back.
 */
export const zonedTimeSchema = z.strictObject({
  local: localTimeSchema,
  zone: timeZoneSchema,
  offset: z
    .string()
    .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/)
    .optional(),
})
export type ZonedTime = z.infer<typeof zonedTimeSchema>

/**
 * The instant of a zoned time, in milliseconds since the epoch. In the gap when clocks go forward the time moves on by
 * the length of the gap; in the overlap when they go back the first pass counts, unless `offset` names the second. An
 * offset that the zone does not have at that time is ignored.
 */
export function epochOf(time: ZonedTime): number {
  const text = `${time.local}${time.offset ?? ''}[${time.zone}]`
  return Temporal.ZonedDateTime.from(text, { offset: 'prefer', disambiguation: 'compatible' })
    .epochMilliseconds
}

/** The instant of a zoned time in UTC, as documents keep instants. */
export function instantOf(time: ZonedTime): string {
  return new Date(epochOf(time)).toISOString()
}

/** What the wall of a zone shows at an instant. */
export function zonedAt(epochMilliseconds: number, zone: string): ZonedTime {
  const zoned = Temporal.Instant.fromEpochMilliseconds(epochMilliseconds).toZonedDateTimeISO(zone)
  const local = zoned.toPlainDateTime().toString({ smallestUnit: 'second' })
  const time: ZonedTime = { local, zone }
  // Only the second pass of a repeated hour needs its offset.
  return epochOf(time) === Math.floor(epochMilliseconds / 1000) * 1000
    ? time
    : { ...time, offset: zoned.offset }
}

/** The day in a zone at an instant: `YYYY-MM-DD`. */
export function dayAt(epochMilliseconds: number, zone: string): string {
  return zonedAt(epochMilliseconds, zone).local.slice(0, 10)
}

/** The day so many days later (or earlier). */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString()
}
