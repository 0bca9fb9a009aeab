import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Subject } from './store-contract.ts'
import { put, readOne, sampleBody, sampleConflict, sampleWrite } from './samples.ts'

export function documentContract({ store, site }: Subject): void {
  describe('documents', () => {
    test('what was written is read, with its number, scopes and revisions', async () => {
      const id = newId()
      const [first = 0] = await put(store(), 'cases', [{ id, fields: { title: 'one' } }])
      const [second = 0] = await put(store(), 'cases', [{ id, fields: { title: 'two' } }])
      const ref = { collection: 'cases', id } as const

      expect(second).toBeGreaterThan(first)
      expect(await readOne(store(), ref)).toEqual({
        ...ref,
        seq: second,
        scopes: ['org'],
        storedAt: expect.stringMatching(/^\d{4}-.{18}Z$/),
        body: sampleBody({ id, fields: { title: 'two' } }),
        conflicts: [],
      })
      await store().snapshot(async (read) => {
        expect(await read.revisions(ref)).toEqual([second, first])
        expect((await read.revision(ref, first))?.doc['title']).toBe('one')
        expect(await read.revision(ref, second + 1)).toBeNull()
      })
    })

    test('numbers count per collection, without gaps, in the order of staging', async () => {
      const ids = [newId(), newId(), newId()] as const
      const { written } = await store().transaction(async (tx) => {
        await tx.load([
          { collection: 'tasks', id: ids[0] },
          { collection: 'cases', id: ids[1] },
          { collection: 'tasks', id: ids[2] },
        ])
        tx.stage(sampleWrite('tasks', { id: ids[0], kind: 'task' }))
        tx.stage(sampleWrite('cases', { id: ids[1] }))
        tx.stage(sampleWrite('tasks', { id: ids[2], kind: 'task' }))
      })
      expect(written.map(({ collection, seq }) => [collection, seq])).toEqual([
        ['tasks', 1],
        ['cases', 1],
        ['tasks', 2],
      ])
      const heads = await store().snapshot((read) => read.heads())
      expect([heads.tasks.seq, heads.cases.seq, heads.patients.seq]).toEqual([2, 1, 0])
    })

    test('the second edit of a document in one transaction sees the first, and both are revisions', async () => {
      const ref = { collection: 'cases', id: newId() } as const
      const { written } = await store().transaction(async (tx) => {
        await tx.load([ref])
        tx.stage(sampleWrite('cases', { id: ref.id, fields: { title: 'one' } }))
        const [held] = await tx.load([ref])
        expect([held?.seq, held?.body.doc['title']]).toEqual([0, 'one'])
        tx.stage(sampleWrite('cases', { id: ref.id, fields: { title: 'two' } }))
      })
      expect(written.map(({ seq }) => seq)).toEqual([1, 2])
      expect((await readOne(store(), ref))?.body.doc['title']).toBe('two')
      expect(await store().snapshot((read) => read.revisions(ref))).toEqual([2, 1])
    })

    test('a transaction that throws writes nothing and takes no number', async () => {
      const id = newId()
      const failing = store().transaction(async (tx) => {
        await tx.load([{ collection: 'cases', id }])
        tx.stage(sampleWrite('cases', { id }))
        await tx.access.addFailedAttempt('someone', '2026-01-05T08:00:00.000Z')
        throw new Error('stop')
      })
      await expect(failing).rejects.toThrow('stop')
      expect(await readOne(store(), { collection: 'cases', id })).toBeUndefined()
      expect(await store().access.failedAttempts('someone')).toBeNull()
      expect((await store().snapshot((read) => read.heads())).cases.seq).toBe(0)
    })

    test('a savepoint that fails takes back its own item only', async () => {
      const [kept, dropped] = [newId(), newId()]
      await put(store(), 'cases', [{ id: dropped, fields: { title: 'before' } }])
      await store().transaction(async (tx) => {
        await tx.load([kept, dropped].map((id) => ({ collection: 'cases', id })))
        await tx.savepoint(async () => tx.stage(sampleWrite('cases', { id: kept })))
        const failing = tx.savepoint(async () => {
          tx.stage(sampleWrite('cases', { id: dropped, fields: { title: 'after' } }))
          throw new Error('refused')
        })
        await expect(failing).rejects.toThrow('refused')
        const [held] = await tx.load([{ collection: 'cases', id: dropped }])
        expect(held?.body.doc['title']).toBe('before')
      })
      expect(await readOne(store(), { collection: 'cases', id: kept })).toBeDefined()
      expect((await readOne(store(), { collection: 'cases', id: dropped }))?.body.doc['title']).toBe('before')
    })

    test('a document that was not loaded can not be staged', async () => {
      const blind = store().transaction(async (tx) => tx.stage(sampleWrite('cases', { id: newId() })))
      await expect(blind).rejects.toThrow('without being loaded')
    })

    test('a document that is only looked at is seen as it stands, staged or not, and can not be staged', async () => {
      const [stored, fresh] = [newId(), newId()]
      await put(store(), 'cases', [{ id: stored, fields: { title: 'stored' } }])
      const refs = [stored, fresh, newId()].map((id) => ({ collection: 'cases', id }) as const)
      const looked = store().transaction(async (tx) => {
        await tx.load(refs.slice(1))
        tx.stage(sampleWrite('cases', { id: fresh, fields: { title: 'fresh' } }))
        const seen = await tx.look(refs)
        expect(new Set(seen.map((document) => document.body.doc['title']))).toEqual(
          new Set(['fresh', 'stored']),
        )
        tx.stage(sampleWrite('cases', { id: stored }))
      })
      await expect(looked).rejects.toThrow('without being loaded')
    })

    test('a batch of the largest push goes through, twice', async () => {
      const samples = Array.from({ length: 500 }, () => ({
        id: newId(),
        identifiers: [{ authority: 'A', type: 'MR', value: newId() }],
      }))
      expect((await put(store(), 'cases', samples)).at(-1)).toBe(500)
      expect((await put(store(), 'cases', samples)).at(-1)).toBe(1000)
    })

    test('receipts and shadows are found again by device, and a newer shadow replaces the older', async () => {
      const [deviceId, id, other] = [newId(), newId(), newId()]
      const ref = { collection: 'cases', id } as const
      for (const edit of [newId(), newId()]) {
        await store().transaction(async (tx) => {
          tx.stage({
            type: 'receipt',
            ...ref,
            deviceId,
            edit,
            outcome: 'refused',
            code: 'sync.invalid',
            field: 'title',
          })
          tx.stage({ type: 'shadow', ...ref, deviceId, edit, rev: `x.${edit}.y`, state: { title: edit } })
          // Whoever shares the transaction knows of it.
          expect(await tx.receipts(deviceId, [edit])).toMatchObject([{ ...ref, deviceId, edit }])
          expect(await tx.shadows(deviceId, [ref])).toMatchObject([{ edit, state: { title: edit } }])
        })
        await store().transaction(async (tx) => {
          expect(await tx.receipts(deviceId, [edit, newId()])).toEqual([
            { ...ref, deviceId, edit, outcome: 'refused', code: 'sync.invalid', field: 'title' },
          ])
          expect(await tx.receipts(other, [edit])).toEqual([])
          expect(await tx.shadows(deviceId, [ref])).toEqual([
            { ...ref, deviceId, edit, rev: `x.${edit}.y`, state: { title: edit } },
          ])
          expect(await tx.shadows(other, [ref])).toEqual([])
        })
      }
    })

    test('open conflicts travel with the document, closed ones stay in the ledger', async () => {
      const ref = { collection: 'cases', id: newId() } as const
      const [a, b] = [newId(), newId()]
      await put(store(), 'cases', [{ id: ref.id }])
      await store().transaction(async (tx) => {
        await tx.load([ref])
        tx.stage({ type: 'conflict', ...ref, edit: newId(), entry: sampleConflict(a, 'title') })
        tx.stage({ type: 'conflict', ...ref, edit: newId(), entry: sampleConflict(b, 'status') })
        const [held] = await tx.load([ref])
        expect(held?.conflicts.map((entry) => entry.id)).toEqual([a, b])
      })
      await store().transaction(async (tx) => {
        await tx.load([ref])
        tx.stage({ type: 'conflict', ...ref, edit: newId(), entry: sampleConflict(a, 'title', 'kept') })
      })
      expect((await readOne(store(), ref))?.conflicts).toEqual([sampleConflict(b, 'status')])
      const ledger = await store().snapshot((read) => read.conflicts(ref))
      expect(ledger.map(({ id, state }) => [id, state])).toEqual([
        [a, 'kept'],
        [b, 'open'],
      ])
    })

    test('identifiers find their documents within collection, kind, authority and type, until replaced', async () => {
      const [one, two] = [newId(), newId()]
      const mrn = { authority: 'HOSPITAL', type: 'MR', value: '0017' }
      await put(store(), 'patients', [
        { id: one, kind: 'patient', identifiers: [mrn, { ...mrn, type: 'PI' }] },
        { id: two, kind: 'patient', identifiers: [{ ...mrn, authority: 'ELSEWHERE' }] },
      ])
      const asked = [{ ...mrn, type: 'XX' }, mrn, { ...mrn, authority: 'ELSEWHERE' }, { ...mrn, type: 'PI' }]
      const found = await store().snapshot((read) => read.findByIdentifiers('patients', 'patient', asked))
      expect(found).toEqual([[], [one], [two], [one]])

      await put(store(), 'patients', [
        { id: one, kind: 'patient', identifiers: [{ ...mrn, value: '0018' }, mrn] },
      ])
      await put(store(), 'patients', [{ id: one, kind: 'patient' }])
      await store().transaction(async (tx) => {
        expect(await tx.findByIdentifiers('patients', 'patient', [{ ...mrn, type: 'PI' }, mrn])).toEqual([
          [],
          [one],
        ])
        expect(await tx.findByIdentifiers('patients', 'person', [mrn])).toEqual([[]])
        expect(await tx.findByIdentifiers('contacts', 'patient', [mrn])).toEqual([[]])
      })
    })

    test('everything is there after closing and opening again', async () => {
      const id = newId()
      await put(store(), 'cases', [{ id, fields: { title: 'kept' } }])
      const before = await store().identity()
      await store().close()
      const again = await site().open()
      expect(await again.identity()).toEqual(before)
      expect((await readOne(again, { collection: 'cases', id }))?.body.doc['title']).toBe('kept')
      expect(await put(again, 'cases', [{ id }])).toEqual([2])
      await again.close()
    })

    test('a restore makes a new incarnation, and there is one organisation only', async () => {
      const before = await store().identity()
      const after = await store().renewIncarnation()
      expect(after.incarnation).not.toBe(before?.incarnation)
      expect(after.organisation).toEqual(before?.organisation)
      await expect(store().createOrganisation({ ...after.organisation, name: 'Second' })).rejects.toThrow()
      expect(await store().identity()).toEqual(after)
    })
  })
}
