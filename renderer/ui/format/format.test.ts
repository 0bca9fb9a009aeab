import { describe, expect, it } from 'vitest'
import { amountText } from './amount.ts'
import { countText } from './count.ts'
import { phoneText } from './phone.ts'
import { readDate } from './read-date.ts'
import {
  clockText,
  dateText,
  instantText,
  momentText,
  relativeText,
  shortDayText,
  weekdayText,
  zonedText,
} from './when.ts'

describe('times as people read them', () => {
  it('keeps the precision of a date', () => {
    expect(dateText('1980', 'en-US')).toBe('1980')
    expect(dateText('1980-03', 'en-US')).toBe('March 1980')
    expect(dateText('1980-03-14', 'en-US')).toBe('Mar 14, 1980')
    expect(dateText('1980-03-14', 'de-DE')).toBe('14. März 1980')
  })

  it('leaves out the year that it is', () => {
    expect(shortDayText('2026-03-02', '2026-11-22', 'en-US')).toBe('Mar 2')
    expect(shortDayText('2025-12-30', '2026-01-02', 'en-US')).toBe('Dec 30, 2025')
  })

  it('shows an instant in the zone asked for, and a date as a date', () => {
    expect(instantText('2026-01-05T13:30:00.000Z', 'en-GB', 'America/New_York')).toBe('5 Jan 2026, 08:30')
    expect(momentText('2026-01', 'en-US')).toBe('January 2026')
  })

  it('shows the wall of the place, and names its zone where it is not the own', () => {
    const time = { local: '2026-03-02T09:15:00', zone: 'America/Chicago' }
    expect(zonedText(time, 'en-GB', 'America/Chicago')).toBe('2 Mar 2026, 09:15')
    expect(zonedText(time, 'en-GB', 'Europe/Berlin')).toBe('2 Mar 2026, 09:15 (America/Chicago)')
    expect(clockText('2026-03-02T09:15:00', 'en-GB')).toBe('09:15')
    expect(weekdayText('2026-03-02', 'en-GB')).toContain('Monday')
  })

  it('counts back and forth from now', () => {
    const now = Date.parse('2026-01-05T12:00:00.000Z')
    expect(relativeText('2026-01-05T11:57:00.000Z', now, 'en')).toBe('3 minutes ago')
    expect(relativeText('2026-01-06T12:00:00.000Z', now, 'en')).toBe('tomorrow')
    expect(relativeText('2026-01-05T11:59:45.000Z', now, 'en')).toBe('now')
  })
})

describe('dates as people type them', () => {
  it('reads ISO dates of any precision', () => {
    for (const date of ['1980', '1980-03', '1980-03-14']) expect(readDate(date, 'en-US')).toBe(date)
    expect(readDate('1980-3-4', 'en-US')).toBe('1980-03-04')
  })

  it('reads the order of the locale', () => {
    expect(readDate('3/14/1980', 'en-US')).toBe('1980-03-14')
    expect(readDate('14.3.1980', 'de-DE')).toBe('1980-03-14')
    expect(readDate('14/03/1980', 'en-GB')).toBe('1980-03-14')
    expect(readDate('03/1980', 'en-US')).toBe('1980-03')
  })

  it('leaves what is no date to the schema', () => {
    for (const text of ['2/30/1980', 'yesterday', '80', '1980-13', '1/2/3/4'])
      expect(readDate(text, 'en-US')).toBe(text)
  })
})

describe('numbers', () => {
  it('writes amounts without decimals that say nothing', () => {
    expect(amountText({ minor: 30_300_000, currency: 'USD' }, 'en-US')).toBe('$303,000')
    expect(amountText({ minor: 1250, currency: 'USD' }, 'en-US')).toBe('$12.50')
    expect(amountText({ minor: 500, currency: 'JPY' }, 'en-US')).toBe('¥500')
  })

  it('groups North American phone numbers only', () => {
    expect(phoneText('2125550123')).toBe('(212) 555-0123')
    expect(phoneText('+1 212-555-0123')).toBe('(212) 555-0123')
    expect(phoneText('+49 30 5550123')).toBe('+49 30 5550123')
  })

  it('counts one and many', () => {
    expect(countText(1, 'record', 'records', 'en')).toBe('1 record')
    expect(countText(1500, 'record', 'records', 'en')).toBe('1,500 records')
  })
})
