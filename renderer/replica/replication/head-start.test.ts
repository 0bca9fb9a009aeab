import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName, Id } from '#app/kernel/index.ts'
import { routes } from '#app/protocol/index.ts'
import type { PullRequest } from '#app/protocol/index.ts'
import type { Replica } from '../contract.ts'
import { deathAt } from '../testing/death.ts'
import { closeLaptops, hold, laptop } from '../testing/laptops.ts'
import { aCase, aPatient, reached, seen } from '../testing/replica-on-memory.ts'
import type { Laptop } from '../testing/replica-on-memory.ts'

// A first load that begins with what people need first: the server names it, the walk comes behind.

afterEach(closeLaptops)

type Samples = { readonly patients: AnyDocument; readonly cases: AnyDocument }

/** As the server has them, of another laptop. */
async function samples(): Promise<Samples> {
  const made = laptop()
  const replica = await made.open()
  const patient = await replica.create('patients', aPatient('First'))
  const { id } = await replica.create('cases', aCase('first', { patientId: patient.id }))
  await seen(replica, 'cases', id, (view) => view?.edit === '')
  await reached(replica, 'done')
  const [patients, cases] = [made.server.get('patients', patient.id), made.server.get('cases', id)]
  await made.close()
  return { patients: patients as AnyDocument, cases: cases as AnyDocument }
}

/** So many records of each collection at the server, in the order of their ids. */
function fill({ server }: Laptop, of: Samples, count: number): Readonly<Record<keyof Samples, Id[]>> {
  const fillOne = (collection: keyof Samples): Id[] =>
    Array.from({ length: count }, () => server.write(collection, { ...of[collection], id: newId() }).id)
  return { patients: fillOne('patients').toSorted(), cases: fillOne('cases').toSorted() }
}

const walksOf = ({ server }: Laptop, name: CollectionName): PullRequest[] =>
  server.pulls.filter(({ collection }) => collection === name)

describe('what comes first', () => {
  test('is here before any walk begins, and is not sent again', async () => {
    const made = laptop()
    const ids = fill(made, await samples(), 1200)
    const [patient = '', firstCase = ''] = [ids.patients.at(-1), ids.cases.at(-1)]
    made.server.first = [
      { collection: 'patients', ids: [patient] },
      { collection: 'cases', ids: [firstCase] },
    ]
    const walks = hold(made, routes.pull.path, 'request')
    const replica = await made.open()
    await walks.held
    expect(await replica.get('patients', patient)).toMatchObject({ id: patient })
    expect(await replica.get('cases', firstCase)).toMatchObject({ id: firstCase })
    expect(await replica.get('cases', ids.cases[0] ?? '')).toBeNull()
    await expect
      .poll(() => replica.status().initial)
      .toEqual([
        { collection: 'patients', loaded: 1, total: 1200 },
        { collection: 'cases', loaded: 1, total: 1200 },
      ])
    const came: number[] = []
    replica.status$.subscribe(({ initial }) => came.push(initial?.[1]?.loaded ?? 1200))
    walks.release()
    await reached(replica, 'done')
    expect(came).toEqual(came.toSorted((a, b) => a - b))
    expect(replica.search('first', { modules: ['cases'], limit: 5000 })).toHaveLength(1200)
    const [begun] = walksOf(made, 'cases')
    expect(begun?.held?.documents.map(({ id }) => id)).toEqual([firstCase])
    // The next page is fetched ahead though something is held behind this one.
    expect(walksOf(made, 'cases')).toHaveLength(2)
  })

  test('that was not fetched is asked for again with the next connection, what was fetched is not', async () => {
    const made = laptop()
    const ids = fill(made, await samples(), 4)
    made.server.first = [
      { collection: 'patients', ids: ids.patients },
      { collection: 'cases', ids: ids.cases },
    ]
    const fetched: unknown[] = []
    let cuts = 0
    made.server.script.request = (path, body) => {
      if (path !== routes.fetch.path) return
      fetched.push(body)
      if (!JSON.stringify(body).includes('"cases"') || cuts > 0) return
      cuts += 1
      throw new TypeError('the line was cut')
    }
    const replica = await made.open()
    await reached(replica, 'done')
    const [patients, cases] = [ids.patients, ids.cases]
    expect(fetched).toEqual([
      { collection: 'patients', ids: patients },
      { collection: 'cases', ids: cases },
      { collection: 'cases', ids: cases },
    ])
  })

  test('is not asked for where a load is over, and a server that can not say it is loaded from all the same', async () => {
    const made = laptop()
    const { cases } = fill(made, await samples(), 3)
    made.server.script.refuse = (path) => (path === routes.first.path ? 'internal' : undefined)
    await reached(await made.open(), 'done')
    await made.close()
    delete made.server.script.refuse
    const asked: string[] = []
    made.server.script.request = (path) => void asked.push(path)
    const replica = await made.open()
    await reached(replica, 'done')
    expect(await replica.get('cases', cases[0] ?? '')).not.toBeNull()
    expect(asked).not.toContain(routes.first.path)
  })
})

