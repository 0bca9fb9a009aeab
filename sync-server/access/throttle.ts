import type { Clock } from '#app/kernel/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { AccessStore, FailedAttempts } from '../store/contract.ts'

/** How many failures are free, and how the wait grows after: doubling from one second to a bound. */
type Limits = { readonly free: number; readonly longestSeconds: number }

const ofLogin: Limits = { free: 5, longestSeconds: 900 }
/** Generous: a clinic's desks share one address. */
const ofAddress: Limits = { free: 50, longestSeconds: 900 }

/** Failures are forgiven after an hour of quiet. */
const forgivenAfter = 3_600_000

/** Seconds to wait before the next attempt; 0 when it may go on. Pure. */
export function secondsToWait(attempts: FailedAttempts | null, limits: Limits, now: number): number {
  if (attempts === null || attempts.count < limits.free) return 0
  const last = Date.parse(attempts.lastAt)
  if (now - last > forgivenAfter) return 0
  const penalty = Math.min(2 ** Math.min(attempts.count - limits.free, 30), limits.longestSeconds)
  return Math.max(0, Math.ceil((last + penalty * 1000 - now) / 1000))
}

/**
 * Slows down guessing, by login and by address; the counts lie in the store, so that every server process sees them.
 * Attempts at one login run one after the other: a hundred guesses at once count as a hundred.
 */
export type Throttle = {
  /** Runs the attempt, whose result says whether it succeeded. Throws `access.throttled` (facts: seconds). */
  attempt<T>(login: string, address: string, run: () => Promise<T | null>): Promise<T | null>
}

export function createThrottle(access: AccessStore, clock: Clock): Throttle {
  const queues = new Map<string, Promise<unknown>>()

  async function inTurn<T>(key: string, run: () => Promise<T>): Promise<T> {
    const turn = (queues.get(key) ?? Promise.resolve()).then(run, run)
    queues.set(key, turn)
    try {
      return await turn
    } finally {
      if (queues.get(key) === turn) queues.delete(key)
    }
  }

  async function refuseTooMany(subject: string, limits: Limits): Promise<void> {
    const attempts = await access.failedAttempts(subject)
    const seconds = secondsToWait(attempts, limits, clock.now())
    if (seconds > 0) throw new AppError('access.throttled', { seconds })
    const last = attempts === null ? clock.now() : Date.parse(attempts.lastAt)
    if (clock.now() - last > forgivenAfter) await access.clearFailedAttempts(subject)
  }

  return {
    attempt(login, address, run) {
      const byLogin = `login:${login.toLowerCase()}`
      const byAddress = `address:${address}`
      return inTurn(byLogin, async () => {
        await refuseTooMany(byLogin, ofLogin)
        await refuseTooMany(byAddress, ofAddress)
        const result = await run()
        if (result !== null) {
          await access.clearFailedAttempts(byLogin)
          return result
        }
        const at = new Date(clock.now()).toISOString()
        await access.addFailedAttempt(byLogin, at)
        await access.addFailedAttempt(byAddress, at)
        return null
      })
    },
  }
}
