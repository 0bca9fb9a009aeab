import fc from 'fast-check'
import { expect, test } from 'vitest'
import { localTime, momentOf, partialDate, readTimestamp, writeTimestamp } from './timestamp.ts'

function stamp(text: string) {
  const read = readTimestamp(text)
  if (read === null) throw new Error(text)
  return read
}

test.each([
  ['2024', 'year', '2024'],
  ['202405', 'month', '2024-05'],
  ['20240517', 'day', '2024-05-17'],
  ['2024051714', 'hour', '2024-05-17'],
  ['202405171430', 'minute', '2024-05-17'],
  ['20240517143059', 'second', '2024-05-17'],
  ['20240517143059.1234-0500', 'fraction', '2024-05-17'],
])('%s keeps its precision', (text, precision, date) => {
  expect(stamp(text).precision).toBe(precision)
  expect(partialDate(stamp(text))).toBe(date)
})

test.each([
  '',
  '0',
  '20240230',
  '20241301',
  '2024051725',
  '20240517146',
  '00000000',
  '2024-05-17',
  'x',
  '20240517+2500',
])('%j is no time that exists', (text) => expect(readTimestamp(text)).toBeNull())

test('the offset counts before the zone of the feed', () => {
  expect(momentOf(stamp('20240517143000-0500'), 'Europe/Berlin').instant).toBe('2024-05-17T19:30:00.000Z')
  expect(momentOf(stamp('20240517143000'), 'America/Chicago').instant).toBe('2024-05-17T19:30:00.000Z')
  expect(localTime(stamp('20240517193000+0000'), 'America/Chicago')).toBe('2024-05-17T14:30')
  expect(localTime(stamp('202405171430'), 'America/Chicago')).toBe('2024-05-17T14:30')
})

test('times that the clock skips or shows twice are flagged', () => {
  expect(momentOf(stamp('20240310023000'), 'America/New_York')).toEqual({
    instant: '2024-03-10T07:30:00.000Z',
    flag: 'gap',
  })
  expect(momentOf(stamp('20241103013000'), 'America/New_York')).toEqual({
    instant: '2024-11-03T05:30:00.000Z',
    flag: 'overlap',
  })
  expect(momentOf(stamp('20241103013000-0500'), 'America/New_York').flag).toBeNull()
})

test('what Rounds writes it reads again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      const { instant } = momentOf(stamp(writeTimestamp(seconds * 1000)), 'Asia/Tokyo')
      expect(Date.parse(instant)).toBe(seconds * 1000)
    }),
  )
})
