import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#app/kernel/index.ts'
import { collections } from '#app/kernel/index.ts'
import { everyHour } from '../hourly.ts'
import type { Slice, Sliced, Store } from '../store/contract.ts'

// What no replica can need any more is forgotten: departures, replaced revisions, receipts, shadows. See
// store/contract/history.ts for why that is safe, whenever it happens.

const HOUR = 3_600_000
const DAY = 24 * HOUR

export type HistoryParts = {
  readonly store: Pick<Store, 'history'>
  readonly clock: Clock
  /** A replica that was away for longer walks, and its edits have no base any more. In days. */
  readonly keepDays: number
}

/** One slice is one commit: others write in between. */
const SLICE = 500
const BREATH = 20

export type Forgotten = {
  readonly departures: number
  readonly revisions: number
  readonly shadows: number
  readonly receipts: number
}

/** Prunes every hour until it is closed. Of several processes, the first to note the hour does it. */
export function startHistoryPruning(parts: HistoryParts & { readonly onFault: (fault: unknown) => void }): {
  close(): Promise<void>
} {
  const { store, clock, keepDays } = parts
  return everyHour(async () => {
    const hour = new Date(Math.floor(clock.now() / HOUR) * HOUR).toISOString()
    if (await store.history.mark(hour)) {
      await forgetBefore(store, new Date(clock.now() - keepDays * DAY).toISOString())
    }
  }, parts.onFault)
}

/** Forgets what was over before an instant, in slices. `breath`: the pause between two, in milliseconds. */
export async function forgetBefore(
  { history }: Pick<Store, 'history'>,
  before: string,
  breath = BREATH,
): Promise<Forgotten> {
  // First the horizon: from then on nobody asks for what goes.
  await history.raiseHorizons(before)
  let [departures, revisions] = [0, 0]
  for (const collection of collections) {
    departures += await inSlices((slice) => history.forgetDepartures(collection, slice), breath)
    revisions += await inSlices((slice) => history.forgetRevisions(collection, slice), breath)
  }
  // Shadows after the revisions that are their bases.
  const shadows = await inSlices((slice) => history.forgetShadows(slice), breath)
  const receipts = await inSlices((slice) => history.forgetReceipts(before, slice), breath)
  return { departures, revisions, shadows, receipts }
}

async function inSlices(forget: (slice: Slice) => Promise<Sliced>, breath: number): Promise<number> {
  let forgotten = 0
  for (let after: string | null = null; ;) {
    const sliced: Sliced = await forget({ after, limit: SLICE })
    forgotten += sliced.forgotten
    if (sliced.next === null) return forgotten
    after = sliced.next
    await pause(breath)
  }
}
