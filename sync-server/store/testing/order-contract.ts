import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Change, Store, StoredDocument } from '../contract.ts'
import type { Subject } from './store-contract.ts'
import { at, everything, put, readOne, sampleWrite } from './samples.ts'

export function orderContract({ store, site }: Subject): void {
  /** A second store on the same data where that is possible: another process, in effect. */
  async function neighbour(): Promise<Store> {
    return store().dialect === 'postgres' ? site().open() : store()
  }

  describe('order', () => {
    test('a reader that follows the numbers while many write misses no row', async () => {
      const other = await neighbour()
      const written = new Set<string>()
      const writers = Array.from({ length: 6 }, async (_, writer) => {
        const through = writer % 2 === 0 ? store() : other
        for (let commit = 0; commit < 12; commit += 1) {
          // Long commits among short ones: a number that is given early and committed late would be passed over.
          const ids = Array.from({ length: (writer + commit) % 3 === 0 ? 60 : 1 }, () => newId())
          await put(
            through,
            'cases',
            ids.map((id) => ({ id })),
          )
          for (const id of ids) written.add(id)
        }
      })
      let writing = true
      const done = Promise.all(writers).finally(() => (writing = false))
      const seen: string[] = []
      let after = 0
      for (;;) {
        const last = !writing
        const page = await other.snapshot((read) => read.changes('cases', everything, { after, limit: 100 }))
        seen.push(...page.map((row) => row.id))
        after = page.at(-1)?.seq ?? after
        if (last && page.length === 0) break
        await new Promise(setImmediate)
      }
      await done
      expect(seen.toSorted()).toEqual([...written].toSorted())
      expect(after).toBe(seen.length)
      if (other !== store()) await other.close()
    }, 60_000)

    test('writers of one document at once lose no update', async () => {
      const other = await neighbour()
      const ref = { collection: 'cases', id: newId() } as const
      const add = (through: Store) =>
        through.transaction(async (tx) => {
          const [held] = await tx.load([ref])
          const count = Number(held?.body.doc['count'] ?? 0)
          tx.stage(sampleWrite('cases', { id: ref.id, fields: { count: count + 1 } }))
        })
      await Promise.all(Array.from({ length: 12 }, (_, index) => add(index % 2 === 0 ? store() : other)))
      expect((await readOne(other, ref))?.body.doc['count']).toBe(12)
      if (other !== store()) await other.close()
    })

    test('what a write rests on is the same when it is committed, whoever changes it at that moment', async () => {
      const other = await neighbour()
      const parent = { collection: 'cases', id: newId() } as const
      const mark = { authority: 'urn:test', type: 'of', value: parent.id }
      const write = (id: string, count: number) =>
        sampleWrite('cases', { id, fields: { count }, ...(id === parent.id ? {} : { identifiers: [mark] }) })
      const countOf = (document?: StoredDocument) => Number(document?.body.doc['count'] ?? 0)
      await put(store(), 'cases', [{ id: parent.id, fields: { count: 0 } }])
      // Takes along whatever was derived from it.
      const change = (through: Store) =>
        through.transaction(async (tx) => {
          const [held] = await tx.load([parent])
          const count = countOf(held) + 1
          tx.stage(write(parent.id, count))
          const [ids = []] = await tx.findByIdentifiers('cases', 'case', [mark])
          const derived = await tx.load(ids.map((id) => ({ collection: 'cases', id })))
          for (const { id } of derived) tx.stage(write(id, count))
        })
      const derive = async () => {
        const rests = Promise.withResolvers<void>()
        const derived = store().transaction(async (tx) => {
          const id = newId()
          await tx.load([{ collection: 'cases', id }])
          const [rested] = await tx.restOn([parent])
          rests.resolve()
          // Time enough to be overtaken, for whoever could be.
          for (let turn = 0; turn < 60; turn += 1) await tx.look([{ collection: 'cases', id: newId() }])
          tx.stage(write(id, countOf(rested)))
        })
        await Promise.all([derived, rests.promise.then(() => change(other))])
      }
      for (let turn = 0; turn < 4; turn += 1) await derive()
      const rows = await other.snapshot((read) =>
        read.range('cases', everything, { after: '', through: null, limit: 100 }),
      )
      const ids = rows.map(({ id }) => id)
      const counts = (await other.snapshot((read) => read.documents('cases', ids))).map(countOf)
      expect(counts).toEqual([4, 4, 4, 4, 4])
      if (other !== store()) await other.close()
    })

    test('two who look an identifier up to create its document make one', async () => {
      const other = await neighbour()
      const identifier = { authority: 'HOSPITAL', type: 'MR', value: '4711' }
      const findOrCreate = (through: Store) =>
        through.transaction(async (tx) => {
          const [found = []] = await tx.findByIdentifiers('patients', 'patient', [identifier])
          if (found.length > 0) return
          const id = newId()
          await tx.load([{ collection: 'patients', id }])
          tx.stage(sampleWrite('patients', { id, kind: 'patient', identifiers: [identifier] }))
        })
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => findOrCreate(index % 2 === 0 ? store() : other)),
      )
      expect((await store().snapshot((read) => read.heads())).patients.seq).toBe(1)
      if (other !== store()) await other.close()
    })

    test('transactions that touch the same collections in any order all succeed', async () => {
      const other = await neighbour()
      const both = ['tasks', 'cases'] as const
      const write = (through: Store, turn: boolean) =>
        through.transaction(async (tx) => {
          for (const collection of turn ? both : both.toReversed()) {
            const id = newId()
            await tx.load([{ collection, id }])
            tx.stage(sampleWrite(collection, { id }))
          }
          tx.stage({ type: 'audit', at, actor: 'server', action: 'push' })
        })
      await Promise.all(
        Array.from({ length: 16 }, (_, index) => write(index % 2 ? store() : other, index % 4 < 2)),
      )
      const heads = await store().snapshot((read) => read.heads())
      expect([heads.tasks.seq, heads.cases.seq, (await store().audit.head()).seq]).toEqual([16, 16, 16])
      if (other !== store()) await other.close()
    })

    test('a write within a transaction, past its tx, is refused instead of waiting for ever', async () => {
      const nested: readonly (() => Promise<unknown>)[] = [
        () => store().access.addFailedAttempt('x', at),
        () => store().audit.append({ at, actor: 'server', action: 'pull' }),
        () => store().transaction(async () => {}),
      ]
      for (const write of nested) {
        await expect(store().transaction(write)).rejects.toThrow('write through its tx')
      }
    })

    test('of transactions that meet, one that fails takes nobody along', async () => {
      const ids = Array.from({ length: 20 }, () => newId())
      const outcomes = await Promise.allSettled(
        ids.map((id, index) =>
          store().transaction(async (tx) => {
            await tx.load([{ collection: 'cases', id }])
            tx.stage(sampleWrite('cases', { id }))
            await tx.access.addFailedAttempt('everyone', at)
            if (index % 3 === 0) throw new Error('stop')
          }),
        ),
      )
      const succeeded = ids.filter((_, index) => outcomes[index]?.status === 'fulfilled')
      expect(succeeded).toEqual(ids.filter((_, index) => index % 3 !== 0))
      const rows = await store().snapshot((read) =>
        read.changes('cases', everything, { after: 0, limit: 100 }),
      )
      expect(new Set(rows.map((row) => row.id))).toEqual(new Set(succeeded))
      expect(rows.map((row) => row.seq)).toEqual(succeeded.map((_, index) => index + 1))
      expect((await store().access.failedAttempts('everyone'))?.count).toBe(succeeded.length)
    })
  })

  describe('changes', () => {
    test('listeners hear of commits, of access and of the inbox, also of those of a neighbour', async () => {
      const other = await neighbour()
      const heard: Change[] = []
      const stop = other.onChange((change) => heard.push(change))
      await put(store(), 'cases', [{ id: newId() }])
      const [seq = 0] = await put(store(), 'cases', [{ id: newId() }])
      await store().access.removeGrant(newId())
      await store().inbox.append({
        id: newId(),
        feedId: newId(),
        receivedAt: at,
        key: null,
        messageType: '',
        raw: Buffer.from('x'),
      })
      await expect
        .poll(() => heard, { timeout: 10_000 })
        .toEqual(
          expect.arrayContaining([
            { type: 'documents', collection: 'cases', seq },
            { type: 'access' },
            { type: 'inbox' },
          ]),
        )
      const before = heard.length
      stop()
      await put(store(), 'cases', [{ id: newId() }])
      await new Promise(setImmediate)
      expect(heard).toHaveLength(before)
      if (other !== store()) await other.close()
    })
  })
}
