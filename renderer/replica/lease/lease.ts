import { z } from 'zod'
import { AppError, idSchema, instantSchema, serverAway } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Session } from '#app/protocol/index.ts'
import type { Noticed } from './noticed.ts'

// A copy opens without contact for as long as its lease lasts, so that a revoked device does not stay useful for ever.
// All of this reads the machine's clock: it binds an honest machine, and no other (docs/security.md).

export const leaseSchema = z.strictObject({
  /** Which device asks for the next one: so that asking needs none of the data. */
  deviceId: idSchema,
  /** On this machine's clock, as `seenAt`: a clock that is always wrong by the same is no harm. */
  until: instantSchema,
  /** The latest moment that was seen here since the last contact. */
  seenAt: instantSchema,
})
export type Lease = z.infer<typeof leaseSchema>

/** Clocks are put right by minutes, and by an hour where two systems share a machine. */
const TOLERANCE = 3_600_000

export type LeaseVerdict = 'holds' | 'ended' | 'clock'

/** A copy that never had a lease gets its first with its next session. */
export function judgeLease(lease: Lease | null, now: number): LeaseVerdict {
  if (lease === null) return 'holds'
  if (now < Date.parse(lease.seenAt) - TOLERANCE) return 'clock'
  return now < Date.parse(lease.until) ? 'holds' : 'ended'
}

/** As long as the server gives it, counted from now on this machine's clock. */
export function leaseOf({ leaseUntil, issuedAt }: Session, deviceId: Id, now: number): Lease {
  const lasts = Date.parse(leaseUntil) - Date.parse(issuedAt)
  return { deviceId, until: new Date(now + lasts).toISOString(), seenAt: new Date(now).toISOString() }
}

/** Never goes back: a clock that does is noticed by it. */
export function seenNow(lease: Lease, now: number): Lease {
  return { ...lease, seenAt: new Date(Math.max(Date.parse(lease.seenAt), now)).toISOString() }
}

const whys: Record<Exclude<LeaseVerdict, 'holds'>, string> = {
  ended: 'it was not in contact for too long',
  clock: 'its clock was set back',
}

type Insisting = {
  readonly contact: () => Promise<unknown>
  readonly notice: (did: Noticed[number]['did']) => Promise<void>
}

const unreached: ReadonlySet<string> = new Set([...serverAway, 'access.throttled', 'protocol.version'])

/**
 * Where the lease does not hold, only the server helps: `contact` is to open a session. Throws `replica.lease` where it
 * can't be reached, else the server's refusal. `notice` hears of a clock that was set back, and of each refusal.
 */
export async function insistOnLease(
  lease: Lease | null,
  now: number,
  { contact, notice }: Insisting,
): Promise<void> {
  const verdict = judgeLease(lease, now)
  if (verdict === 'holds') return
  if (verdict === 'clock') await notice('clock-set-back')
  try {
    await contact()
  } catch (failure) {
    await notice('unlock-refused')
    if (!(failure instanceof AppError) || !unreached.has(failure.code)) throw failure
    throw new AppError('replica.lease', { why: whys[verdict] }, { cause: failure })
  }
}
