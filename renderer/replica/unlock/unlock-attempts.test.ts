import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '#app/kernel/index.ts'
import { counted, secondsToWait } from './unlock-attempts.ts'
import type { Failures } from './unlock-attempts.ts'

const lastAt = '2026-03-02T10:00:00.000Z'
const at = Date.parse(lastAt)

test('the wait after wrong passphrases doubles up to a quarter of an hour', () => {
  const waits = [0, 4, 5, 6, 9, 14, 15, 500].map((count) =>
    secondsToWait(count === 0 ? undefined : { count, lastAt }, at),
  )
  expect(waits).toEqual([0, 0, 1, 2, 16, 512, 900, 900])
})

test('a clock that was set back shortens no wait', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 60 }), fc.nat(10 ** 12), (count, back) => {
      expect(secondsToWait({ count, lastAt }, at - back)).toBe(secondsToWait({ count, lastAt }, at))
    }),
  )
})

/** A machine whose process may die at any moment: what was kept is all that is left. */
function machineWith(failures: Failures | undefined) {
  const kept: { failures: Failures | undefined } = { failures }
  const keep = async (next: Failures | undefined) => {
    kept.failures = next
  }
  const attempt = <Opened>(open: () => Promise<Opened>, now = at) =>
    counted({ failures: kept.failures, clock: { now: () => now }, keep }, open)
  return { kept, attempt }
}

const wrong = () => Promise.reject(new AppError('replica.passphrase'))

test('each wrong one counts, and the sixth has to wait however often the machine starts again', async () => {
  const { kept, attempt } = machineWith(undefined)
  for (let count = 0; count < 5; count += 1) {
    await expect(attempt(wrong)).rejects.toMatchObject({ code: 'replica.passphrase' })
  }
  expect(kept.failures).toEqual({ count: 5, lastAt })
  await expect(attempt(() => Promise.resolve('open'))).rejects.toMatchObject({
    code: 'replica.throttled',
    facts: { seconds: 1 },
  })
  expect(await attempt(() => Promise.resolve('open'), at + 1000)).toBe('open')
  expect(kept.failures).toBeUndefined()
})

test('a try that was killed counts; one that failed for another reason does not', async () => {
  const { kept, attempt } = machineWith(undefined)
  void attempt(() => new Promise(() => {}))
  await Promise.resolve()
  expect(kept.failures?.count).toBe(1)
  const other = machineWith({ count: 3, lastAt })
  const damaged = () => Promise.reject(new AppError('replica.damaged', { pages: 1 }))
  await expect(other.attempt(damaged)).rejects.toMatchObject({ code: 'replica.damaged' })
  expect(other.kept.failures).toEqual({ count: 3, lastAt })
})
