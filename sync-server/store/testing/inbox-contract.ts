import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Change, InboxSearch, NewMessage } from '../contract.ts'
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
    const open = (limit = 1000, known: ReadonlySet<number> = new Set()) =>
      store()
        .transaction((tx) => tx.claimMessages({ limit, known }))
        .then(({ result }) => result)

    test('messages keep their bytes and their order of receipt, also when many come at once', async () => {
      const messages = Array.from({ length: 300 }, (_, index) =>
        sampleMessage({
          raw: Buffer.from([0, 255, 13, index % 256]),
          key: { ...key, controlId: String(index) },
        }),
      )
      const appended = await Promise.all(messages.map((message) => store().inbox.append(message)))
      expect(appended.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 1))
      const entries = (await open()).map(({ entry }) => entry)
      expect(entries.map((entry) => entry?.id)).toEqual(messages.map((message) => message.id))
      expect(
        entries.every(
          (entry, index) =>
            Buffer.compare(entry?.raw ?? Buffer.of(1), messages[index]?.raw ?? Buffer.of()) === 0,
        ),
      ).toBe(true)
      const known = await open(2, new Set([1]))
      expect(known.map(({ sequence, entry }) => [sequence, entry?.sequence])).toEqual([
        [1, undefined],
        [2, 2],
      ])
    })

    test('an entry closes with the writes of its transaction, once', async () => {
      const { sequence } = await store().inbox.append(sampleMessage())
      const close = () =>
        store().transaction(async (tx) => {
          const claimed = await tx.claimMessages({ limit: 1, known: new Set() })
          if (claimed.length === 0) return 'closed already'
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
      expect(await open()).toEqual([])
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
      expect(await open()).toMatchObject([
        { sequence, entry: { state: 'open', code: null, reopened: 1, forced: false } },
      ])
    })

    test('an entry that is put back keeps what a person said of it', async () => {
      const closed = {
        outcome: 'parked',
        code: 'hl7.identity-conflict',
        facts: { place: 'PID-3' },
        at,
      } as const
      const { sequence } = await store().inbox.append(sampleMessage({ closed }))
      const facts = { decidedFor: '018f0000-0000-7000-8000-000000000001' }
      expect(await store().inbox.reopen(sequence, { facts })).toBe(true)
      expect(await store().inbox.entry(sequence)).toMatchObject({ state: 'open', code: null, forced: false })
      expect((await store().inbox.entry(sequence))?.facts).toEqual(facts)
    })

    test('many entries close at once, each with its own end', async () => {
      for (let count = 0; count < 3; count += 1) await store().inbox.append(sampleMessage())
      await store().transaction(async (tx) => {
        await tx.claimMessages({ limit: 2, known: new Set() })
        tx.stage({ type: 'close-message', sequence: 1, outcome: 'applied', facts: { created: 2 }, at })
        tx.stage({ type: 'close-message', sequence: 2, outcome: 'parked', code: 'hl7.unknown-site', at })
      })
      expect((await store().inbox.list({ limit: 3 })).map(({ state, facts }) => [state, facts])).toEqual([
        ['open', {}],
        ['parked', {}],
        ['applied', { created: 2 }],
      ])
    })

    const memory = { since: '2026-01-01T00:00:00.000Z', deadIsRefused: false }
    const raw = Buffer.from('MSH|one')
    const taken = (change: Partial<NewMessage> = {}) =>
      store().inbox.append(sampleMessage({ raw, memory, ...change }))
    const end = (sequence: number, outcome: 'applied' | 'dead') =>
      store().transaction(async (tx) => tx.stage({ type: 'close-message', sequence, outcome, at }))

    test('content is taken away for good; how it ended and what it was known by stay', async () => {
      const parked = { outcome: 'parked', code: 'hl7.identity-conflict', at } as const
      await taken()
      await end(1, 'applied')
      await store().inbox.append(sampleMessage({ closed: parked }))
      await store().inbox.append(sampleMessage())
      expect((await store().inbox.closedAfter(0, 10)).map(({ sequence }) => sequence)).toEqual([1, 2])
      expect(await store().inbox.eraseContent([1, 2, 3], at)).toBe(2)
      const gone = { code: 'sync.erased', raw: Buffer.of(), key, closedAt: at }
      expect(await store().inbox.entry(1)).toMatchObject({ ...gone, state: 'applied', bytes: raw.length })
      expect(await store().inbox.entry(2)).toMatchObject({ ...gone, state: 'refused' })
      expect((await store().inbox.entry(3))?.raw.length).toBeGreaterThan(0)
      expect(await store().inbox.closedAfter(0, 10)).toEqual([])
      for (const sequence of [1, 2]) expect(await store().inbox.reopen(sequence)).toBe(false)
      expect(await taken()).toMatchObject({ repeats: { sequence: 1, state: 'applied' } })
    })

    test('a repeat is told by key and bytes; other bytes under the key are noticed', async () => {
      const [first, again, other] = await Promise.all([
        taken(),
        taken(),
        taken({ raw: Buffer.from('MSH|two') }),
      ])
      expect(first).toEqual({ sequence: 1, repeats: null, facts: {} })
      expect(again).toMatchObject({ repeats: { sequence: 1, state: 'open' } })
      expect(other).toEqual({ sequence: 3, repeats: null, facts: { controlIdReused: true } })
      expect(await taken({ key: { ...key, sender: 'OTHER' } })).toMatchObject({ repeats: null, facts: {} })
      expect(await store().inbox.entry(2)).toMatchObject({ state: 'duplicate', facts: { repeats: 1 } })
      expect(await store().inbox.entry(3)).toMatchObject({ state: 'open', facts: { controlIdReused: true } })
    })

    test('what was refused, and what is older than the memory, is no reason for a repeat', async () => {
      await taken({ closed: { outcome: 'refused', code: 'hl7.unsupported', at } })
      expect(await taken({ receivedAt: '2025-12-31T00:00:00.000Z' })).toMatchObject({ repeats: null })
      expect(await taken()).toMatchObject({ repeats: null })
      await end(3, 'dead')
      expect(await taken({ memory: { ...memory, deadIsRefused: true } })).toMatchObject({ repeats: null })
      await end(4, 'applied')
      expect(await taken({ memory: { ...memory, deadIsRefused: true } })).toMatchObject({
        repeats: { sequence: 4, state: 'applied' },
      })
    })

    test('the acknowledgement of what is over as it comes in goes into its queue with that commit', async () => {
      const heard: Change['type'][] = []
      const stop = store().onChange(({ type }) => heard.push(type))
      const to = { feedId, kind: 'acknowledgement' } as const
      const come = (controlId: string, change: Partial<NewMessage> = {}) => {
        const raw = Buffer.from('MSH|QuetzalAnswer\r')
        const about = { id: newId(), subject: newId(), controlId, messageType: 'ACK^A01', at, raw }
        const memory = { since: '2025-01-01T00:00:00.000Z', deadIsRefused: false }
        return sampleMessage({ memory, acknowledgement: { ...to, ...about }, ...change })
      }
      const queued = async () => (await store().outbox.due(to, 9)).map(({ controlId }) => controlId)
      const first = await store().inbox.append(come('A1'))
      await store().inbox.append(come('A2'))
      expect(await queued()).toEqual([])
      const other = { key: { ...key, controlId: 'MSG00002' } }
      const refused = { outcome: 'refused', code: 'hl7.unsupported', at } as const
      await store().inbox.append(come('A3', { ...other, memory: undefined, closed: refused }))
      await store().transaction(async (tx) =>
        tx.stage({ type: 'close-message', sequence: first.sequence, outcome: 'applied', at }),
      )
      await Promise.all(['A4', 'A5'].map((number) => store().inbox.append(come(number))))
      expect(await queued()).toEqual(['A3', 'A4', 'A5'])
      await store().transaction(async (tx) =>
        tx.stage({ type: 'close-message', sequence: first.sequence, outcome: 'dead', at }),
      )
      await store().inbox.append(come('A6'))
      expect(await queued()).toEqual(['A3', 'A4', 'A5'])
      await expect.poll(() => heard).toContain('outbox')
      stop()
    })

    test('what is learnt of an entry that is over stands beside what was known', async () => {
      const { sequence } = await store().inbox.append(sampleMessage())
      await store().inbox.addFacts(sequence, { unanswered: 'AA' })
      const facts = { created: 2 }
      expect((await store().inbox.entry(sequence))?.facts).toEqual({})
      await store().transaction(async (tx) =>
        tx.stage({ type: 'close-message', sequence, outcome: 'applied', facts, at }),
      )
      await store().inbox.addFacts(sequence, { unanswered: 'AA' })
      expect((await store().inbox.entry(sequence))?.facts).toEqual({ created: 2, unanswered: 'AA' })
      await store().inbox.addFacts(99, { unanswered: 'AA' })
    })

    test('dead letters are found by whom they are about, until somebody saw to them', async () => {
      const { sequence } = await taken()
      const before = (number: number, ...subjects: string[]) =>
        store()
          .transaction((tx) => tx.deadBefore(number, subjects))
          .then(({ result }) => result)
      await store().transaction(async (tx) =>
        tx.stage({ type: 'close-message', sequence, outcome: 'dead', subjects: ['1|A', '2|A'], at }),
      )
      expect(await before(9, '2|A', '3|A')).toEqual([sequence])
      expect(await before(9, '3|A')).toEqual([])
      expect(await before(sequence, '2|A')).toEqual([])
      await store().inbox.reopen(sequence)
      expect(await before(9, '2|A')).toEqual([])
    })

    test('the progress of a sender goes forwards only', async () => {
      const of = { feedId, sender: 'LAB', subject: newId() }
      const told = (time: string, since: string) =>
        store()
          .transaction(async (tx) => {
            const progress = { ...of, at: time, since }
            tx.stage({ type: 'close-message', sequence: 1, outcome: 'applied', at, progress })
            return tx.progress(of)
          })
          .then(({ result }) => result)
      expect(await told('2026-02-02', '2026-03-01')).toEqual({ at: '2026-02-02', since: '2026-03-01' })
      expect(await told('2026-02-01', '2026-04-01')).toEqual({ at: '2026-02-02', since: '2026-03-01' })
      expect(await told('2026-02-03', '2026-04-01')).toEqual({ at: '2026-02-03', since: '2026-03-01' })
      const { result } = await store().transaction(async (tx) => [
        await tx.progress(of),
        await tx.progress({ ...of, sender: 'X' }),
      ])
      expect(result).toEqual([{ at: '2026-02-03', since: '2026-03-01' }, null])
    })

    test('what is over is forgotten, what waits for a person never', async () => {
      for (let count = 0; count < 4; count += 1) await taken({ key: { ...key, controlId: String(count) } })
      await end(1, 'applied')
      await end(2, 'dead')
      expect(await store().inbox.prune('2020-01-01T00:00:00.000Z', 10)).toBe(0)
      expect(await store().inbox.prune('2099-01-01T00:00:00.000Z', 10)).toBe(1)
      expect((await store().inbox.list({ limit: 10 })).map(({ sequence }) => sequence)).toEqual([4, 3, 2])
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
      const [oldest] = await store().inbox.oldestOpen()
      expect([feedId, other]).toContain(oldest?.feedId)
      expect(oldest?.receivedAt).toBe(at)
      expect((await store().inbox.summaries([9, 3, 1])).map((one) => one.sequence)).toEqual([1, 3])
      const counts = await store().inbox.counts()
      expect(counts).toHaveLength(3)
      expect(counts).toEqual(expect.arrayContaining([{ feedId, state: 'refused', count: 1, latest: 3 }]))
    })

    test('a search finds by time, type and control id, and says how far it has come', async () => {
      const at = (minute: number) => `2026-05-11T08:${String(minute).padStart(2, '0')}:00.000Z`
      for (let minute = 0; minute < 12; minute += 1) {
        await store().inbox.append(
          sampleMessage({
            receivedAt: at(minute),
            messageType: minute % 2 === 0 ? 'ADT^A08' : 'ORU^R01',
            key: { ...key, controlId: `M${minute % 3}` },
          }),
        )
      }
      const found = async (wanted: Partial<InboxSearch>) => {
        const page = await store().inbox.search({ limit: 100, ...wanted })
        return [page.found.map(({ sequence }) => sequence), page.goOnBefore]
      }
      expect(await found({ from: at(3), until: at(6) })).toEqual([[6, 5, 4], null])
      expect(await found({ from: at(12) })).toEqual([[], null])
      expect(await found({ messageType: 'ADT', from: at(8) })).toEqual([[11, 9], null])
      expect(await found({ messageType: 'ORU^R01', controlId: 'M0' })).toEqual([[10, 4], null])
      expect(await found({ messageType: 'ORU', limit: 2 })).toEqual([[12, 10], 10])
      expect(await found({ messageType: 'ORU', limit: 2, before: 10 })).toEqual([[8, 6], 6])
      expect(await found({ messageType: 'OR' })).toEqual([[], null])
    })

    test('what came under one key is found together', async () => {
      await taken()
      await taken({ key: { ...key, controlId: 'other' } })
      await taken({ raw: Buffer.from('MSH|two') })
      await store().inbox.append(sampleMessage({ key: null }))
      const same = async (sequence: number) =>
        (await store().inbox.sameKey(sequence)).map((summary) => summary.sequence)
      expect([await same(1), await same(3), await same(2), await same(4)]).toEqual([[1, 3], [1, 3], [2], []])
    })
  })
}
