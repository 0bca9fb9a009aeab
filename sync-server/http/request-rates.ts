import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Id } from '#app/kernel/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { Alarm } from '../access/signing-in/alarm.ts'

// How much may be asked of this process: by whoever has shown who they are, and by an address before anything that it says
// is believed. Bounds on machines that run wild or are meant to; people never meet them. Each process counts for itself.

/** A minute would keep a first load waiting for nearly as long once it has met its bound. */
const WINDOW_SECONDS = 10

/** Many desks, and the machines beside them, share the address of their clinic. */
const CALLERS_AT_AN_ADDRESS = 20

/** Who asks, and what an alert says of them. `id`: of the device, of the console's user, or of the machine. */
export type Asking = {
  readonly by: 'device' | 'console' | 'client'
  readonly id: Id
  readonly userId: Id | null
  readonly deviceId: Id | null
  readonly address: string
}

export type RequestRates = {
  /** Counts a request from an address. Throws `request.too-often` (facts: seconds). */
  from(address: string): Promise<void>
  /** Counts a request of somebody known. `cost`: as how many usual ones it counts. Throws as `from` does. */
  of(asking: Asking, cost?: number): Promise<void>
}

/** `perSecond`: how many requests of one caller, in the middle of ten seconds. The first refusal of each ten seconds raises the alarm. */
export function createRequestRates(perSecond: number, alarm: Alarm): RequestRates {
  const ofCallers = limiter(perSecond)
  const ofAddresses = limiter(perSecond * CALLERS_AT_AN_ADDRESS)

  return {
    async from(address) {
      await count(ofAddresses, address, 1, () =>
        alarm({ kind: 'flooding', userId: null, deviceId: null, address }),
      )
    },
    async of({ by, id, userId, deviceId, address }, cost = 1) {
      await count(ofCallers, `${by}:${id}`, cost, () =>
        alarm({ kind: 'flooding', userId, deviceId, address }),
      )
    },
  }
}

function limiter(perSecond: number): RateLimiterMemory {
  return new RateLimiterMemory({ points: perSecond * WINDOW_SECONDS, duration: WINDOW_SECONDS })
}

async function count(
  limit: RateLimiterMemory,
  key: string,
  cost: number,
  firstRefused: () => Promise<void>,
): Promise<void> {
  try {
    await limit.consume(key, cost)
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    if (refusal.consumedPoints - cost <= limit.points) await firstRefused()
    throw new AppError('request.too-often', { seconds: Math.ceil(refusal.msBeforeNext / 1000) })
  }
}
