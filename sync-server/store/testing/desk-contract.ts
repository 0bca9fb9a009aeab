import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { at } from './samples.ts'
import type { Subject } from './store-contract.ts'
import { sampleMessage } from './inbox-contract.ts'

/** Feeds and their versions, traffic, deeds, acknowledgements. */
export function deskContract({ store }: Subject): void {
  const user = newId()
  const feed = {
    id: newId(),
    name: 'North',
    settings: { charset: 'latin1' },
    createdAt: at,
    disabledAt: null,
  }

  describe('feeds', () => {
    test('keep their settings', async () => {
      await store().feeds.save(feed)
      await store().feeds.save({ ...feed, disabledAt: at })
      expect(await store().feeds.list()).toEqual([{ ...feed, disabledAt: at, version: 1 }])
      expect(await store().feeds.byId(newId())).toBeNull()
    })

    test('change by versions, and two who change one do not overwrite each other', async () => {
      await store().feeds.save(feed)
      const told: string[] = []
      const unsubscribe = store().onChange(({ type }) => told.push(type))
      const revise = (version: number, name: string) =>
        store().feeds.revise({ feed: { ...feed, name }, version, by: user, at })
      const both = await Promise.all([revise(1, 'East'), revise(1, 'West')])
      expect(both.toSorted()).toEqual([false, true])
      expect(await revise(2, 'South')).toBe(true)
      expect(await store().feeds.byId(feed.id)).toEqual({ ...feed, name: 'South', version: 3 })
      const former = await store().feeds.versions(feed.id)
      expect(former.map(({ version, replacedBy }) => [version, replacedBy])).toEqual([
        [2, user],
        [1, user],
      ])
      expect(former.at(-1)).toMatchObject({ name: 'North', settings: feed.settings, disabledAt: null })
      await expect.poll(() => told).toContain('feeds')
      unsubscribe()
    })
  })

  describe('the desk', () => {
    const arrived = { feedId: feed.id, receivedAt: '2026-05-11T08:31:00.000Z' }

    test('traffic counts each message once, by how it ended first and how long that took', async () => {
      const closed = { outcome: 'refused', code: 'hl7.unsupported', at: '2026-05-11T08:31:00.000Z' } as const
      await store().inbox.append(sampleMessage({ ...arrived, closed }))
      for (let count = 0; count < 3; count += 1) await store().inbox.append(sampleMessage(arrived))
      const end = (sequence: number, milliseconds: number, first = true) =>
        store().transaction(async (tx) => {
          const instant = new Date(Date.parse(arrived.receivedAt) + milliseconds).toISOString()
          const counted = first ? { arrived } : {}
          tx.stage({ type: 'close-message', sequence, outcome: 'applied', at: instant, ...counted })
        })
      await end(2, 7)
      await end(3, 8)
      await end(4, 120_000)
      await end(4, 130_000, false)
      const counted = await store().desk.traffic('2026-05-11T08:30:00.000Z', 'ten-minutes')
      const stretch = '2026-05-11T08:3'
      expect(counted).toHaveLength(3)
      expect(counted).toEqual(
        expect.arrayContaining([
          { feedId: feed.id, stretch, outcome: 'refused', slowness: 0, count: 1 },
          { feedId: feed.id, stretch, outcome: 'applied', slowness: 1, count: 2 },
          { feedId: feed.id, stretch, outcome: 'applied', slowness: 13, count: 1 },
        ]),
      )
      expect((await store().desk.traffic('2026-05-11T08:30:00.000Z', 'minute'))[0]?.stretch).toBe(
        '2026-05-11T08:31',
      )
      expect(await store().desk.traffic('2026-05-11T08:32:00.000Z', 'hour')).toEqual([])
      await store().desk.forgetTraffic('2026-05-12T00:00:00.000Z')
      expect(await store().desk.traffic('2026-05-11T00:00:00.000Z', 'hour')).toEqual([])
    })

    test('what people did about a message is kept in order', async () => {
      const deed = { sequence: 4, at, by: user, purpose: 'repair INC-12' } as const
      await store().desk.note([{ ...deed, action: 'opened' }])
      await store().desk.note([
        { ...deed, action: 'replayed' },
        { ...deed, sequence: 5, action: 'replayed' },
      ])
      await store().desk.note([])
      expect(await store().desk.deeds(4)).toEqual([
        { ...deed, action: 'opened' },
        { ...deed, action: 'replayed' },
      ])
    })

    test('the latest acknowledgement of a cause counts', async () => {
      const seen = { cause: newId(), by: user, at, upTo: 7 }
      await store().desk.acknowledge(seen)
      await store().desk.acknowledge({ ...seen, upTo: 9 })
      expect(await store().desk.acknowledgements()).toEqual([{ ...seen, upTo: 9 }])
    })
  })
}
