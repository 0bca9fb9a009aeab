import { describe, expect, it } from 'vitest'
import { isHeldOn } from './index.ts'

describe('a practitioner role', () => {
  it('is held from its first day to its last', () => {
    const period = { start: '2026-01-01', end: '2026-03-31' }
    const on = (day: string) => isHeldOn({ active: true, period }, day)
    expect(['2025-12-31', '2026-01-01', '2026-03-31', '2026-04-01'].map(on)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('is not held once it was put out of use, and is where no dates are known', () => {
    expect(isHeldOn({ active: false, period: {} }, '2026-01-01')).toBe(false)
    expect(isHeldOn({ period: {} }, '2026-01-01')).toBe(true)
  })
})
