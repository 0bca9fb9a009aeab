import { Temporal } from 'temporal-polyfill'
import { daysInMonth } from '#app/values/index.ts'

export type Precision = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction'

/** A DT, TM-less TS or DTM as it was written: no more precise than its sender was. */
export type Timestamp = {
  readonly precision: Precision
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly milliseconds: number
  /** `+HH:MM`; null where the sender gave none and the feed's zone counts. */
  readonly offset: string | null
}

const pattern =
  /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?$/

/** Null: not a timestamp, or a date or time that does not exist. Only zeros say nothing, as some senders write. */
export function readTimestamp(text: string): Timestamp | null {
  const match = pattern.exec(text.trim())
  if (match === null) return null
  const [, year, month, day, hour, minute, second, fraction, offset] = match
  const stamp: Timestamp = {
    precision: precisionOf([month, day, hour, minute, second, fraction]),
    year: Number(year),
    month: Number(month ?? 1),
    day: Number(day ?? 1),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    milliseconds: Number((fraction ?? '').padEnd(3, '0').slice(0, 3)),
    offset: offset === undefined ? null : `${offset.slice(0, 3)}:${offset.slice(3)}`,
  }
  return exists(stamp) ? stamp : null
}

const precisions: readonly Precision[] = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction']

function precisionOf(further: readonly (string | undefined)[]): Precision {
  return precisions[further.filter((part) => part !== undefined).length] ?? 'year'
}

function exists({ year, month, day, hour, minute, second, offset }: Timestamp): boolean {
  if (year === 0 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
    return false
  if (offset !== null && (Number(offset.slice(1, 3)) > 15 || Number(offset.slice(4)) > 59)) return false
  return day <= daysInMonth(year, month)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** `2024`, `2024-05` or `2024-05-17`: a partial date of no more precision than was sent. */
export function partialDate(stamp: Timestamp): string {
  const year = String(stamp.year).padStart(4, '0')
  if (stamp.precision === 'year') return year
  if (stamp.precision === 'month') return `${year}-${two(stamp.month)}`
  return `${year}-${two(stamp.month)}-${two(stamp.day)}`
}

/** Whether the time of day is known at all. */
export function hasTime(stamp: Timestamp): boolean {
  return stamp.precision !== 'year' && stamp.precision !== 'month' && stamp.precision !== 'day'
}

function plain(stamp: Timestamp): Temporal.PlainDateTime {
  const { year, month, day, hour, minute, second, milliseconds } = stamp
  return new Temporal.PlainDateTime(year, month, day, hour, minute, second, milliseconds)
}

/** `gap`: the clock in this zone never showed that time; `overlap`: it showed it twice, the earlier is taken. */
export type Moment = { readonly instant: string; readonly flag: 'gap' | 'overlap' | null }

/** The instant, in UTC with milliseconds; where no offset was sent, by the clock of `zone`. */
export function momentOf(stamp: Timestamp, zone: string): Moment {
  if (stamp.offset !== null) return { instant: utc(plain(stamp).toZonedDateTime(stamp.offset)), flag: null }
  if (stamp.year < WHOLE_MINUTES) return calculated(stamp, zone)
  const { year, month, day, hour, minute, second, milliseconds } = stamp
  const shown = Date.UTC(year, month - 1, day, hour, minute)
  const { ahead, flag } = minuteOf(stamp, shown, zone)
  return { instant: new Date(shown + second * 1_000 + milliseconds - ahead).toISOString(), flag }
}

/** Earlier, clocks of some zones were changed within a minute. */
const WHOLE_MINUTES = 1980

/** How far the clocks of a zone are ahead of UTC in a minute that they show, in milliseconds. */
type Minute = { readonly ahead: number; readonly flag: Moment['flag'] }

/** Times of one feed lie close together, and to ask a zone's rules costs as much as reading a segment. */
const minutes = new Map<string, Minute>()
const MOST_MINUTES = 4_096

function minuteOf(stamp: Timestamp, shown: number, zone: string): Minute {
  const key = `${zone} ${shown}`
  const known = minutes.get(key)
  if (known !== undefined) return known
  const { instant, flag } = calculated({ ...stamp, second: 0, milliseconds: 0 }, zone)
  const found = { ahead: shown - Date.parse(instant), flag }
  if (minutes.size >= MOST_MINUTES) minutes.clear()
  minutes.set(key, found)
  return found
}

function calculated(stamp: Timestamp, zone: string): Moment {
  const local = plain(stamp)
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' })
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' })
  if (earlier.epochMilliseconds === later.epochMilliseconds) return { instant: utc(earlier), flag: null }
  const gap = !earlier.toPlainDateTime().equals(local)
  return gap ? { instant: utc(later), flag: 'gap' } : { instant: utc(earlier), flag: 'overlap' }
}

function utc(moment: Temporal.ZonedDateTime): string {
  return new Date(moment.epochMilliseconds).toISOString()
}

/** The time that clocks of `zone` show at that moment, to the minute: `2024-05-17T14:30`. */
export function localTime(stamp: Timestamp, zone: string): string {
  const local =
    stamp.offset === null
      ? plain(stamp)
      : plain(stamp).toZonedDateTime(stamp.offset).withTimeZone(zone).toPlainDateTime()
  return local.toString({ smallestUnit: 'minute' })
}

/** A moment of the present as HL7 writes it, in UTC. */
export function writeTimestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}+0000`
}
