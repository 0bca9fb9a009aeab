import { expect, test } from 'vitest'
import { LoadPace } from './load-pace.ts'

test('promises nothing before it has seen a while of it', () => {
  const pace = new LoadPace()
  expect(pace.secondsLeft(1000)).toBeNull()
  pace.note(0, 0)
  pace.note(400, 500)
  expect(pace.secondsLeft(1000)).toBeNull()
})

test('goes by how fast documents came lately', () => {
  const pace = new LoadPace()
  pace.note(0, 0)
  pace.note(2000, 1000)
  expect(pace.secondsLeft(5000)).toBe(10)
  // The line has become slower: what was before the window counts no more.
  for (let second = 4; second <= 40; second += 2) pace.note(second * 1000, 1000 + second * 10)
  expect(pace.secondsLeft(100)).toBe(10)
})

test('of a load that hardly moves goes by the last step, however long that took', () => {
  const pace = new LoadPace()
  pace.note(0, 0)
  pace.note(60_000, 60)
  expect(pace.secondsLeft(60)).toBe(60)
})

test('that stands still has no end in sight', () => {
  const pace = new LoadPace()
  pace.note(0, 100)
  pace.note(5000, 100)
  expect(pace.secondsLeft(1)).toBeNull()
})
