import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError, newId } from '#app/kernel/index.ts'
import { coordinator } from '../testing/replica-on-memory.ts'
import { insistOnLease, judgeLease, leaseOf, seenNow } from './lease.ts'
import type { Lease } from './lease.ts'

const HOUR = 3_600_000
const start = Date.parse('2026-01-05T08:00:00.000Z')
const lease: Lease = {
  deviceId: newId(),
  until: new Date(start + 24 * HOUR).toISOString(),
  seenAt: new Date(start).toISOString(),
}

const { user, organisation } = coordinator()
const session = {
  token: 't'.repeat(43),
  refreshToken: 'r'.repeat(43),
  recoveryKeys: null,
  copy: 'current' as const,
  serverPins: [],
  expiresAt: '2030-01-01T00:00:00.000Z',
  user,
  organisation,
}

describe('a lease', () => {
  test.each([
    ['holds', 0],
    ['holds', 24 * HOUR - 1],
    ['ended', 24 * HOUR],
    ['ended', 9999 * HOUR],
    ['holds', -HOUR],
    ['clock', -HOUR - 1],
    ['clock', -9999 * HOUR],
  ] as const)('%s when %i milliseconds have passed', (verdict, passed) => {
    expect(judgeLease(lease, start + passed)).toBe(verdict)
  })

  test('is not asked of a copy that never had one', () => {
    expect(judgeLease(null, start)).toBe('holds')
  })

  test('lasts as long on a clock that is wrong', () => {
    const issuedAt = new Date(start).toISOString()
    const leaseUntil = new Date(start + 24 * HOUR).toISOString()
    for (const wrong of [-9999 * HOUR, 0, 9999 * HOUR]) {
      const given = leaseOf({ ...session, issuedAt, leaseUntil }, lease.deviceId, start + wrong)
      const verdicts = [0, 23, 25].map((hours) => judgeLease(given, start + wrong + hours * HOUR))
      expect(verdicts).toEqual(['holds', 'holds', 'ended'])
    }
  })

  test('whatever the clock does, what was seen never goes back, and its end does not move', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500, max: 500 })), (hours) => {
        let held = lease
        for (const hour of hours) {
          const next = seenNow(held, start + hour * HOUR)
          expect(next.seenAt >= held.seenAt && next.until === lease.until).toBe(true)
          held = next
        }
        const furthest = Math.max(0, ...hours) * HOUR
        expect(judgeLease(held, start + furthest - HOUR - 1)).toBe('clock')
      }),
    )
  })

  test('that holds asks for no contact; one that does not opens by contact only', async () => {
    const noticed: string[] = []
    const insisting = (contact: () => Promise<void>) => ({
      contact,
      notice: async (did: string) => void noticed.push(did),
    })
    const unreachable = insisting(() => Promise.reject(new AppError('network.unreachable')))
    await insistOnLease(lease, start, unreachable)
    await insistOnLease(
      lease,
      start + 48 * HOUR,
      insisting(() => Promise.resolve()),
    )
    expect(noticed).toEqual([])
    await expect(insistOnLease(lease, start + 48 * HOUR, unreachable)).rejects.toMatchObject({
      code: 'replica.lease',
      facts: { why: 'it was not in contact for too long' },
    })
    expect(noticed.splice(0)).toEqual(['unlock-refused'])
    const revoked = insisting(() => Promise.reject(new AppError('access.revoked')))
    await expect(insistOnLease(lease, start - 48 * HOUR, revoked)).rejects.toMatchObject({
      code: 'access.revoked',
    })
    expect(noticed.splice(0)).toEqual(['clock-set-back', 'unlock-refused'])
    await insistOnLease(
      lease,
      start - 48 * HOUR,
      insisting(() => Promise.resolve()),
    )
    expect(noticed).toEqual(['clock-set-back'])
  })
})