/** Whatever came first or did not: what is here is what the server shows, and nothing else. */
async function expectSame(made: Laptop, replica: Replica, ids: readonly Id[]): Promise<void> {
  for (const id of ids) expect(await replica.get('cases', id)).toEqual(made.server.get('cases', id))
}

/** What the server does to the n-th case when the n-th request comes, or before its answer leaves. */
const acts = fc.array(
  fc.record({
    when: fc.nat({ max: 24 }),
    which: fc.nat({ max: 5 }),
    what: fc.constantFrom('change', 'evict', 'evict', 'show', 'cut'),
  }),
  { maxLength: 8 },
)

test('never stays stale, whatever happens to it on the way', async () => {
  const of = await samples()
  await fc.assert(
    fc.asyncProperty(acts, async (story) => {
      const made = laptop()
      const ids = fill(made, of, 6).cases
      made.server.first = [{ collection: 'cases', ids: ids.slice(1, 5) }]
      let passed = 0
      const happen = (): void => {
        const now = story.filter(({ when }) => when === passed)
        passed += 1
        for (const { what, which } of now) {
          const id = ids[which] ?? ''
          if (what === 'evict') made.server.evict('cases', id)
          if (what === 'change' || what === 'show') change(made, of, id, what === 'show')
        }
        if (now.some(({ what }) => what === 'cut')) throw new TypeError('the line was cut')
      }
      made.server.script.request = happen
      made.server.script.answer = happen
      const replica = await made.open()
      await reached(replica, 'done')
      // What happened last may not have been heard yet.
      delete made.server.script.request
      delete made.server.script.answer
      await replica.syncNow()
      await expect.poll(() => replica.status().initial).toBeNull()
      await expectSame(made, replica, ids)
      await made.close()
    }),
    { numRuns: 40 },
  )
}, 60_000)

function change({ server }: Laptop, of: Samples, id: Id, comesBack: boolean): void {
  const held = server.get('cases', id)
  if (held !== null || comesBack) server.write('cases', { ...(held ?? of.cases), id, subject: newId() })
}

test('a client that dies at any point of it comes to the same end', async () => {
  const of = await samples()
  let died = true
  let point = 0
  while (died && point < 200) {
    point += 1
    const made = laptop()
    const ids = fill(made, of, 6).cases
    made.server.first = [{ collection: 'cases', ids: ids.slice(1, 5) }]
    made.server.cut()
    const replica = await made.open()
    const death = deathAt(made, point)
    made.server.mend()
    await Promise.race([reached(replica, 'done').catch(() => undefined), death.died])
    died = await death.bury()
    // Meanwhile one of them leaves, and another is changed.
    if (died) made.server.evict('cases', ids[1] ?? '')
    if (died) change(made, of, ids[2] ?? '', false)
    const again = await made.open()
    await reached(again, 'done')
    await expectSame(made, again, ids)
    await made.close()
  }
  expect(died).toBe(false)
  expect(point).toBeGreaterThan(8)
}, 60_000)
