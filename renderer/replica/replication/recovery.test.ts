import { filter, firstValueFrom } from 'rxjs'
import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { routes } from '#app/protocol/index.ts'
import type { Checkpoint } from '#app/protocol/index.ts'
import { openDatabase } from '../database/database.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { writeDocument } from '../database/write.ts'
import { closeLaptops, firstQuarantine, hold, laptop, lastPushed, settledCase } from '../testing/laptops.ts'
import { aCase, reached, seen } from '../testing/replica-on-memory.ts'

// Whatever leaves the device, comes back, breaks or stops: what must hold then.

afterEach(closeLaptops)

describe('a crash', () => {
  test('after an answer, before RxDB hears of it, does not make it skip the next state', async () => {
    const made = laptop()
    const id = await settledCase(made, await made.open())
    const doc = made.server.get('cases', id) as AnyDocument
    await made.close()
    // Another answered record, which came to the disk without RxDB's replication.
    const answered = made.server.write('cases', { ...doc, id: newId() }) as StoredDocument
    const storage = await made.storage()
    const database = await openDatabase(made.replicaId, storage.rxStorage, made.collections)
    await writeDocument(database.table('cases'), answered.id, () => answered)
    await database.close()
    await storage.close()

    made.server.write('cases', { ...answered, subject: 'next' })
    const replica = await made.open()
    await reached(replica, 'done')
    expect((await replica.get('cases', answered.id))?.subject).toBe('next')
    expect(made.server.pushes).toEqual([])
  })
})

describe('an eviction', () => {
  test('takes the record off the device and is never pushed (naive failure 3)', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.server.evict('cases', id)
    await seen(replica, 'cases', id, (view) => view === null)
    await made.close()
    const again = await made.open()
    await reached(again, 'done')
    expect(await again.get('cases', id)).toBeNull()
    expect(made.server.pushes).toEqual([])
  })

  test('of a record with a local edit waits for the answer to that edit', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    const before = made.server.get('cases', id)
    made.server.cut()
    await reached(replica, 'offline')
    await replica.update('cases', id, { subject: 'too late' })
    made.server.evict('cases', id)
    made.server.script.push = () => ({ outcome: 'refused', code: 'sync.not-visible' })
    const push = hold(made, routes.push.path)
    made.server.mend()
    await push.held
    expect((await replica.get('cases', id))?.subject).toBe('too late')
    push.release()
    await seen(replica, 'cases', id, (view) => view === null)
    expect(await firstQuarantine(replica)).toMatchObject([{ changes: { subject: 'too late' } }])
    expect(before).not.toBeNull()
  })

  test('is taken back when the record comes within reach again, unchanged', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    const doc = made.server.get('cases', id)
    made.server.evict('cases', id)
    await seen(replica, 'cases', id, (view) => view === null)
    made.server.showAgain('cases', doc as AnyDocument)
    expect(await seen(replica, 'cases', id, (view) => view !== null)).toMatchObject({ subject: 'first' })
  })
})

