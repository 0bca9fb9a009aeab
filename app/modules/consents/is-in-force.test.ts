import { describe, expect, it } from 'vitest'
import { isInForce } from './index.ts'

const held = {
  status: 'active',
  period: { start: '2026-01-01', end: '2026-06-30' },
  removedAt: null,
} as const

describe('a consent', () => {
  it('is in force while it is active and within its dates', () => {
    expect(isInForce(held, '2026-01-01')).toBe(true)
    expect(isInForce(held, '2026-06-30T23:00:00.000Z')).toBe(true)
    expect(isInForce(held, '2026-07-01')).toBe(false)
    expect(isInForce(held, '2025-12-31T23:00:00.000Z')).toBe(false)
  })

  it('is not once it was revoked, removed, or hidden from the reader', () => {
    expect(isInForce({ ...held, status: 'inactive' }, '2026-02-01')).toBe(false)
    expect(isInForce({ ...held, removedAt: '2026-01-05T09:00:00.000Z' }, '2026-02-01')).toBe(false)
    expect(isInForce({ removedAt: null }, '2026-02-01')).toBe(false)
  })
})
