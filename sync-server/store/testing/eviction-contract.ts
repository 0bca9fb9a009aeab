import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { DocumentRef } from '../contract.ts'
import type { Subject } from './store-contract.ts'

const early = '2026-01-05T08:00:00.000Z'
const later = '2026-01-06T08:00:00.000Z'
const last = '2026-01-07T08:00:00.000Z'

export function evictionContract({ store }: Subject): void {
  const access = () => store().access
  const aCase = (): DocumentRef => ({ collection: 'cases', id: newId() })
  const aPatient = (): DocumentRef => ({ collection: 'patients', id: newId() })
  const countOf = async (device: string) =>
    (await access().evictionCounts()).find(({ deviceId }) => deviceId === device)

  describe('evictions', () => {
    test('are outstanding, the longest first, until they are acknowledged, each for its own device', async () => {
      const [device, other] = [newId(), newId()]
      const [first, second, third] = [aPatient(), aCase(), aCase()] as const
      await access().addEvictions(device, [first, first], early)
      await access().addEvictions(device, [second, third], later)
      await access().addEvictions(other, [first], early)
      expect((await access().outstandingEvictions(device, 10))[0]).toEqual(first)
      expect(await access().outstandingEvictions(device, 2)).toHaveLength(2)
      const acknowledged = await access().acknowledgeEvictions(device, [first, second, aCase()], last)
      expect(new Set(acknowledged.map(({ id }) => id))).toEqual(new Set([first.id, second.id]))
      expect(await access().outstandingEvictions(device, 10)).toEqual([third])
      expect(await access().outstandingEvictions(other, 10)).toEqual([first])
      expect(await access().acknowledgeEvictions(device, [first], last)).toEqual([])
    })

    test('are counted by device, with since when and until when', async () => {
      const device = newId()
      const refs = [aCase(), aCase(), aPatient()]
      expect(await countOf(device)).toBeUndefined()
      await access().addEvictions(device, refs, early)
      const none = { deviceId: device, acknowledged: 0, acknowledgedAt: null }
      expect(await countOf(device)).toEqual({ ...none, outstanding: 3, since: early })
      await access().acknowledgeEvictions(device, refs.slice(0, 2), later)
      const two = { deviceId: device, acknowledged: 2, acknowledgedAt: later }
      expect(await countOf(device)).toEqual({ ...two, outstanding: 1, since: early })
    })

    test('told again stay as old as they are; once acknowledged they begin anew', async () => {
      const [device, ref] = [newId(), aCase()]
      await access().addEvictions(device, [ref], early)
      await access().addEvictions(device, [ref], later)
      expect(await countOf(device)).toMatchObject({ outstanding: 1, since: early })
      await access().acknowledgeEvictions(device, [ref], later)
      await access().addEvictions(device, [ref], last)
      expect(await countOf(device)).toMatchObject({ outstanding: 1, since: last, acknowledged: 0 })
    })

    test('are acknowledged all at once where the copy is gone', async () => {
      const [device, other] = [newId(), newId()]
      const refs = Array.from({ length: 2500 }, aCase)
      await access().addEvictions(device, refs, early)
      await access().addEvictions(other, refs.slice(0, 1), early)
      expect(await access().acknowledgeEvictions(device, 'all', later)).toHaveLength(2500)
      expect(await countOf(device)).toMatchObject({ outstanding: 0, acknowledged: 2500 })
      expect(await countOf(other)).toMatchObject({ outstanding: 1 })
    })

    test('are withdrawn by document, and forgotten by age once they are acknowledged', async () => {
      const device = newId()
      const [back, gone, waits] = [aPatient(), aCase(), aCase()] as const
      await access().addEvictions(device, [back, gone, waits], early)
      await access().withdrawEvictions(device, [back])
      await access().acknowledgeEvictions(device, [gone], later)
      await access().forgetEvictions(later)
      expect(await countOf(device)).toMatchObject({ outstanding: 1, acknowledged: 1 })
      await access().forgetEvictions(last)
      expect(await countOf(device)).toMatchObject({ outstanding: 1, acknowledged: 0 })
      expect(await access().outstandingEvictions(device, 10)).toEqual([waits])
    })
  })
}
