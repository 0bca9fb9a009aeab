import { expect, test } from 'vitest'
import { estimateText, lagText, leftText } from './load-words.ts'

test('a load is told by its size, and by its time once that can be said', () => {
  const estimate = { documents: 12_400, bytes: 16_200_000, secondsLeft: null }
  expect(estimateText(estimate)).toMatch(/^12.400 records, about 16.MB\.$/)
  expect(estimateText({ ...estimate, secondsLeft: 41 })).toMatch(/; about 50 seconds left\.$/)
})

test.each([
  [0, 'a few seconds left'],
  [9, 'a few seconds left'],
  [10, 'about 10 seconds left'],
  [51, 'about 60 seconds left'],
  [60, 'about a minute left'],
  [61, 'about 2 minutes left'],
  [7200, 'about 2 hours left'],
])('%i seconds are %s', (seconds, words) => {
  expect(leftText(seconds)).toBe(words)
})

test('lag is told as changes where they are known, else as the age of what is here', () => {
  const now = Date.parse('2026-01-05T09:00:00.000Z')
  const level = { behind: 0, levelAt: '2026-01-05T08:00:00.000Z' }
  expect(lagText({ ...level, behind: 3 }, 'syncing', now)).toBe('3 changes behind')
  expect(lagText(level, 'done', now)).toBe('Level with the server')
  expect(lagText(level, 'offline', now)).toBe('As of 1 hour ago')
  expect(lagText({ behind: 0, levelAt: null }, 'connecting', now)).toBe('Not yet level')
})
