import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AlertCause } from '../contract.ts'
import { at } from './samples.ts'
import type { Subject } from './store-contract.ts'

const later = '2026-01-06T08:00:00.000Z'

export function alertContract({ store }: Subject): void {
  describe('alerts of access', () => {
    const cause: AlertCause = { kind: 'guessing-user', userId: newId(), deviceId: null, address: '10.0.0.7' }

    test('of one cause are one until it was seen, and then another', async () => {
      const { access } = store()
      const first = await access.raiseAlert(cause, at)
      expect(first).toMatchObject({ ...cause, count: 1, firstAt: at, seenAt: null })
      const again = await access.raiseAlert(cause, later)
      expect(again).toEqual({ ...first, count: 2, lastAt: later })
      const by = newId()
      expect(await access.seeAlert(first.id, by, later)).toBe(true)
      expect(await access.seeAlert(first.id, by, later)).toBe(false)
      const next = await access.raiseAlert(cause, later)
      expect(next.id).not.toBe(first.id)
      expect(await access.alerts(10)).toEqual([next, { ...again, seenBy: by, seenAt: later }])
    })

    test('of other causes stand beside it, and many at once count one by one', async () => {
      const { access } = store()
      await Promise.all(Array.from({ length: 8 }, () => access.raiseAlert(cause, at)))
      await access.raiseAlert({ ...cause, address: '10.0.0.8' }, at)
      await access.raiseAlert({ ...cause, userId: null }, at)
      const counts = (await access.alerts(10)).map(({ count }) => count)
      expect(counts.toSorted((a, b) => a - b)).toEqual([1, 1, 8])
    })

    test('know the addresses that somebody came from, for as long as they are kept', async () => {
      const { access } = store()
      expect(await access.knowsAddress('carla', '10.0.0.7', at)).toBe(false)
      await access.knowAddress('carla', '10.0.0.7', at)
      await access.knowAddress('carla', '10.0.0.7', at)
      expect(await access.knowsAddress('carla', '10.0.0.7', at)).toBe(true)
      expect(await access.knowsAddress('carla', '10.0.0.8', at)).toBe(false)
      expect(await access.knowsAddress('colin', '10.0.0.7', at)).toBe(false)
      expect(await access.knowsAddress('carla', '10.0.0.7', later)).toBe(false)
      await access.forgetAddresses(later)
      expect(await access.knowsAddress('carla', '10.0.0.7', at)).toBe(false)
    })
  })
}
