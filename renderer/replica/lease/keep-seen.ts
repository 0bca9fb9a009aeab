import { timer } from 'rxjs'
import type { Environment } from '../environment.ts'
import type { Settings } from '../identity.ts'
import { seenNow } from './lease.ts'

/** In milliseconds. */
const SEEN_EVERY = 10 * 60_000

/** Notes now, every few minutes and at the end how late it is: a clock that is set back is noticed by it. */
export function keepSeen(settings: Settings, { clock }: Environment): () => Promise<void> {
  const keep = async (): Promise<void> => {
    const lease = settings.lease()
    // A failing disk stops the replica by itself; what is lost here is a note.
    if (lease !== null) await settings.keepLease(seenNow(lease, clock.now())).catch(() => undefined)
  }
  const regularly = timer(0, SEEN_EVERY).subscribe(() => void keep())
  return async () => {
    regularly.unsubscribe()
    await keep()
  }
}
