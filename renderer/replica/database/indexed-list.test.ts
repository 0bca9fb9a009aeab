import fc from 'fast-check'
import { firstValueFrom } from 'rxjs'
import { afterEach, expect, test } from 'vitest'
import type { ListQuery, Replica } from '../contract.ts'
import { closeLaptops, laptop } from '../testing/laptops.ts'
import { aCase, reached } from '../testing/replica-on-memory.ts'

afterEach(closeLaptops)

type Query = ListQuery<'cases'>

const priorities = ['low', 'normal', 'high', 'urgent'] as const
const priority = fc.constantFrom(...priorities)
const step = fc.oneof(
  fc.record({ make: priority }),
  fc.record({ move: fc.nat(), to: priority }),
  fc.record({ remove: fc.nat() }),
  fc.record({ restore: fc.nat() }),
)
type Step = { make: Priority } | { move: number; to: Priority } | { remove: number } | { restore: number }
type Priority = (typeof priorities)[number]

const range = fc.oneof(
  priority.map((equals) => ({ equals })),
  fc.record({ from: priority, before: priority }, { requiredKeys: [] }),
)

test('a list by an index shows what a condition over all records would, however they change', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), range, async (steps, part) => {
      const replica = await laptop().open()
      const ids: string[] = []
      const live: string[][] = []
      const by = { index: 'priority', ...part } as const
      const shown = replica.list({ module: 'cases', by }).subscribe((rows) => live.push(idsOf(rows)))
      for (const each of steps) await take(replica, ids, each)
      const inPart = (view: { priority?: string }): boolean => isIn(view.priority ?? '', part)
      const expected = await idsIn(replica, { module: 'cases', where: inPart })
      expect((await idsIn(replica, { module: 'cases', by })).toSorted()).toEqual(expected.toSorted())
      await expect.poll(() => live.at(-1)?.toSorted()).toEqual(expected.toSorted())
      shown.unsubscribe()
      await replica.lock()
    }),
    { numRuns: 12 },
  )
})

test('a list by an index is in its order, and reads no more of it than it shows', async () => {
  const replica = await laptop().open()
  for (const each of ['normal', 'urgent', 'low', 'high', 'low'] as const) {
    await replica.create('cases', aCase(each, { priority: each }))
  }
  const asked: string[] = []
  const rows = await firstValueFrom(
    replica.list({
      module: 'cases',
      by: { index: 'priority' },
      where: ({ subject = '' }) => asked.push(subject) > 0,
      limit: 3,
    }),
  )
  expect(rows.map(({ subject }) => subject)).toEqual(['high', 'low', 'low'])
  expect(asked).toEqual(['high', 'low', 'low'])
})

test('a list by an index says nothing while another part of the index changes', async () => {
  const replica = await laptop().open()
  await replica.create('cases', aCase('shown', { priority: 'low' }))
  await reached(replica, 'done')
  let emissions = 0
  const shown = replica
    .list({ module: 'cases', by: { index: 'priority', equals: 'low' } })
    .subscribe(() => (emissions += 1))
  await replica.create('cases', aCase('elsewhere', { priority: 'high' }))
  await reached(replica, 'done')
  expect(await idsIn(replica, { module: 'cases' })).toHaveLength(2)
  expect(emissions).toBe(1)
  shown.unsubscribe()
})

test('locking ends a list, and shows no empty one before', async () => {
  const replica = await laptop().open()
  await replica.create('cases', aCase('first'))
  const lengths: number[] = []
  const ended = Promise.withResolvers<void>()
  const by = { index: 'priority' } as const
  replica.list({ module: 'cases', by }).subscribe({
    next: (rows) => lengths.push(rows.length),
    complete: ended.resolve,
  })
  // Both within a frame: the list is due to be shown once more when the replica is locked.
  await replica.create('cases', aCase('second'))
  await replica.create('cases', aCase('third'))
  await replica.lock()
  await ended.promise
  expect(lengths[0]).toBe(1)
  expect(lengths).not.toContain(0)
})

function isIn(key: string, part: { equals: string } | { from?: string; before?: string }): boolean {
  if ('equals' in part) return key === part.equals
  return key >= (part.from ?? '') && (part.before === undefined || key < part.before)
}

async function take(replica: Replica, ids: string[], each: Step): Promise<void> {
  if ('make' in each) {
    ids.push((await replica.create('cases', aCase('made', { priority: each.make }))).id)
    return
  }
  if (ids.length === 0) return
  const of = (place: number): string => ids[place % ids.length] ?? ''
  if ('move' in each) await replica.update('cases', of(each.move), { priority: each.to })
  else if ('remove' in each) await replica.remove('cases', of(each.remove))
  else await replica.restore('cases', of(each.restore))
}

async function idsIn(replica: Replica, query: Query): Promise<string[]> {
  return idsOf(await firstValueFrom(replica.list(query)))
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id)
}
