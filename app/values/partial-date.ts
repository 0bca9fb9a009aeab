import { z } from 'zod'

const SHAPE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

/** Whether a text names a real year, month or day of the proleptic Gregorian calendar. */
export function isPartialDate(text: string): boolean {
  const [, year, month, day] = SHAPE.exec(text) ?? []
  if (year === undefined || year === '0000') return false
  if (month === undefined) return true
  if (Number(month) < 1 || Number(month) > 12) return false
  return day === undefined || (Number(day) >= 1 && Number(day) <= daysInMonth(Number(year), Number(month)))
}

/** Of the proleptic Gregorian calendar; `month` from 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** A date that keeps its precision: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
export const partialDateSchema = z
  .string()
  .max(10)
  .refine(isPartialDate, 'Must be a real date: YYYY, YYYY-MM or YYYY-MM-DD.')
export type PartialDate = z.infer<typeof partialDateSchema>

/** A day of the calendar: `YYYY-MM-DD`. */
export const dateSchema = z
  .string()
  .max(10)
  .refine((text) => text.length === 10 && isPartialDate(text), 'Must be a real date: YYYY-MM-DD.')

export function datePrecision(date: PartialDate): 'year' | 'month' | 'day' {
  if (date.length === 4) return 'year'
  return date.length === 7 ? 'month' : 'day'
}

/**
 * The order of two partial dates where it is known: `null` where one contains the other (1980 and 1980-05), since
 * either could be first.
 */
export function comparePartialDates(a: PartialDate, b: PartialDate): number | null {
  const common = Math.min(a.length, b.length)
  const [left, right] = [a.slice(0, common), b.slice(0, common)]
  if (left !== right) return left < right ? -1 : 1
  return a.length === b.length ? 0 : null
}

/** Full years between a birth date and a day; `null` where the birth date is not precise enough to tell. */
export function ageOn(birthDate: PartialDate, day: string): number | null {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))
  if (birthDate.length < 10) return null
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years
}
