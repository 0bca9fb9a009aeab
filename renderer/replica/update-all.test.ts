import { firstValueFrom } from 'rxjs'
import { afterEach, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { RecordChange, Replica } from './contract.ts'
import { closeLaptops, laptop } from './testing/laptops.ts'
import { aCase, aPatient, reached, seen } from './testing/replica-on-memory.ts'
import type { Laptop } from './testing/replica-on-memory.ts'

// Many records changed at once: the whole of it is written, or nothing.

afterEach(closeLaptops)

async function withRecords(): Promise<{ made: Laptop; replica: Replica; cases: string[]; patient: string }> {
  const made = laptop()
  const replica = await made.open()
  const cases = await Promise.all(
    ['a', 'b', 'c'].map(async (subject) => (await replica.create('cases', aCase(subject))).id),
  )
  const patient = (await replica.create('patients', aPatient('Many'))).id
  for (const id of cases) await seen(replica, 'cases', id, (view) => view?.edit === '')
  await reached(replica, 'done')
  made.server.pushes.length = 0
  return { made, replica, cases, patient }
}

function urgent(id: string): RecordChange {
  return { module: 'cases', id, change: { priority: 'urgent' } }
}

async function prioritiesOf(replica: Replica): Promise<string[]> {
  const rows = await firstValueFrom(replica.list({ module: 'cases' }))
  return rows.map(({ priority = '' }) => priority)
}

test('records of several collections are changed together, sent, and still there after a restart', async () => {
  const { made, replica, cases, patient } = await withRecords()
  await replica.updateAll([
    ...cases.map(urgent),
    { module: 'patients', id: patient, change: { note: 'Speaks Spanish' } },
  ])
  expect(await prioritiesOf(replica)).toEqual(['urgent', 'urgent', 'urgent'])
  await expect.poll(() => made.server.get('patients', patient)).toMatchObject({ note: 'Speaks Spanish' })
  await made.close()
  const again = await made.open()
  expect(await prioritiesOf(again)).toEqual(['urgent', 'urgent', 'urgent'])
  await reached(again, 'done')
  for (const id of cases) expect(made.server.get('cases', id)).toMatchObject({ priority: 'urgent' })
})

test('one that cannot be changed so is named, and then none is', async () => {
  const { made, replica, cases } = await withRecords()
  const [first = '', second = ''] = cases
  const wrong: RecordChange = { module: 'cases', id: second, change: { subject: '' } }
  await expect(replica.updateAll([urgent(first), wrong])).rejects.toMatchObject({
    code: 'sync.invalid',
    facts: { field: 'subject', id: second },
  })
  const absent = newId()
  await expect(replica.updateAll([urgent(first), urgent(absent)])).rejects.toMatchObject({
    code: 'sync.not-visible',
    facts: { id: absent },
  })
  await expect(replica.updateAll([urgent(first), urgent(first)])).rejects.toThrow('one record twice')
  expect(await prioritiesOf(replica)).not.toContain('urgent')
  expect(made.server.pushes).toEqual([])
})

test('what is written to a record meanwhile stays', async () => {
  const { replica, cases } = await withRecords()
  const [first = ''] = cases
  // Both are prepared on the same state; the second finds out, and is made anew on the first.
  await Promise.all([
    replica.update('cases', first, { description: 'by another window' }),
    replica.updateAll(cases.map(urgent)),
  ])
  expect(await replica.get('cases', first)).toMatchObject({
    description: 'by another window',
    priority: 'urgent',
  })
})

test('changing nothing is no write', async () => {
  const { made, replica } = await withRecords()
  await replica.updateAll([])
  await reached(replica, 'done')
  expect(made.server.pushes).toEqual([])
})
