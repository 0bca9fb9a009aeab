import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Change } from '../contract.ts'
import type { Subject } from './store-contract.ts'
import { put } from './samples.ts'

const entry = { at: '2026-03-05T08:00:00.000Z', actor: 'officer', action: 'erase' } as const
const everything = [{ kinds: ['case'], scopes: 'all' as const }]

export function erasureContract({ store, site }: Subject): void {
  describe('erasing', () => {
    test('takes documents and all that was kept of them, tells replicas, and remembers the ids', async () => {
      const [gone, stays] = [newId(), newId()]
      await put(store(), 'cases', [{ id: gone }])
      await put(store(), 'cases', [{ id: gone }])
      await put(store(), 'cases', [{ id: stays }])
      const before = (await store().snapshot((read) => read.heads())).cases.seq
      const heard: Change[] = []
      const end = store().onChange((change) => heard.push(change))
      expect(await store().erasures.erase({ refs: [{ collection: 'cases', id: gone }], entry })).toBe(1)

      await store().snapshot(async (read) => {
        expect((await read.documents('cases', [gone, stays])).map(({ id }) => id)).toEqual([stays])
        expect(await read.revisions({ collection: 'cases', id: gone })).toEqual([])
        const changes = await read.changes('cases', everything, { after: before, limit: 10 })
        expect(changes).toEqual([{ id: gone, seq: before + 1 }])
        expect(await read.erased('cases', [gone, stays])).toEqual([gone])
        expect(await read.erased('tasks', [gone])).toEqual([])
      })
      await expect
        .poll(() => heard)
        .toContainEqual({ type: 'documents', collection: 'cases', seq: before + 1 })
      end()
      expect((await store().audit.read({ limit: 1 }))[0]).toMatchObject(entry)
      expect((await store().transaction((tx) => tx.erased('cases', [gone]))).result).toEqual([gone])
      expect((await site().bytes()).includes(stays)).toBe(true)
    })

    test('is the same a second time, and remembers what was never here', async () => {
      const refs = [{ collection: 'cases', id: newId() }] as const
      for (const _ of ['once', 'again']) expect(await store().erasures.erase({ refs, entry })).toBe(0)
      expect(await store().snapshot((read) => read.erased('cases', [refs[0].id]))).toEqual([refs[0].id])
    })
  })
}
