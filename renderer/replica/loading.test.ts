import { filter, firstValueFrom } from 'rxjs'
import { afterEach, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { createdDocument } from './database/local-edit.ts'
import { modules } from '#app/modules/index.ts'
import { openDatabase } from './database/database.ts'
import { writeDocument } from './database/write.ts'
import { closeLaptops, laptop } from './testing/laptops.ts'
import { aCase, allRead, anAuthor, aPatient, reached } from './testing/replica-on-memory.ts'
import type { Laptop } from './testing/replica-on-memory.ts'

// An open replica of which a part still lies on the disk only: the patients are here, the cases are not.

afterEach(closeLaptops)

const LATE = 40

type Unread = { readonly made: Laptop; readonly patient: Id; readonly cases: readonly Id[]; release(): void }

/** A laptop whose disk holds back the pages of its cases until it is released. */
async function unread(): Promise<Unread> {
  const made = laptop()
  const replica = await made.open()
  const { id: patient } = await replica.create('patients', aPatient('Early'))
  await reached(replica, 'done')
  await made.close()
  const before = new Set(made.disk.pages.keys())
  const cases = await writeCases(made)
  const gate = Promise.withResolvers<void>()
  made.disk.holdReading((keys) => (keys.every((key) => before.has(key)) ? Promise.resolve() : gate.promise))
  made.server.pulls.length = 0
  return { made, patient, cases, release: gate.resolve }
}

async function writeCases(made: Laptop): Promise<readonly Id[]> {
  const storage = await made.storage()
  const database = await openDatabase(made.replicaId, storage.rxStorage, made.collections)
  const answered = {
    ...createdDocument(anAuthor(), modules.cases, aCase('late')),
    edit: '',
    rev: 'life1.1.all',
  }
  const cases = Array.from({ length: LATE }, () => ({ ...answered, id: newId() }))
  for (const one of cases) {
    await writeDocument(database.table('cases'), one.id, () => one)
  }
  await database.close()
  await storage.close()
  return cases.map(({ id }) => id)
}

test('what the first screen shows is here; a list of what is not waits, and then is whole', async () => {
  const { made, patient, release } = await unread()
  const replica = await made.openUnread()
  const shares: (number | null)[] = []
  replica.loading$.subscribe((loading) => shares.push(loading && loading.share))
  const lengths: number[] = []
  replica.list({ module: 'cases' }).subscribe((rows) => lengths.push(rows.length))
  expect(await replica.get('patients', patient)).toMatchObject({ id: patient })
  expect(await firstValueFrom(replica.list({ module: 'patients' }))).toHaveLength(1)
  expect(replica.search('late', { limit: 100 })).toEqual([])
  expect(shares.at(-1)).toBeLessThan(1)
  expect(lengths).toEqual([])
  release()
  await allRead(replica)
  await expect.poll(() => lengths.at(-1)).toBe(LATE)
  expect(lengths[0]).toBe(LATE)
  expect(shares.at(-1)).toBeNull()
  expect(shares.indexOf(null)).toBe(shares.length - 1)
  expect(replica.search('late', { limit: 100 })).toHaveLength(LATE)
})

test('a record written while others are read is neither lost nor shown twice', async () => {
  const { made, cases, release } = await unread()
  const replica = await made.openUnread()
  const [first = ''] = cases
  const creating = replica.create('cases', aCase('in between'))
  const changing = replica.update('cases', first, { priority: 'urgent' })
  const { id: patient } = await replica.create('patients', aPatient('In between'))
  release()
  const { id: created } = await creating
  await changing
  const rows = await firstValueFrom(replica.list({ module: 'cases' }))
  expect(rows.map(({ id }) => id).toSorted()).toEqual([...cases, created].toSorted())
  expect(rows.find(({ id }) => id === first)).toMatchObject({ priority: 'urgent' })
  expect(await replica.get('patients', patient)).not.toBeNull()
})

test('locking does not wait for the rest: nothing more is shown, and the server is not asked', async () => {
  const { made, cases, release } = await unread()
  const replica = await made.openUnread()
  const heard: string[] = []
  replica.list({ module: 'cases' }).subscribe({
    next: () => heard.push('a list'),
    error: () => heard.push('a failure'),
    complete: () => heard.push('its end'),
  })
  const asked = replica.get('cases', cases[0] ?? '')
  const problems: unknown[] = []
  replica.status$.subscribe(({ problem }) => problems.push(problem))
  const locked = replica.lock()
  release()
  await expect(asked).rejects.toMatchObject({ code: 'replica.locked' })
  await locked
  expect(heard).toEqual(['its end'])
  expect(problems.filter((problem) => problem !== null)).toEqual([])
  expect(made.server.pulls).toEqual([])

  const again = await made.open()
  const rows = await firstValueFrom(again.list({ module: 'cases' }).pipe(filter(({ length }) => length > 0)))
  expect(rows).toHaveLength(LATE)
})
