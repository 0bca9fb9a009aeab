import type { ViewOfModule } from '#app/modules/index.ts'
import { addDays, dayAt, epochOf } from '#app/values/index.ts'

export type Appointment = ViewOfModule<'appointments'>

/** By the instant at which they begin, whatever their zones. */
export function byStart(a: Pick<Appointment, 'start' | 'id'>, b: Pick<Appointment, 'start' | 'id'>): number {
  const difference = (a.start ? epochOf(a.start) : 0) - (b.start ? epochOf(b.start) : 0)
  if (difference !== 0) return difference
  return a.id < b.id ? -1 : 1
}

/** The day on the wall of the place. */
export function dayOf({ start }: Pick<Appointment, 'start'>): string {
  return start?.local.slice(0, 10) ?? ''
}

/** Whether it is today where it takes place. */
export function isToday({ start }: Pick<Appointment, 'start'>, now: number): boolean {
  return start !== undefined && start.local.slice(0, 10) === dayAt(now, start.zone)
}

/** The part of the index of `start` in which a day lies, whatever the zone: it may be the day before or after elsewhere. */
export function daysAround(day: string): { readonly from: string; readonly before: string } {
  return { from: addDays(day, -1), before: addDays(day, 2) }
}

/** Still to be dealt with at the front desk. */
export function isExpected({ status }: Pick<Appointment, 'status'>): boolean {
  return status === 'booked' || status === 'proposed' || status === 'arrived' || status === 'in-progress'
}

/** Monday to Sunday of the week that a day lies in. */
export function weekOf(day: string): readonly string[] {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  const monday = addDays(day, -weekday)
  return Array.from({ length: 7 }, (_day, offset) => addDays(monday, offset))
}

/** The part of the index of `start` that a schedule of the day, or of its week, shows. */
export function scheduled(
  look: 'day' | 'week',
  day: string,
): { readonly from: string; readonly before: string } {
  const [from = day, ...later] = look === 'day' ? [day] : weekOf(day)
  return { from, before: addDays(later.at(-1) ?? from, 1) }
}

/** Rows by a key, the keys as people sort them. */
export function grouped<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): readonly (readonly [string, readonly Row[]])[] {
  return [...Map.groupBy(rows, keyOf)].toSorted(([a], [b]) => a.localeCompare(b))
}
