import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { formatRev } from '#app/protocol/index.ts'
import type { HistoryStore, Shadow, Sliced, Slice } from '../contract.ts'
import type { Subject } from './store-contract.ts'
import { put, sampleBody } from './samples.ts'

const early = '2026-01-05T08:00:00.000Z'
const late = '2026-03-05T08:00:00.000Z'
const site1 = `site:${newId()}`
const site2 = `site:${newId()}`

/** As who prunes does it: slice after slice. */
async function all(forget: (slice: Slice) => Promise<Sliced>, limit = 2): Promise<number> {
  let forgotten = 0
  let after: string | null = null
  do {
    const sliced: Sliced = await forget({ after, limit })
    forgotten += sliced.forgotten
    after = sliced.next
  } while (after !== null)
  return forgotten
}

export function historyContract({ store }: Subject): void {
  const history = (): HistoryStore => store().history
  const revisions = (id: Id) => store().snapshot((read) => read.revisions({ collection: 'cases', id }))
  const horizon = async () => (await store().snapshot((read) => read.heads())).cases.horizon

  describe('forgetting', () => {
    test('an instant is noted once, and a horizon rises to what was noted by then, and never back', async () => {
      await put(store(), 'cases', [{ id: newId() }])
      expect(await history().mark(early)).toBe(true)
      await put(store(), 'cases', [{ id: newId() }])
      expect(await history().mark(early)).toBe(false)
      expect(await history().mark(late)).toBe(true)
      expect((await history().raiseHorizons('2026-01-01T00:00:00.000Z')).cases).toBe(0)
      expect((await history().raiseHorizons('2026-02-01T00:00:00.000Z')).cases).toBe(1)
      expect((await history().raiseHorizons(late)).cases).toBe(2)
      expect((await history().raiseHorizons('2026-02-01T00:00:00.000Z')).cases).toBe(2)
      expect(await horizon()).toBe(2)
    })

    test('of the revisions up to the horizon the last one stays, and so does every later one', async () => {
      const [often, once] = [newId(), newId()]
      for (let change = 0; change < 3; change += 1) await put(store(), 'cases', [{ id: often }])
      await put(store(), 'cases', [{ id: once }])
      await history().mark(early)
      await put(store(), 'cases', [{ id: often }])
      await put(store(), 'cases', [{ id: often }])
      expect(await all((slice) => history().forgetRevisions('cases', slice), 1)).toBe(0)
      await history().raiseHorizons(early)
      expect(await all((slice) => history().forgetRevisions('cases', slice), 1)).toBe(2)
      expect(await revisions(often)).toEqual([6, 5, 3])
      expect(await revisions(once)).toEqual([4])
      const documents = await store().snapshot((read) => read.documents('cases', [often, once]))
      expect(new Set(documents.map(({ seq }) => seq))).toEqual(new Set([4, 6]))
    })

    test('departures go up to the horizon, and no further', async () => {
      const ids = [newId(), newId(), newId()]
      for (const id of ids) await put(store(), 'cases', [{ id, scopes: [site1, site2] }])
      for (const id of ids) await put(store(), 'cases', [{ id, scopes: [] }])
      await history().mark(early)
      await put(store(), 'cases', [{ id: ids[0] ?? '', scopes: [site1] }])
      await put(store(), 'cases', [{ id: ids[0] ?? '', scopes: [site2] }])
      await history().raiseHorizons(early)
      expect(await all((slice) => history().forgetDepartures('cases', slice))).toBe(6)
      const reach = [{ kinds: ['case'], scopes: [site1] }]
      const left = await store().snapshot((read) => read.changes('cases', reach, { after: 0, limit: 10 }))
      expect(left).toEqual([{ id: ids[0], seq: 8 }])
    })

    test('a shadow goes with the state that its rev names; one of a creation stays, and says that its state is gone', async () => {
      const [deviceId, created, edited, fresh] = [newId(), newId(), newId(), newId()]
      const rev = (seq: number) => formatRev({ incarnation: 'life', seq, projection: 'p' })
      await put(store(), 'cases', [{ id: edited }, { id: fresh }])
      await store().transaction(async (tx) => {
        for (const [id, of] of [
          [created, ''],
          [edited, rev(1)],
          [fresh, rev(2)],
        ] as const) {
          const shadow = {
            type: 'shadow',
            collection: 'cases',
            id,
            deviceId,
            edit: newId(),
            rev: of,
          } as const
          tx.stage({ ...shadow, state: { id } })
        }
      })
      await put(store(), 'cases', [{ id: edited }])
      await history().mark(early)
      await history().raiseHorizons(early)
      await all((slice) => history().forgetRevisions('cases', slice))
      expect(await all((slice) => history().forgetShadows(slice))).toBe(1)
      const refs = [created, edited, fresh].map((id) => ({ collection: 'cases' as const, id }))
      const { result } = await store().transaction((tx) => tx.shadows(deviceId, refs))
      expect(result.map(({ id }: Shadow) => id).toSorted()).toEqual([created, fresh].toSorted())
    })

    test('a shadow whose state lay in a revision that is gone has none, and is no older state', async () => {
      const [deviceId, id] = [newId(), newId()]
      const body = sampleBody({ id })
      await store().transaction(async (tx) => {
        await tx.load([{ collection: 'cases', id }])
        tx.stage({ type: 'document', collection: 'cases', id, body })
        const shadow = { type: 'shadow', collection: 'cases', id, deviceId, edit: newId(), rev: '' } as const
        tx.stage({ ...shadow, state: { id }, storedAs: body })
      })
      const shadows = async () =>
        (await store().transaction((tx) => tx.shadows(deviceId, [{ collection: 'cases', id }]))).result
      expect(await shadows()).toMatchObject([{ rev: '', state: { id } }])
      await put(store(), 'cases', [{ id }])
      await history().mark(early)
      await history().raiseHorizons(early)
      expect(await all((slice) => history().forgetRevisions('cases', slice))).toBe(1)
      expect(await all((slice) => history().forgetShadows(slice))).toBe(0)
      expect(await shadows()).toMatchObject([{ rev: '', state: null }])
    })

    test('receipts go by the day on which they were given, device by device', async () => {
      const devices = [await aDevice(), await aDevice()]
      const edits = Array.from({ length: 5 }, () => newId())
      await store().transaction(async (tx) => {
        for (const deviceId of devices) {
          for (const edit of edits) {
            const at = { collection: 'cases', id: newId(), deviceId, edit } as const
            tx.stage({ type: 'receipt', ...at, outcome: 'applied' })
          }
        }
      })
      const now = new Date()
      expect(await all((slice) => history().forgetReceipts(now.toISOString(), slice))).toBe(0)
      const tomorrow = new Date(now.getTime() + 86_400_000).toISOString()
      expect(await all((slice) => history().forgetReceipts(tomorrow, slice))).toBe(10)
      const { result } = await store().transaction((tx) => tx.receipts(devices[0] ?? '', edits))
      expect(result).toEqual([])
    })
  })

  async function aDevice(): Promise<Id> {
    const [id, userId] = [newId(), newId()]
    const { access } = store()
    const user = {
      login: id,
      name: 'Somebody',
      passwordHash: 'x',
      secondFactor: null,
      createdAt: early,
      disabledAt: null,
      enabledAt: null,
    }
    await access.saveUser({ id: userId, ...user })
    await access.addDevice({
      id,
      userId,
      replicaId: newId(),
      publicKey: 'AAAA',
      host: 'browser',
      label: 'laptop',
      createdAt: early,
      lastSeenAt: null,
      leaseUntil: null,
      revokedAt: null,
      wipeOrderedAt: null,
      wipedAt: null,
      olderCopyAt: null,
      copiedAt: null,
    })
    return id
  }
}
