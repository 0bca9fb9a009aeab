import { setImmediate as turn } from 'node:timers/promises'
import type { Arrivals } from '../arrivals.ts'
import type { Fresh } from './fresh.ts'
import type { EndListeners } from './listeners.ts'
import type { Rest } from './rest.ts'

// A sender waits for its answer, nobody waits for most of what is applied: so applying steps back while messages are
// taken in. The more waits to be applied, the less it does, so that senders that never pause are slowed down to what can
// be applied, and nothing waits without end.

/** The longest that a batch waits for the stream to cease, with nothing in memory yet. */
export const PATIENCE_MILLISECONDS = 2_000
/** The longest, with the memory full of what waits. */
export const LEAST_MILLISECONDS = 10
/** How often it is asked whether the stream has ceased. */
const LOOK_MILLISECONDS = 2

export type PatienceParts = {
  readonly arrivals: Pick<Arrivals, 'isAny'>
  readonly fresh: Pick<Fresh, 'fullness'>
  readonly listeners: Pick<EndListeners, 'isAny'>
  readonly rest: Pick<Rest, 'rest'>
  readonly closing: AbortSignal
  /** In milliseconds. */
  readonly now?: () => number
}

/** Resolves when the next batch may begin: at once where nothing comes in, or a sender waits for what is applied. */
export function openPatience({ arrivals, fresh, listeners, rest, closing, now }: PatienceParts) {
  const clock = now ?? (() => performance.now())
  const isUrgent = (): boolean => listeners.isAny || closing.aborted
  return async (): Promise<void> => {
    const begun = clock()
    // What came while the batch before was written lies in the sockets still.
    await turn()
    while (arrivals.isAny && !isUrgent()) {
      const left = begun + longest(fresh.fullness) - clock()
      if (left <= 0) return
      await rest.rest(Math.min(left, LOOK_MILLISECONDS), isUrgent)
    }
  }
}

/** `fullness` from 0 to 1. */
function longest(fullness: number): number {
  return Math.max(LEAST_MILLISECONDS, PATIENCE_MILLISECONDS * (1 - fullness))
}
