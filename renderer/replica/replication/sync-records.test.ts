import { firstValueFrom } from 'rxjs'
import { afterEach, expect, test } from 'vitest'
import type { AnyDocument, Conflict } from '#app/kernel/index.ts'
import { newId } from '#app/kernel/index.ts'
import type { Replica } from '../contract.ts'
import { closeLaptops, laptop, settledCase } from '../testing/laptops.ts'
import { aCase, reached, seen } from '../testing/replica-on-memory.ts'

// What the sync centre lists, record by record.

afterEach(closeLaptops)

const pending = (replica: Replica) => firstValueFrom(replica.syncRecords.pending$)
const conflicted = (replica: Replica) => firstValueFrom(replica.syncRecords.conflicted$)

test('what was changed here is listed until the server has answered, the earliest first', async () => {
  const made = laptop()
  const replica = await made.open()
  const settled = await settledCase(made, replica)
  made.server.cut()
  await reached(replica, 'offline')
  const { id } = await replica.create('cases', aCase('offline'))
  await replica.update('cases', settled, { subject: 'changed offline' })
  expect(await pending(replica)).toMatchObject([
    { module: 'cases', id },
    { module: 'cases', id: settled },
  ])
  made.server.mend()
  await replica.syncNow()
  await expect.poll(() => pending(replica)).toEqual([])
})

test('what has open conflicts is listed with how many, across a restart, until they are settled', async () => {
  const made = laptop()
  const replica = await made.open()
  const id = await settledCase(made, replica)
  expect(await conflicted(replica)).toEqual([])
  const doc = made.server.get('cases', id) as AnyDocument
  made.server.write('cases', { ...doc, conflicts: [aConflict(doc), aConflict(doc)] })
  await expect.poll(() => conflicted(replica)).toMatchObject([{ module: 'cases', id, conflicts: 2 }])
  await made.close()
  const again = await made.open()
  expect(await conflicted(again)).toMatchObject([{ id, conflicts: 2 }])
  made.server.write('cases', { ...doc, conflicts: [] })
  await seen(again, 'cases', id, (view) => view?.conflicts.length === 0)
  expect(await conflicted(again)).toEqual([])
})

test('how far behind the copy is, and since when it was level, stands in the status', async () => {
  const made = laptop()
  const replica = await made.open()
  await settledCase(made, replica)
  const { lag } = replica.status()
  expect(lag).toEqual({ behind: 0, levelAt: expect.stringMatching(/^20/) as unknown })
  made.server.cut()
  await reached(replica, 'offline')
  expect(replica.status().lag.levelAt).toBe(lag.levelAt)
})

test('a first load is told by its size before it is over', async () => {
  const made = laptop()
  const replica = await made.open()
  const id = await settledCase(made, replica)
  const doc = made.server.get('cases', id) as AnyDocument
  const other = laptop()
  for (let count = 0; count < 3; count += 1) other.server.write('cases', { ...doc, id: newId() })
  const gate = Promise.withResolvers<void>()
  other.server.script.request = (path) => (path.endsWith('/pull') ? gate.promise : undefined)
  const fresh = await other.open()
  await expect.poll(() => fresh.status().estimate?.documents).toBe(3)
  expect(fresh.status().initial?.find(({ collection }) => collection === 'cases')).toMatchObject({
    loaded: 0,
    total: 3,
  })
  gate.resolve()
  await reached(fresh, 'done')
  expect(fresh.status()).toMatchObject({ initial: null, estimate: null })
})

function aConflict(doc: AnyDocument): Conflict {
  const { updated } = doc
  const values = { field: 'subject', losing: 'other words', winning: 'first' }
  return { id: newId(), ...values, lost: updated, won: updated, state: 'open', waits: false }
}
