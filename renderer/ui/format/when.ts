import type { Moment, PartialDate, ZonedTime } from '#app/values/index.ts'
import { datePrecision } from '#app/values/index.ts'

// Times as people read them, by Intl and the machine's own language. `locale` is given by tests only.

type Options = Intl.DateTimeFormatOptions

const formats = new Map<string, Intl.DateTimeFormat>()

function format(options: Options, locale: string | undefined): Intl.DateTimeFormat {
  const key = `${locale ?? ''}${JSON.stringify(options)}`
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(key, known)
  return known
}

/** A day, a month or a year, as precisely as it is known. */
export function dateText(date: PartialDate, locale?: string): string {
  const precision = datePrecision(date)
  if (precision === 'year') return date
  const options: Options =
    precision === 'month'
      ? { year: 'numeric', month: 'long' }
      : { year: 'numeric', month: 'short', day: 'numeric' }
  return format({ ...options, timeZone: 'UTC' }, locale).format(asUtc(date))
}

/** A day as short as it can be said: without the year where that is the year of `today`. */
export function shortDayText(day: string, today: string, locale?: string): string {
  if (day.slice(0, 4) !== today.slice(0, 4)) return dateText(day, locale)
  return format({ month: 'short', day: 'numeric', timeZone: 'UTC' }, locale).format(asUtc(day))
}

/** A day with its weekday, for headings of schedules. */
export function weekdayText(day: string, locale?: string): string {
  return format({ weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' }, locale).format(
    asUtc(day),
  )
}

/** The same in a narrow column: `Mon, Nov 16`. */
export function shortWeekdayText(day: string, locale?: string): string {
  return format({ weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' }, locale).format(
    asUtc(day),
  )
}

/** An instant in the zone of the person who reads it. */
export function instantText(instant: string, locale?: string, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone }
  return format({ dateStyle: 'medium', timeStyle: 'short', ...zone }, locale).format(new Date(instant))
}

export function momentText(moment: Moment, locale?: string, timeZone?: string): string {
  return moment.length > 10 ? instantText(moment, locale, timeZone) : dateText(moment, locale)
}

/** The time on the wall of the place it is about, whatever the reader's own zone; the zone is named where it differs. */
export function zonedText(time: ZonedTime, locale?: string, ownZone = localZone()): string {
  const wall = format({ dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }, locale).format(
    asUtc(time.local),
  )
  return time.zone === ownZone ? wall : `${wall} (${time.zone})`
}

/** Only the clock of a time on a wall. */
export function clockText(local: string, locale?: string): string {
  return format({ timeStyle: 'short', timeZone: 'UTC' }, locale).format(asUtc(local))
}

const steps = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** `3 minutes ago`, `in 2 days`; under a minute it is `now`. */
export function relativeText(instant: string, now: number, locale?: string): string {
  const seconds = (Date.parse(instant) - now) / 1000
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit)
  }
  return words.format(0, 'second')
}

/** The machine's own zone. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

function asUtc(text: string): Date {
  const [date = '', time = '00:00:00'] = text.split('T')
  const [year = '1970', month = '01', day = '01'] = date.split('-')
  return new Date(`${year}-${month}-${day}T${time}Z`)
}
