import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import type { Replica } from '../contract.ts'
import { deathAt } from '../testing/death.ts'
import { closeLaptops, firstQuarantine, laptop, settledCase } from '../testing/laptops.ts'
import { aCase, aPatient, reached } from '../testing/replica-on-memory.ts'
import type { Laptop } from '../testing/replica-on-memory.ts'

// The client dies at every point of a push and of a pull, one after the other: before and behind each write to the disk, before
// each request leaves, and after the server has done what it asks, but before the answer is here. What lay on the disk at
// that moment is opened again, and must come to the same end as if nothing had happened.

afterEach(closeLaptops)

/** More points than any story has: the loops below must end by themselves. */
const MOST = 200
const LIMIT = 60_000

type Story = {
  /** What is there before, settled. */
  readonly begin: (made: Laptop, replica: Replica) => Promise<Id>
  /** What the client dies in; it waits until it is over, or until the death. */
  readonly happen: (made: Laptop, replica: Replica, id: Id) => Promise<unknown>
  readonly hold: (made: Laptop, replica: Replica, id: Id, died: boolean) => Promise<void>
}

const stories: Readonly<Record<string, Story>> = {
  'the push of an edit': {
    begin: settledCase,
    happen: (_made, replica, id) => replica.update('cases', id, { subject: 'changed' }),
    async hold(made, replica, id, died) {
      const stored = made.server.get('cases', id)?.['subject']
      // An edit that was never acknowledged to the person may be gone; half of it may not be there.
      expect(died ? ['first', 'changed'] : ['changed']).toContain(stored)
      expect((await replica.get('cases', id))?.subject).toBe(stored)
      const edits = made.server.pushes.flat().filter((item) => item.id === id)
      expect(new Set(edits.map(({ edit }) => edit)).size).toBeLessThanOrEqual(1)
    },
  },
  'the push of a new patient and of what is about them': {
    begin: settledCase,
    async happen(_made, replica) {
      const patient = await replica.create('patients', aPatient('Whose case it is'))
      await replica.create('cases', aCase('about them', { patientId: patient.id }))
    },
    async hold(made, replica) {
      for (const { id, ...item } of made.server.pushes.flat()) {
        const parent = item.doc['patientId'] as Id | null | undefined
        if (item.collection === 'cases' && parent) expect(made.server.get('patients', parent)).not.toBeNull()
        expect(await replica.get(item.collection === 'cases' ? 'cases' : 'patients', id)).not.toBeNull()
      }
    },
  },
  'a refusal': {
    begin: settledCase,
    happen(made, replica, id) {
      made.server.script.push = ({ doc }) =>
        doc['subject'] === 'not allowed' ? { outcome: 'refused', code: 'access.forbidden' } : undefined
      return replica.update('cases', id, { subject: 'not allowed' })
    },
    async hold(made, replica, id, died) {
      const kept = await firstQuarantine(replica)
      if (!died || made.server.pushes.length > 0)
        expect(kept.map(({ changes }) => changes)).toEqual([{ subject: 'not allowed' }])
      expect((await replica.get('cases', id))?.subject).toBe('first')
    },
  },
  'the pull of what others wrote': {
    begin: settledCase,
    async happen(made, _replica, id) {
      const doc = made.server.get('cases', id) as AnyDocument
      made.server.write('cases', { ...doc, subject: 'by a colleague' })
      made.server.write('cases', { ...doc, id: newId(), subject: 'a new one' })
    },
    async hold(made, replica, id) {
      expect(await replica.get('cases', id)).toEqual(made.server.get('cases', id))
      expect(made.server.pushes).toEqual([])
    },
  },
  'an eviction': {
    begin: settledCase,
    happen: async (made, _replica, id) => made.server.evict('cases', id),
    async hold(made, replica, id) {
      expect(await replica.get('cases', id)).toBeNull()
      expect(made.server.pushes).toEqual([])
    },
  },
  'a walk, after the grants changed': {
    begin: settledCase,
    async happen(made, _replica, id) {
      const doc = made.server.get('cases', id) as AnyDocument
      made.server.write('cases', { ...doc, id: newId(), subject: 'gained' })
      made.server.evict('cases', id)
      made.server.epoch = 'epoch2'
      made.server.tell({ type: 'resync', epoch: 'epoch2' })
    },
    async hold(made, replica, id) {
      expect(await replica.get('cases', id)).toBeNull()
      expect(made.server.pushes).toEqual([])
    },
  },
}

describe('a client that dies', () => {
  test.each(Object.entries(stories))(
    'at any point of %s comes to the same end',
    async (_name, { begin, happen, hold }) => {
      let died = true
      let point = 0
      while (died && point < MOST) {
        point += 1
        const made = laptop()
        const replica = await made.open()
        const id = await begin(made, replica)
        const death = deathAt(made, point)
        const over = (async () => {
          await happen(made, replica, id)
          await reached(replica, 'syncing')
          await reached(replica, 'done')
        })().catch(() => undefined)
        await Promise.race([over, death.died])
        died = await death.bury()
        const again = await made.open()
        await reached(again, 'done')
        expect(again.status()).toMatchObject({ pending: 0, phase: 'done' })
        await hold(made, again, id, died)
        await made.close()
      }
      expect(died).toBe(false)
      expect(point).toBeGreaterThan(2)
    },
    LIMIT,
  )
})
