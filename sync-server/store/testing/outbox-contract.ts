import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Change, NewOutgoing, OutgoingEnd } from '../contract.ts'
import { at } from './samples.ts'
import type { Subject } from './store-contract.ts'

const [feedId, otherFeed] = [newId(), newId()]
const own = { feedId, kind: 'message' } as const
const other = { feedId: otherFeed, kind: 'message' } as const

function sampleOutgoing(subject: Id, controlId: string, change: Partial<NewOutgoing> = {}): NewOutgoing {
  const raw = Buffer.from(`MSH|QuetzalMessage|${controlId}\r`)
  return { id: newId(), ...own, subject, controlId, messageType: 'ADT^A31', at, raw, ...change }
}

export function outboxContract({ store, site }: Subject): void {
  describe('outbox', () => {
    const [ann, ben] = [newId(), newId()]
    const queue = (...messages: readonly NewOutgoing[]) =>
      store().transaction(async (tx) => {
        for (const message of messages) tx.stage({ type: 'outgoing', message })
      })
    const end = (sequence: number, state: OutgoingEnd['state']) =>
      store().transaction(async (tx) => tx.stage({ type: 'close-outgoing', sequence, state, at }))
    const due = async (limit = 10) => (await store().outbox.due(own, limit)).map(({ sequence }) => sequence)

    test('keeps bytes and order, is told of by a change, and shows nothing of it in the database', async () => {
      const heard: Change['type'][] = []
      const stop = store().onChange(({ type }) => heard.push(type))
      await queue(sampleOutgoing(ann, 'QuetzalNumber1'), sampleOutgoing(ben, 'N2'))
      await Promise.all(Array.from({ length: 20 }, (_, index) => queue(sampleOutgoing(ann, `N${index + 3}`))))
      const all = await store().outbox.due(own, 100)
      expect(all.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 22 }, (_, index) => index + 1))
      expect(all[0]).toMatchObject({
        controlId: 'QuetzalNumber1',
        messageType: 'ADT^A31',
        state: 'waiting',
        attempts: 0,
      })
      expect(Buffer.from(all[0]?.raw ?? []).toString()).toBe('MSH|QuetzalMessage|QuetzalNumber1\r')
      await expect.poll(() => heard).toContain('outbox')
      stop()
      expect((await site().bytes()).includes('Quetzal')).toBe(false)
    })

    test('is written with its commit, or not at all', async () => {
      const failing = store().transaction(async (tx) => {
        tx.stage({ type: 'outgoing', message: sampleOutgoing(ann, 'N1') })
        await tx.savepoint(async () => tx.stage({ type: 'outgoing', message: sampleOutgoing(ann, 'N2') }))
        throw new Error('on purpose')
      })
      await expect(failing).rejects.toThrow('on purpose')
      expect(await due()).toEqual([])
      await queue(sampleOutgoing(ann, 'N3'))
      expect(await due()).toEqual([1])
    })

    test('a refused message keeps back what is behind it about the same person, for that feed only', async () => {
      await queue(
        sampleOutgoing(ann, 'N1'),
        sampleOutgoing(ann, 'N2'),
        sampleOutgoing(ben, 'N3'),
        sampleOutgoing(ann, 'N4', { feedId: otherFeed }),
      )
      await end(1, 'refused')
      expect(await due()).toEqual([3])
      expect((await store().outbox.due(other, 9)).map(({ controlId }) => controlId)).toEqual(['N4'])
      expect(await store().outbox.retry(1)).toBe(true)
      expect(await due()).toEqual([1, 2, 3])
      expect([await store().outbox.retry(1), await store().outbox.retry(99)]).toEqual([false, false])
      expect(await store().outbox.drop(1, at)).toBe(true)
      expect(await due()).toEqual([2, 3])
      expect(await store().outbox.entry(1)).toMatchObject({ state: 'dropped', closedAt: at })
    })

    test('what a person dropped is not ended by a late answer; what was accepted is not dropped', async () => {
      await queue(sampleOutgoing(ann, 'N1'), sampleOutgoing(ann, 'N2'))
      await store().outbox.drop(1, at)
      await end(1, 'accepted')
      await end(2, 'accepted')
      expect(await store().outbox.drop(2, at)).toBe(false)
      expect((await store().outbox.list({ limit: 9 })).map(({ state }) => state)).toEqual([
        'accepted',
        'dropped',
      ])
      expect(await store().outbox.counts()).toEqual([
        { ...own, state: 'accepted', count: 1 },
        { ...own, state: 'dropped', count: 1 },
      ])
    })

    test('counts how often a message went out, and keeps why it was refused', async () => {
      await queue(sampleOutgoing(ann, 'N1'))
      const sending = () => store().transaction(async (tx) => tx.stage({ type: 'sending', sequence: 1 }))
      await sending()
      await sending()
      const code = 'hl7.destination-refused'
      await store().transaction(async (tx) =>
        tx.stage({
          type: 'close-outgoing',
          sequence: 1,
          state: 'refused',
          code,
          facts: { answer: 'AE' },
          at,
        }),
      )
      expect(await store().outbox.entry(1)).toMatchObject({ attempts: 2, code, facts: { answer: 'AE' } })
    })

    test('remembers whom a destination was told of', async () => {
      const told = (whom: Id) => store().transaction((tx) => tx.told(feedId, whom))
      await queue(sampleOutgoing(ann, 'N1'))
      expect([(await told(ann)).result, (await told(ben)).result]).toEqual([true, false])
      const staged = await store().transaction(async (tx) => {
        tx.stage({ type: 'outgoing', message: sampleOutgoing(ben, 'N2') })
        return [await tx.told(feedId, ben), await tx.told(otherFeed, ben)]
      })
      expect(staged.result).toEqual([true, false])
    })

    test('one holder sends at a time, until it lets go or its time is over', async () => {
      const [one, another] = [newId(), newId()]
      const { outbox } = store()
      const [now, later, latest] = [
        '2026-01-05T08:00:00.000Z',
        '2026-01-05T08:01:00.000Z',
        '2026-01-05T08:02:00.000Z',
      ]
      const both = await Promise.all([
        outbox.hold(own, one, now, later),
        outbox.hold(own, another, now, later),
      ])
      expect(both.filter(Boolean)).toHaveLength(1)
      const [holder, waiting] = both[0] ? [one, another] : [another, one]
      expect(await outbox.hold(own, holder, now, later)).toBe(true)
      expect(await outbox.hold(other, waiting, now, later)).toBe(true)
      await outbox.release(own, waiting)
      expect(await outbox.hold(own, waiting, now, later)).toBe(false)
      expect(await outbox.hold(own, waiting, later, latest)).toBe(true)
      await outbox.release(own, waiting)
      expect(await outbox.hold(own, holder, now, later)).toBe(true)
      await outbox.release(own, null)
      expect(await outbox.hold(own, waiting, now, later)).toBe(true)
    })

    test('acknowledgements of a feed are a queue beside its messages', async () => {
      const acknowledgements = { feedId, kind: 'acknowledgement' } as const
      await queue(
        sampleOutgoing(ann, 'N1'),
        sampleOutgoing(ann, 'N2', acknowledgements),
        sampleOutgoing(ann, 'N3', acknowledgements),
      )
      const { outbox } = store()
      const told = async () => (await outbox.due(acknowledgements, 9)).map(({ sequence }) => sequence)
      await end(1, 'refused')
      expect([await due(), await told()]).toEqual([[], [2, 3]])
      const [one, another, until] = [newId(), newId(), '2026-01-05T08:01:00.000Z']
      expect(await outbox.hold(own, one, at, until)).toBe(true)
      expect(await outbox.hold(acknowledgements, another, at, until)).toBe(true)
      await outbox.pause(acknowledgements, at)
      expect(await told()).toEqual([])
      await outbox.tried(acknowledgements, at, 'hl7.destination-unreachable')
      expect(await outbox.destinations()).toMatchObject([
        { ...acknowledgements, pausedAt: at, failures: 1 },
        { ...own, pausedAt: null, failures: 0 },
      ])
      expect(await outbox.counts()).toEqual([
        { ...acknowledgements, state: 'waiting', count: 2 },
        { ...own, state: 'refused', count: 1 },
      ])
      expect((await outbox.list({ ...acknowledgements, limit: 9 })).map(({ sequence }) => sequence)).toEqual([
        3, 2,
      ])
    })

    test('is silent while a destination is paused, and notes how it stands with it', async () => {
      await queue(sampleOutgoing(ann, 'N1'))
      await store().outbox.pause(own, at)
      expect(await due()).toEqual([])
      await store().outbox.tried(own, at, 'hl7.destination-silent')
      await store().outbox.tried(own, at, 'hl7.destination-unreachable')
      const code = 'hl7.destination-unreachable'
      expect(await store().outbox.destinations()).toEqual([
        { ...own, pausedAt: at, failures: 2, code, triedAt: at },
      ])
      await store().outbox.pause(own, null)
      await store().outbox.tried(own, at, null)
      expect(await due()).toEqual([1])
      expect(await store().outbox.destinations()).toMatchObject([{ pausedAt: null, failures: 0, code: null }])
    })

    test('forgets what is over and old; what waits or was refused stays', async () => {
      await queue(...['N1', 'N2', 'N3', 'N4'].map((number) => sampleOutgoing(newId(), number)))
      await end(1, 'accepted')
      await end(2, 'refused')
      await store().outbox.drop(3, at)
      expect(await store().outbox.prune(at, 10)).toBe(0)
      expect(await store().outbox.prune('2027-01-01T00:00:00.000Z', 1)).toBe(1)
      expect(await store().outbox.prune('2027-01-01T00:00:00.000Z', 10)).toBe(1)
      expect((await store().outbox.list({ limit: 9 })).map(({ sequence }) => sequence)).toEqual([4, 2])
    })
  })
}
