import { afterEach, expect, test } from 'vitest'
import { firstValueFrom } from 'rxjs'
import type { Replica } from '../contract.ts'
import { aCase, aPatient, Laptop, reached } from '../testing/replica-on-memory.ts'

let laptop: Laptop | undefined

afterEach(() => laptop?.close())

async function opened(): Promise<Replica> {
  laptop = new Laptop()
  return laptop.open()
}

test('a list follows its condition, its order and its limit, without removed records', async () => {
  const replica = await opened()
  const emitted: string[][] = []
  const query = {
    module: 'cases',
    where: ({ priority }: { priority?: string }) => priority === 'urgent',
    sort: (a: { subject?: string }, b: { subject?: string }) =>
      (a.subject ?? '') < (b.subject ?? '') ? -1 : 1,
    limit: 2,
  } as const
  const subscription = replica
    .list(query)
    .subscribe((rows) => emitted.push(rows.map(({ subject }) => subject ?? '')))
  const urgent = { priority: 'urgent' } as const
  const c = await replica.create('cases', aCase('c', urgent))
  await replica.create('cases', aCase('a', urgent))
  await replica.create('cases', aCase('b', urgent))
  await expect.poll(() => emitted.at(-1)).toEqual(['a', 'b'])
  const [a] = await firstValueFrom(replica.list(query))
  await replica.remove('cases', a?.id ?? '')
  await expect.poll(() => emitted.at(-1)).toEqual(['b', 'c'])
  await replica.update('cases', c.id, { priority: 'low' })
  await expect.poll(() => emitted.at(-1)).toEqual(['b'])
  await replica.restore('cases', a?.id ?? '')
  await expect.poll(() => emitted.at(-1)).toEqual(['a', 'b'])
  subscription.unsubscribe()
})

test('many changes in one frame are few emissions, and a change elsewhere is none', async () => {
  const replica = await opened()
  await reached(replica, 'done')
  let emissions = 0
  let answered = 0
  const subscription = replica.list({ module: 'cases' }).subscribe((rows) => {
    emissions += 1
    answered = rows.filter(({ edit }) => edit === '').length
  })
  await Promise.all(Array.from({ length: 40 }, (_, index) => replica.create('cases', aCase(`case ${index}`))))
  await expect.poll(() => answered).toBe(40)
  expect(emissions).toBeLessThan(30)
  const before = emissions
  await replica.create('patients', aPatient('Elsewhere'))
  await reached(replica, 'done')
  expect(emissions).toBe(before)
  subscription.unsubscribe()
})

test('a watched record shows its removal, and says nothing while it stays the same', async () => {
  const replica = await opened()
  const { id } = await replica.create('cases', aCase('watched'))
  await reached(replica, 'done')
  const states: (string | null | undefined)[] = []
  const subscription = replica.watch('cases', id).subscribe((view) => states.push(view?.removedAt))
  await replica.create('cases', aCase('another'))
  expect(states).toEqual([null])
  await replica.remove('cases', id)
  expect(states.at(-1)).toMatch(/^20/)
  subscription.unsubscribe()
})

test('search finds what was just written and forgets what was removed', async () => {
  const replica = await opened()
  const { id } = await replica.create('patients', aPatient('Searchable'))
  expect(replica.search('searcha')).toMatchObject([{ module: 'patients', id, matched: 'Names' }])
  expect(replica.search('searcha', { modules: ['cases'] })).toEqual([])
  await replica.remove('patients', id)
  expect(replica.search('searcha')).toEqual([])
})

test('a locked replica answers nothing any more', async () => {
  const replica = await opened()
  const { id } = await replica.create('patients', aPatient('Gone'))
  await replica.lock()
  expect(replica.search('gone')).toEqual([])
  await expect(replica.get('patients', id)).rejects.toMatchObject({ code: 'replica.locked' })
  await expect(replica.create('cases', aCase('late'))).rejects.toMatchObject({ code: 'replica.locked' })
})
