import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { readBatchHash } from '#app/protocol/index.ts'
import type { ReadBatch, ReadEntry, ReadsAnswer } from '#app/protocol/index.ts'
import { enrolDevice } from '../testing/test-device.ts'
import type { Refusal, TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { verifyAudit } from './index.ts'

const at = '2026-03-02T10:00:00.000Z'

describe.each(['sqlite', 'postgres'] as const)('the reads of a device, over %s', (dialect) => {
  let server: TestServer
  let device: TestDevice
  beforeAll(async () => {
    server = await startTestServer({ dialect })
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    device = await enrolDevice(server.url, 'carla')
  })

  function batch(number: number, previous: string, change: Partial<ReadBatch> = {}): ReadBatch {
    const entries: ReadEntry[] = [{ at, did: 'view', module: 'patients', ids: [newId()], projection: 'abc' }]
    const content = {
      number,
      previous,
      user: device.userId,
      clock: { server: at, offset: -3 },
      entries,
      ...change,
    }
    return { ...content, hash: change.hash ?? readBatchHash(device.deviceId, content) }
  }
  function chain(length: number): ReadBatch[] {
    const made: ReadBatch[] = []
    for (let number = 1; number <= length; number += 1) made.push(batch(number, made.at(-1)?.hash ?? ''))
    return made
  }
  const tell = async (batches: readonly ReadBatch[], known: ReadsAnswer['head'] | null = null) =>
    (await device.call<ReadsAnswer & Refusal>('reads', { batches, known })).body
  const latest = async (limit: number) =>
    (await server.store.audit.read({ limit })).filter(({ deviceId }) => deviceId === device.deviceId)

  it("go into the server's chain as they are, with the device's time and the server's, and where they came from", async () => {
    const made = chain(2)
    expect((await tell(made)).taken).toBe(2)
    const [last] = await latest(1)
    const [entry] = made[1]?.entries ?? []
    expect(last).toMatchObject({
      actor: device.userId,
      action: 'view',
      collection: 'patients',
      ids: entry?.ids,
      address: '127.0.0.1',
      facts: { told: at, batch: 2, server: at, offset: -3, module: 'patients', projection: 'abc' },
    })
    expect(last?.outcome).toBeUndefined()
    expect((await verifyAudit(server.store)).whole).toBe(true)
  })

  it('are taken in once, however often their answer is lost', async () => {
    const made = chain(3)
    await tell(made.slice(0, 2))
    const before = (await server.store.audit.head()).seq
    expect((await tell(made.slice(0, 2))).taken).toBe(2)
    expect((await server.store.audit.head()).seq).toBe(before)
    expect((await tell(made)).taken).toBe(3)
    expect((await server.store.audit.head()).seq).toBe(before + 1)
  })

  it('show what was cut out, by its number, and go on from there', async () => {
    const made = chain(5)
    await tell(made.slice(0, 2))
    await tell(made.slice(3))
    const found = (await latest(4)).map(({ action, outcome, facts }) => [action, outcome, facts?.['batch']])
    expect(found).toEqual([
      ['view', undefined, 5],
      ['reads-broken', 'cut', 4],
      ['view', 'cut', 4],
      ['view', undefined, 2],
    ])
  })

  it('show what was changed in a batch, and what was put in the place of one', async () => {
    const made = chain(2)
    const [first, second] = made
    if (first === undefined || second === undefined) throw new Error('no chain')
    const changed = { ...second, entries: [{ at, did: 'lock' } as const] }
    await tell([first, changed])
    expect((await latest(1))[0]).toMatchObject({
      action: 'reads-broken',
      outcome: 'changed',
      facts: { batch: 2 },
    })

    await tell([batch(2, first.hash, { entries: [{ at, did: 'lock' }] })])
    expect((await latest(1))[0]).toMatchObject({
      action: 'reads-broken',
      outcome: 'rewritten',
      facts: { batch: 2 },
    })
    await tell([batch(3, first.hash)])
    expect((await latest(1))[0]).toMatchObject({
      action: 'reads-broken',
      outcome: 'rewritten',
      facts: { batch: 3 },
    })
  })

  it('in the name of somebody else are told in that of the person whose device it is, as what they are', async () => {
    const victim = server.userId('colin')
    const [forged] = chain(1)
    const named = batch(1, '', { user: victim, ...(forged && { entries: forged.entries }) })
    expect((await tell([named])).taken).toBe(1)
    const [alarm, entry] = await latest(2)
    expect(alarm).toMatchObject({ actor: device.userId, action: 'reads-broken', outcome: 'misattributed' })
    expect(entry).toMatchObject({ actor: device.userId, action: 'view', outcome: 'misattributed' })
    const all = await server.store.audit.read({ limit: 50 })
    expect(all.filter(({ actor }) => actor === victim)).toEqual([])
  })

  it('of another device are not its own: the hash names whose they are', async () => {
    const other = await enrolDevice(server.url, 'colin')
    const made = chain(1)
    await other.call('reads', { batches: made, known: null })
    const [alarm] = await server.store.audit.read({ limit: 1 })
    expect(alarm).toMatchObject({ deviceId: other.deviceId, action: 'reads-broken', outcome: 'changed' })
  })

  it('come back with the end of the audit; a device that knows another end is told, and that is written down', async () => {
    const { head } = await tell(chain(1))
    expect((await tell([], head)).known).toBe(head.hash)
    const forged = { seq: head.seq, hash: 'f'.repeat(64) }
    expect((await tell([], forged)).known).toBe(head.hash)
    expect((await latest(1))[0]).toMatchObject({ action: 'audit-compared', outcome: 'differs' })
    const beyond = { seq: head.seq + 10_000, hash: head.hash }
    expect((await tell([], beyond)).known).toBeNull()
  })

  it('are refused without a session, too large, and in any other shape', async () => {
    const made = chain(1)
    const refused = await device.call<Refusal>('reads', { batches: made, known: null }, 'x'.repeat(43))
    expect([refused.status, refused.body.error.code]).toEqual([401, 'access.session'])
    const [first] = made
    const shapes = [
      { batches: chain(33), known: null },
      { batches: [{ ...first, number: 0 }], known: null },
      { batches: [{ ...first, entries: [{ at, did: 'delete' }] }], known: null },
      { batches: [{ ...first, entries: [{ at, did: 'search', text: 'Vahl' }] }], known: null },
    ]
    for (const body of shapes) expect((await device.call<Refusal>('reads', body)).status).toBe(400)
  })
})