describe('checkpoints', () => {
  test('have all their keys, always (naive failure 6)', async () => {
    const made = laptop()
    const replica = await made.open()
    await settledCase(made, replica)
    made.server.epoch = 'epoch2'
    made.server.tell({ type: 'resync', epoch: 'epoch2' })
    await reached(replica, 'syncing')
    await reached(replica, 'done')
    const sent = made.server.pulls.flatMap(({ checkpoint }): Checkpoint[] =>
      checkpoint === null ? [] : [checkpoint],
    )
    expect(sent.length).toBeGreaterThan(2)
    for (const checkpoint of sent) {
      expect(Object.keys(checkpoint).toSorted()).toEqual(['cursor', 'epoch', 'mode', 'seq', 'until'])
    }
    expect(new Set(sent.map(({ mode }) => mode))).toEqual(new Set(['walk', 'tail']))
  })

  test('a page without documents moves them on, across a restart', async () => {
    const made = laptop()
    const replica = await made.open()
    await reached(replica, 'done')
    await made.close()
    made.server.pulls.length = 0
    const again = await made.open()
    await reached(again, 'done')
    expect(made.server.pulls.map(({ checkpoint }) => checkpoint?.mode)).toEqual(['tail', 'tail'])
  })

  test('a walk of several pages posts what is held, and gets what is missing', async () => {
    const made = laptop()
    const ids = Array.from({ length: 2300 }, () => newId())
    const template = await templateCase()
    for (const id of ids) made.server.write('cases', { ...template, id } as never)
    const replica = await made.open()
    await reached(replica, 'done')
    expect(replica.search('template', { limit: 5000 })).toHaveLength(2300)
    const again = made.server.pulls.filter(({ collection }) => collection === 'cases')
    expect(again.length).toBeGreaterThanOrEqual(3)

    made.server.epoch = 'epoch2'
    made.server.write('cases', { ...template, id: newId(), subject: 'one more' } as never)
    made.server.pulls.length = 0
    made.server.tell({ type: 'resync', epoch: 'epoch2' })
    await expect.poll(() => replica.search('one more')).toHaveLength(1)
    const walked = made.server.pulls.filter(({ held }) => held !== undefined)
    expect(walked.flatMap(({ held }) => held?.documents ?? [])).toHaveLength(2300)
  })

  test('a restored server asks for what it has lost, and gets it as a new edit', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    const edit = (await replica.get('cases', id))?.edit
    expect(edit).toBe('')
    made.server.incarnation = 'life2'
    made.server.epoch = 'epoch2'
    made.server.tell({ type: 'resync', epoch: 'epoch2' })
    await expect.poll(() => lastPushed(made, id)?.rev).toMatch(/^life1\./)
    await seen(replica, 'cases', id, (view) => view?.rev.startsWith('life2.') === true)
    // Once that is answered, everything is compared once more, and only once.
    const walks = () =>
      made.server.pulls.filter((pull) => pull.collection === 'cases' && pull.checkpoint === null)
    await expect.poll(() => walks().length).toBe(2)
    await reached(replica, 'done')
    await replica.syncNow()
    expect(walks()).toHaveLength(2)
  })
})

describe('asked by a person', () => {
  test('to synchronise, an offline replica tries at once', async () => {
    const made = laptop()
    const replica = await made.open({ wait: patiently })
    await reached(replica, 'done')
    made.server.cut()
    await reached(replica, 'offline')
    await replica.syncNow()
    expect(replica.status().phase).toBe('offline')
    made.server.mend()
    await replica.syncNow()
    expect(replica.status().phase).toBe('done')
    await replica.syncNow()
    expect(replica.status().phase).toBe('done')
  })
})

/** As the clock goes: a pause lasts until somebody ends it, as far as a test is concerned. */
function patiently(milliseconds: number, signal?: AbortSignal): Promise<void> {
  const isPause = milliseconds >= 100
  return isPause
    ? new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))
    : Promise.resolve()
}

describe('a server in maintenance', () => {
  test('is waited for: it is said why, work goes on and is kept, and is sent when it is over', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.server.script.refuse = () => 'server.maintenance'
    // As when its process is started anew: streams end.
    made.server.cut()
    made.server.mend()
    await firstValueFrom(
      replica.status$.pipe(filter(({ problem }) => problem?.code === 'server.maintenance')),
    )
    await replica.update('cases', id, { subject: 'written meanwhile' })
    await replica.syncNow()
    expect(replica.status()).toMatchObject({ phase: 'offline', pending: 1, refused: 0 })
    expect(replica.status().problem?.code).toBe('server.maintenance')
    delete made.server.script.refuse
    await reached(replica, 'done')
    expect(replica.status()).toMatchObject({ pending: 0, refused: 0, problem: null })
    expect(made.server.get('cases', id)).toMatchObject({ subject: 'written meanwhile' })
  })
})

describe('a stop', () => {
  test('by the server ends replication and says why; writing goes on', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.server.tell({ type: 'revoked', code: 'access.revoked' })
    await reached(replica, 'stopped')
    expect(replica.status().problem?.code).toBe('access.revoked')
    await replica.update('cases', id, { subject: 'still mine' })
    expect(replica.status().phase).toBe('stopped')
    expect(made.server.pushes).toEqual([])
  })

  test('by a failed write on disk says so and refuses further writes', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.disk.failNextCommit()
    await expect(replica.update('cases', id, { subject: 'lost' })).rejects.toMatchObject({
      code: 'replica.write-failed',
    })
    await reached(replica, 'stopped')
    expect(replica.status().problem?.code).toBe('replica.write-failed')
    expect((await replica.get('cases', id))?.subject).toBe('first')
  })
})

async function templateCase() {
  const made = laptop()
  const replica = await made.open()
  const { id } = await replica.create('cases', aCase('template'))
  await seen(replica, 'cases', id, (view) => view?.edit === '')
  const doc = made.server.get('cases', id)
  await made.close()
  return doc
}
