import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { AccessStore, FailedAttempts } from '../../store/contract.ts'
import type { Alarm } from './alarm.ts'
import { createTurns } from './turns.ts'

/** How many failures are free, and how the wait grows after: doubling from one second to a bound. */
type Limits = { readonly free: number; readonly longestSeconds: number }

const ofLogin: Limits = { free: 5, longestSeconds: 900 }
/** Generous: a clinic's desks share one address. */
const ofAddress: Limits = { free: 50, longestSeconds: 900 }

/** Failures are forgiven after an hour of quiet. */
const forgivenAfter = 3_600_000

/** For how long an address counts as one that a login came in from. */
const KNOWN_FOR = 30 * 24 * 3_600_000

/** Seconds to wait before the next attempt; 0 when it may go on. Pure. */
export function secondsToWait(attempts: FailedAttempts | null, limits: Limits, now: number): number {
  if (attempts === null || attempts.count < limits.free) return 0
  const last = Date.parse(attempts.lastAt)
  if (now - last > forgivenAfter) return 0
  const penalty = Math.min(2 ** Math.min(attempts.count - limits.free, 30), limits.longestSeconds)
  return Math.max(0, Math.ceil((last + penalty * 1000 - now) / 1000))
}

/** `userId`: whose the login is; null where it is nobody's. */
export type Trying = { readonly login: string; readonly address: string; readonly userId: Id | null }

/**
 * Slows down guessing, by login and by address; the counts lie in the store, so that every server process sees them.
 * Attempts at one login run one after the other: a hundred guesses at once count as a hundred.
 *
 * An address from which the login came in lately has a count of its own, and waits for nobody else's failures: who
 * guesses from elsewhere, or at others from the same place, locks nobody out who was there before.
 */
export type Throttle = {
  /** Runs the attempt, whose result says whether it succeeded. Throws `access.throttled` (facts: seconds). */
  attempt<T>(who: Trying, run: () => Promise<T | null>): Promise<T | null>
}

export function createThrottle(access: AccessStore, clock: Clock, alarm: Alarm): Throttle {
  const inTurn = createTurns()

  async function refuseTooMany(subject: string, limits: Limits): Promise<void> {
    const attempts = await access.failedAttempts(subject)
    const seconds = secondsToWait(attempts, limits, clock.now())
    if (seconds > 0) throw new AppError('access.throttled', { seconds })
    const last = attempts === null ? clock.now() : Date.parse(attempts.lastAt)
    if (clock.now() - last > forgivenAfter) await access.clearFailedAttempts(subject)
  }

  async function failed(byLogin: string, byAddress: string, { userId, address }: Trying): Promise<void> {
    const at = instant(clock)
    const ofThisLogin = await access.addFailedAttempt(byLogin, at)
    const ofThisAddress = await access.addFailedAttempt(byAddress, at)
    if (ofThisLogin.count >= ofLogin.free)
      await alarm({ kind: 'guessing-user', userId, deviceId: null, address })
    if (ofThisAddress.count >= ofAddress.free)
      await alarm({ kind: 'guessing-address', userId: null, deviceId: null, address })
  }

  return {
    async attempt(who, run) {
      const login = normalLogin(who.login)
      const since = new Date(clock.now() - KNOWN_FOR).toISOString()
      const isKnown = await access.knowsAddress(login, who.address, since)
      const byLogin = isKnown ? `login:${login} at ${who.address}` : `login:${login}`
      const byAddress = `address:${who.address}`
      return inTurn(byLogin, async () => {
        await refuseTooMany(byLogin, ofLogin)
        if (!isKnown) await refuseTooMany(byAddress, ofAddress)
        const result = await run()
        if (result === null) await failed(byLogin, byAddress, who)
        else {
          await access.clearFailedAttempts(byLogin)
          await access.knowAddress(login, who.address, instant(clock))
        }
        return result
      })
    },
  }
}

/** As the store finds it: however it is written, it is one login with one count. */
function normalLogin(login: string): string {
  return login.normalize('NFKC').toLowerCase()
}
