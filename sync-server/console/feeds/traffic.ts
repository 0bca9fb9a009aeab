import type { MessageState, Traffic } from '../../console-api/protocol/hl7.ts'

// From counts by minute to what a chart draws. Pure.

export type Ended = Exclude<MessageState, 'open'>
export const endedStates = [
  'applied',
  'parked',
  'dead',
  'refused',
  'duplicate',
  'corrected',
] as const satisfies readonly Ended[]

export type Stretch = 'minute' | 'ten-minutes' | 'hour'
export type Bar = {
  /** The beginning of the stretch, an instant. */
  readonly at: string
  readonly counts: Readonly<Partial<Record<Ended, number>>>
  readonly total: number
  /** Milliseconds within which 95 of 100 messages ended; null where none came. */
  readonly p95: number | null
}

const MINUTE = 60_000
const lasts: Readonly<Record<Stretch, number>> = {
  minute: MINUTE,
  'ten-minutes': 10 * MINUTE,
  hour: 60 * MINUTE,
}
/** What completes the beginning of an instant. */
const wholeInstant = '0000-00-00T00:00:00.000Z'

export type Picture = {
  readonly since: string
  readonly now: string
  readonly stretch: Stretch
  readonly slownessBounds: readonly number[]
  readonly traffic: readonly Traffic[]
}

/** One bar for each stretch from `since` to `now`, those in which nothing came among them. */
export function barsOf(
  { since, now, stretch, slownessBounds, traffic }: Picture,
  feedId: string | null,
): Bar[] {
  const own = traffic.filter((one) => feedId === null || one.feedId === feedId)
  const byStart = Map.groupBy(own, (one) => Date.parse(one.stretch + wholeInstant.slice(one.stretch.length)))
  const step = lasts[stretch]
  const bars: Bar[] = []
  for (let start = Math.floor(Date.parse(since) / step) * step; start <= Date.parse(now); start += step) {
    const here = byStart.get(start) ?? []
    const counts: Partial<Record<Ended, number>> = {}
    for (const { outcome, count } of here) counts[outcome] = (counts[outcome] ?? 0) + count
    const total = here.reduce((sum, { count }) => sum + count, 0)
    bars.push({ at: new Date(start).toISOString(), counts, total, p95: slowest(here, slownessBounds, 0.95) })
  }
  return bars
}

/** The bound below which this share of the messages ended; beyond the last bound, twice that. */
export function slowest(
  traffic: readonly Traffic[],
  bounds: readonly number[],
  share: number,
): number | null {
  const total = traffic.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return null
  let left = Math.ceil(total * share)
  for (const { slowness, count } of traffic.toSorted((a, b) => a.slowness - b.slowness)) {
    left -= count
    if (left <= 0) return bounds[slowness] ?? 2 * (bounds.at(-1) ?? 0)
  }
  return null
}

/** The parts of a bar from below: each by its state, where it begins, and where it ends. */
export function stackOf({ counts }: Bar): { state: Ended; from: number; to: number }[] {
  const stack: { state: Ended; from: number; to: number }[] = []
  for (const state of endedStates) {
    const from = stack.at(-1)?.to ?? 0
    const count = counts[state] ?? 0
    if (count > 0) stack.push({ state, from, to: from + count })
  }
  return stack
}

export function totalsOf(bars: readonly Bar[]): Readonly<Record<Ended, number>> {
  const sum = (state: Ended) => bars.reduce((total, { counts }) => total + (counts[state] ?? 0), 0)
  return {
    applied: sum('applied'),
    parked: sum('parked'),
    dead: sum('dead'),
    refused: sum('refused'),
    duplicate: sum('duplicate'),
    corrected: sum('corrected'),
  }
}

/** A round number at or above the highest bar, so that its half is one too: an even digit and noughts. */
export function roundTop(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, highest)))
  const factor = [2, 4, 6, 8, 10].find((one) => one * power >= highest) ?? 10
  return Math.max(4, factor * power)
}

export function durationWords(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds} ms`
  return milliseconds < 60_000
    ? `${milliseconds / 1_000} s`
    : `over ${Math.floor(milliseconds / 120_000)} min`
}
