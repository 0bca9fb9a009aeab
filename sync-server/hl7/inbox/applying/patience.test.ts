import { describe, expect, test } from 'vitest'
import { openArrivals, QUIET_MILLISECONDS } from '../arrivals.ts'
import { LEAST_MILLISECONDS, openPatience, PATIENCE_MILLISECONDS } from './patience.ts'
import type { PatienceParts } from './patience.ts'

/** A clock that moves only while somebody rests, and senders that never pause until `until`. */
function streaming(until: number, changes: Partial<PatienceParts> = {}) {
  let now = 0
  const arrivals = openArrivals(() => now)
  let over: (() => void) | null = arrivals.begin()
  const patience = openPatience({
    arrivals,
    fresh: { fullness: 0 },
    listeners: { isAny: false },
    closing: new AbortController().signal,
    now: () => now,
    rest: {
      rest: async (milliseconds) => {
        now += milliseconds
        if (now < until) return
        over?.()
        over = null
      },
    },
    ...changes,
  })
  return {
    /** How long the next batch waited. */
    waited: async () => {
      const begun = now
      await patience()
      return now - begun
    },
  }
}

describe('applying, while messages are taken in,', () => {
  test('begins a batch at the latest when its patience ends, each time', async () => {
    const endless = streaming(Infinity)
    for (let batch = 0; batch < 3; batch += 1) expect(await endless.waited()).toBe(PATIENCE_MILLISECONDS)
  })

  test('has less patience the more waits, and hardly any when the memory is full', async () => {
    const waits = async (fullness: number) => streaming(Infinity, { fresh: { fullness } }).waited()
    expect(await waits(0.5)).toBe(PATIENCE_MILLISECONDS / 2)
    expect(await waits(1)).toBe(LEAST_MILLISECONDS)
  })

  test('goes on when they cease', async () => {
    const waited = await streaming(20).waited()
    expect(waited).toBeGreaterThanOrEqual(20)
    expect(waited).toBeLessThanOrEqual(20 + 2 * QUIET_MILLISECONDS)
  })

  test('does not wait where a sender waits for it, or the server is being stopped', async () => {
    expect(await streaming(Infinity, { listeners: { isAny: true } }).waited()).toBe(0)
    expect(await streaming(Infinity, { closing: AbortSignal.abort() }).waited()).toBe(0)
  })
})

test('without messages it begins at once', async () => {
  const idle = streaming(0)
  await idle.waited()
  expect(await idle.waited()).toBeLessThan(3)
})

test('a message counts until it is answered, and a moment longer', () => {
  let now = 0
  const arrivals = openArrivals(() => now)
  expect(arrivals.isAny).toBe(false)
  const first = arrivals.begin()
  const second = arrivals.begin()
  first()
  now += 1_000
  expect(arrivals.isAny).toBe(true)
  second()
  expect(arrivals.isAny).toBe(true)
  now += 1_000
  expect(arrivals.isAny).toBe(false)
})
