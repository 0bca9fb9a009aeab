import { z } from 'zod'
import { AppError, codeOf, instant, instantSchema } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'

// How often a passphrase was tried in vain lies beside the replica, so that a restart forgives nothing. It slows down
// somebody at this machine's screen. Who copies the files and the device secret guesses elsewhere, as fast as Argon2id
// lets them: docs/security.md.

export const failuresSchema = z.strictObject({ count: z.int().positive(), lastAt: instantSchema })
export type Failures = z.infer<typeof failuresSchema>

/** How many are free: people mistype. */
const FREE = 5
const LONGEST_SECONDS = 900

/** Seconds until the next try: doubling from one second on. A clock that was set back shortens nothing. Pure. */
export function secondsToWait(failures: Failures | undefined, now: number): number {
  if (failures === undefined || failures.count < FREE) return 0
  const penalty = Math.min(2 ** Math.min(failures.count - FREE, 30), LONGEST_SECONDS)
  const passed = Math.max(0, now - Date.parse(failures.lastAt))
  return Math.max(0, Math.ceil(penalty - passed / 1000))
}

type Counted = {
  readonly failures: Failures | undefined
  readonly clock: Clock
  /** Durable when it resolves. */
  keep(failures: Failures | undefined): Promise<void>
}

/**
 * Counts the try before it is made, so that a kill in between forgives nothing, and takes it back where it was not the
 * passphrase that failed. Throws `replica.throttled` (facts: seconds), and what the try throws.
 */
export async function counted<Opened>(
  { failures, clock, keep }: Counted,
  open: () => Promise<Opened>,
): Promise<Opened> {
  const seconds = secondsToWait(failures, clock.now())
  if (seconds > 0) throw new AppError('replica.throttled', { seconds })
  await keep({ count: (failures?.count ?? 0) + 1, lastAt: instant(clock) })
  try {
    const opened = await open()
    await keep(undefined)
    return opened
  } catch (failure) {
    if (codeOf(failure) !== 'replica.passphrase') await keep(failures)
    throw failure
  }
}
