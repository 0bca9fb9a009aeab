import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { NewMessage } from '../contract.ts'
import type { Subject } from './store-contract.ts'
import { at } from './samples.ts'

const feedId = newId()
const key = { feedId, sender: 'LAB|NORTH', controlId: 'MSG00001' }

export function sampleMessage(change: Partial<NewMessage> = {}): NewMessage {
  const raw = Buffer.from('MSH|^~\\&|LAB|NORTH\r')
  return { id: newId(), feedId, receivedAt: at, key, messageType: 'ADT^A01', raw, ...change }
}

export function inboxContract({ store }: Subject): void {
  describe('inbox', () => {
    test('messages keep their bytes and their order of receipt, also when many come at once', async () => {
      const messages = Array.from({ length: 300 }, (_, index) =>
        sampleMessage({
          raw: Buffer.from([0, 255, 13, index % 256]),
          key: { ...key, controlId: String(index) },
        }),
      )
      const appended = await Promise.all(messages.map((message) => store().inbox.append(message)))
      expect(appended.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 1))
      const entries = await store().inbox.next({ after: 0, limit: 1000 })
      expect(entries.map((entry) => entry.id)).toEqual(messages.map((message) => message.id))
      expect(
        entries.every((entry, index) => Buffer.compare(entry.raw, messages[index]?.raw ?? Buffer.of()) === 0),
      ).toBe(true)
      expect(await store().inbox.next({ after: 299, limit: 10 })).toHaveLength(1)
    })

    test('an entry closes with the writes of its transaction, once', async () => {
      const { sequence } = await store().inbox.append(sampleMessage())
      const close = () =>
        store().transaction(async (tx) => {
          const claimed = await tx.claimMessage(sequence)
          if (claimed === null) return 'closed already'
          tx.stage({
            type: 'close-message',
            sequence,
            outcome: 'dead',
            code: 'hl7.unmapped',
            facts: { place: 'PID-3' },
            at,
          })
          return 'closed now'
        })
      const outcomes = await Promise.all([close(), close(), close()])
      expect(outcomes.map(({ result }) => result).toSorted()).toEqual([
        'closed already',
        'closed already',
        'closed now',
      ])
      expect(await store().inbox.next({ after: 0, limit: 10 })).toEqual([])
      expect(await store().inbox.entry(sequence)).toMatchObject({
        state: 'dead',
        code: 'hl7.unmapped',
        facts: { place: 'PID-3' },
        closedAt: at,
        key,
        messageType: 'ADT^A01',
      })
      expect(await store().inbox.reopen(sequence)).toBe(true)
      expect(await store().inbox.reopen(sequence)).toBe(false)
      expect(await store().inbox.next({ after: 0, limit: 10 })).toMatchObject([
        { sequence, state: 'open', code: null },
      ])
    })

    test('a repeat is found by its key, and told from other bytes under the same key', async () => {
      const raw = Buffer.from('MSH|one')
      const first = await store().inbox.append(sampleMessage({ raw }))
      const second = await store().inbox.append(sampleMessage({ raw: Buffer.from('MSH|two') }))
      const repeats = await store().inbox.repeats(key, raw)
      expect(repeats.map(({ sequence, same }) => [sequence, same])).toEqual([
        [second.sequence, false],
        [first.sequence, true],
      ])
      expect(await store().inbox.repeats({ ...key, sender: 'OTHER' }, raw)).toEqual([])
    })

    test('the console lists without bodies, by feed and state, and counts', async () => {
      const other = newId()
      await store().inbox.append(sampleMessage())
      await store().inbox.append(sampleMessage({ feedId: other, key: null, messageType: '' }))
      const closed = { outcome: 'refused', code: 'hl7.not-hl7', at } as const
      const { sequence } = await store().inbox.append(sampleMessage({ closed, replays: 1 }))
      const all = await store().inbox.list({ limit: 10 })
      expect(all.map((entry) => entry.sequence)).toEqual([3, 2, 1])
      expect(all.every((entry) => !('raw' in entry))).toBe(true)
      expect(await store().inbox.list({ limit: 10, state: 'refused' })).toMatchObject([
        { sequence, replays: 1, facts: {} },
      ])
      expect(await store().inbox.list({ limit: 10, feedId: other })).toMatchObject([{ key: null }])
      expect(await store().inbox.list({ limit: 1, before: 3 })).toMatchObject([{ sequence: 2 }])
      const counts = await store().inbox.counts()
      expect(counts).toHaveLength(3)
      expect(counts).toEqual(expect.arrayContaining([{ feedId, state: 'refused', count: 1 }]))
    })

    test('feeds keep their settings', async () => {
      const feed = {
        id: feedId,
        name: 'North',
        settings: { charset: 'latin1' },
        createdAt: at,
        disabledAt: null,
      }
      await store().feeds.save(feed)
      await store().feeds.save({ ...feed, disabledAt: at })
      expect(await store().feeds.list()).toEqual([{ ...feed, disabledAt: at }])
      expect(await store().feeds.byId(newId())).toBeNull()
    })
  })
}
