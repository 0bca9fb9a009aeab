import { describe, expect, it } from 'vitest'
import { byStart, daysAround, grouped, isExpected, isToday, scheduled, weekOf } from './appointment-views.ts'

describe('the schedule', () => {
  it('sorts by instant across zones', () => {
    const east = { id: 'a', start: { local: '2026-03-02T09:30:00', zone: 'America/New_York' } }
    const west = { id: 'b', start: { local: '2026-03-02T07:00:00', zone: 'America/Los_Angeles' } }
    expect([west, east].toSorted(byStart)).toEqual([east, west])
  })

  it('asks for today where the appointment is', () => {
    const now = Date.parse('2026-03-03T03:00:00.000Z')
    expect(isToday({ start: { local: '2026-03-02T20:00:00', zone: 'America/New_York' } }, now)).toBe(true)
    expect(isToday({ start: { local: '2026-03-03T08:00:00', zone: 'Europe/Berlin' } }, now)).toBe(true)
    expect(isToday({ start: { local: '2026-03-02T20:00:00', zone: 'Europe/Berlin' } }, now)).toBe(false)
  })

  it('reads no more than the days that may be today somewhere', () => {
    const { from, before } = daysAround('2026-03-01')
    const isRead = (local: string) => local >= from && local < before
    expect(['2026-02-28T00:00:00', '2026-03-01T09:00:00', '2026-03-02T23:59:00'].every(isRead)).toBe(true)
    expect(['2026-02-27T23:59:00', '2026-03-03T00:00:00'].some(isRead)).toBe(false)
  })

  it('begins weeks on Monday', () => {
    expect(weekOf('2026-03-01')[0]).toBe('2026-02-23')
    expect(weekOf('2026-03-02')).toEqual([
      '2026-03-02',
      '2026-03-03',
      '2026-03-04',
      '2026-03-05',
      '2026-03-06',
      '2026-03-07',
      '2026-03-08',
    ])
  })

  it('reads the day or the week that it shows', () => {
    expect(scheduled('day', '2026-03-04')).toEqual({ from: '2026-03-04', before: '2026-03-05' })
    expect(scheduled('week', '2026-03-04')).toEqual({ from: '2026-03-02', before: '2026-03-09' })
  })

  it('expects nobody whose appointment is over', () => {
    expect(isExpected({ status: 'booked' })).toBe(true)
    expect(isExpected({ status: 'cancelled' })).toBe(false)
  })

  it('groups rows', () => {
    expect(grouped(['b1', 'a1', 'b2'], (row) => row.slice(0, 1))).toEqual([
      ['a', ['a1']],
      ['b', ['b1', 'b2']],
    ])
  })
})
