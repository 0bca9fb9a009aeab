import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Traffic } from '../../console-api/protocol/hl7.ts'
import { barsOf, roundTop, slowest, stackOf, totalsOf } from './traffic.ts'

const feedId = '018f0000-0000-7000-8000-000000000001'
const picture = {
  since: '2026-05-11T06:03:00.000Z',
  now: '2026-05-11T08:31:00.000Z',
  stretch: 'ten-minutes',
  slownessBounds: [5, 10, 100],
} as const
const some = (change: Partial<Traffic>): Traffic => ({
  feedId,
  stretch: '2026-05-11T08:3',
  outcome: 'applied',
  slowness: 0,
  count: 1,
  ...change,
})

describe('the picture of the traffic', () => {
  it('has a bar for each stretch, those without a message too, and loses none', () => {
    const arbitrary = fc.array(
      fc
        .record({
          hour: fc.constantFrom('06:1', '07:5', '08:3'),
          outcome: fc.constantFrom('applied', 'dead', 'parked'),
          slowness: fc.nat(3),
          count: fc.nat(50),
        })
        .map(({ hour, ...rest }) => some({ stretch: `2026-05-11T${hour}`, ...rest })),
    )
    fc.assert(
      fc.property(arbitrary, (traffic) => {
        const bars = barsOf({ ...picture, traffic }, null)
        expect(bars).toHaveLength(16)
        const drawn = bars.reduce((sum, { total }) => sum + total, 0)
        expect(drawn).toBe(traffic.reduce((sum, { count }) => sum + count, 0))
        for (const bar of bars) expect(stackOf(bar).at(-1)?.to ?? 0).toBe(bar.total)
        expect(Object.values(totalsOf(bars)).reduce((sum, count) => sum + count, 0)).toBe(drawn)
      }),
    )
  })

  it('shows one feed alone', () => {
    const traffic = [some({ count: 3 }), some({ feedId: '018f0000-0000-7000-8000-000000000002', count: 4 })]
    expect(barsOf({ ...picture, traffic }, feedId).at(-1)).toMatchObject({
      at: '2026-05-11T08:30:00.000Z',
      total: 3,
    })
  })

  it('says within which time nearly all ended', () => {
    const traffic = [some({ slowness: 2, count: 4 }), some({ slowness: 0, count: 96 })]
    expect(slowest(traffic, picture.slownessBounds, 0.95)).toBe(5)
    expect(slowest(traffic, picture.slownessBounds, 0.97)).toBe(100)
    expect(slowest([some({ slowness: 3 })], picture.slownessBounds, 0.95)).toBe(200)
    expect(slowest([], picture.slownessBounds, 0.95)).toBeNull()
  })

  it('ends its axis at a round number', () => {
    expect([0, 3, 7, 11, 49, 50, 51, 1200].map(roundTop)).toEqual([4, 4, 8, 20, 60, 60, 60, 2000])
  })
})
