import { expect, test, vi } from 'vitest'
import { idSchema } from '#app/kernel/index.ts'
import { newId } from './new-id.ts'

test('each is an id, of its time, and greater than the one before, also where a clock is set back', () => {
  const clock = vi.spyOn(Date, 'now')
  const times = [2_000_000_000_000, 2_000_000_000_000, 1_999_999_999_999, 2_000_000_000_001]
  const ids = times.flatMap((time) => {
    clock.mockReturnValue(time)
    return Array.from({ length: 5000 }, newId)
  })
  clock.mockRestore()
  expect(ids.filter((id) => !idSchema.safeParse(id).success)).toEqual([])
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids[0]?.replaceAll('-', '')).toMatch(/^01d1a94a20007000[89ab]/)
})
