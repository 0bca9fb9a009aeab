import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
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

test('a time is what the calendar says it is, asked for once or again, also where clocks are changed', () => {
  const zones = [
    'America/New_York',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Kathmandu',
  ]
  const changes = [
    '20240310',
    '20241103',
    '20240331',
    '20241027',
    '20240407',
    '20241006',
    '19830102',
    '19710601',
  ]
  const arbitrary = fc.record({
    zone: fc.constantFrom(...zones),
    day: fc.constantFrom(...changes),
    minute: fc.integer({ min: 0, max: 4 * 60 - 1 }),
    second: fc.integer({ min: 0, max: 59 }),
  })
  fc.assert(
    fc.property(arbitrary, ({ zone, day, minute, second }) => {
      const time = [Math.floor(minute / 60), minute % 60, second]
      const text = day + time.map((part) => String(part).padStart(2, '0')).join('')
      const local = Temporal.PlainDateTime.from(
        `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T${text.slice(8, 10)}:${text.slice(10, 12)}:${text.slice(12)}`,
      )
      const zoned = local.toZonedDateTime(zone, { disambiguation: 'compatible' })
      const exists = zoned.toPlainDateTime().equals(local)
      for (const moment of [momentOf(stamp(text), zone), momentOf(stamp(text), zone)]) {
        expect(Date.parse(moment.instant)).toBe(zoned.epochMilliseconds)
        expect(moment.flag === 'gap').toBe(!exists)
      }
    }),
  )
})
