import { firstValueFrom } from 'rxjs'
import { afterEach, describe, expect, test } from 'vitest'
import { codeOf, newId } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { routes } from '#app/protocol/index.ts'
import type { Checkpoint, PushItem } from '#app/protocol/index.ts'
import type { Replica } from '../contract.ts'
import { openDatabase } from '../database/database.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { writeDocument } from '../database/write.ts'
import { aCase, aPatient, Laptop, reached, seen } from '../testing/replica-on-memory.ts'

// The whole replica on a disk in memory, against a scripted server: what must hold when answers are lost, late, or refuse.

const laptops: Laptop[] = []

function laptop(): Laptop {
  const made = new Laptop()
  laptops.push(made)
  return made
}

afterEach(async () => {
  for (const made of laptops.splice(0)) await made.close()
})

/** A case that the server has, and the replica too. */
async function settledCase(made: Laptop, replica: Replica): Promise<string> {
  const { id } = await replica.create('cases', aCase('first', { description: 'before' }))
  await seen(replica, 'cases', id, (view) => view?.edit === '')
  await reached(replica, 'done')
  made.server.pushes.length = 0
  return id
}

/** Holds the requests of one route, or their answers, back until the test lets go. */
function hold(made: Laptop, path: string, what: 'request' | 'answer' = 'answer') {
  const arrived = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  made.server.script[what] = async (asked) => {
    if (asked !== path) return
    arrived.resolve()
    await gate.promise
  }
  return {
    held: arrived.promise,
    release() {
      delete made.server.script[what]
      gate.resolve()
    },
  }
}

function lastPushed(made: Laptop, id: string): PushItem | undefined {
  return made.server.pushes.flat().findLast((item) => item.id === id)
}

describe('an edit', () => {
  test('is pending until the server answers, then holds the view of the server', async () => {
    const made = laptop()
    const replica = await made.open()
    const written = await replica.create('cases', aCase('first'))
    expect(written.rev).toBe('')
    expect(written.edit).not.toBe('')
    const answered = await seen(replica, 'cases', written.id, (view) => view?.edit === '')
    expect(answered?.rev).toMatch(/^life1\.\d+\.p$/)
    await reached(replica, 'done')
    expect(replica.status()).toMatchObject({ pending: 0, refused: 0, problem: null, initial: null })
    expect(replica.status().lastReceiptAt).not.toBeNull()
  })

  test('during a push that is answered with a merged row does not re-assert old values', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    const rev = made.server.get('cases', id)?.rev
    // While the first edit is on its way, the server merges in what a colleague wrote.
    made.server.script.push = (item) =>
      item.doc['subject'] === 'mine'
        ? { outcome: 'merged', view: { ...item.doc, description: 'a colleague wrote' } }
        : undefined
    const push = hold(made, routes.push.path)
    await replica.update('cases', id, { subject: 'mine' })
    await push.held
    await replica.update('cases', id, { priority: 'urgent' })
    push.release()
    await reached(replica, 'done')

    const items = made.server.pushes.flat().filter((item) => item.id === id)
    expect(items.map((item) => item.doc['priority'])).toEqual(['normal', 'urgent'])
    // The second edit rests on the same rev as the first, so that the server compares it with what this device pushed
    // and finds one changed field: the priority.
    expect(items.map((item) => item.rev)).toEqual([rev, rev])
    expect(items[1]?.doc['description']).toBe(items[0]?.doc['description'])
    expect(items[1]?.edit).not.toBe(items[0]?.edit)
  })

  test('typed meanwhile survives the answer to the edit before', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    const push = hold(made, routes.push.path)
    await replica.update('cases', id, { subject: 'one' })
    await push.held
    await replica.update('cases', id, { subject: 'two' })
    push.release()
    await reached(replica, 'done')
    expect(made.server.get('cases', id)?.['subject']).toBe('two')
    expect((await replica.get('cases', id))?.subject).toBe('two')
  })

  test('that undoes an edit whose answer was lost is pushed', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.server.script.answer = (path) => {
      if (path === routes.push.path) made.server.cut()
    }
    await replica.update('cases', id, { subject: 'changed' })
    await reached(replica, 'offline')
    expect(made.server.get('cases', id)?.['subject']).toBe('changed')
    await replica.update('cases', id, { subject: 'first' })
    delete made.server.script.answer
    made.server.mend()
    await reached(replica, 'done')
    expect(made.server.get('cases', id)?.['subject']).toBe('first')
    expect(lastPushed(made, id)?.doc['subject']).toBe('first')
  })

  test('made while the clock is a day behind is pushed', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.clockOff = -24 * 60 * 60 * 1000
    await replica.update('cases', id, { subject: 'yesterday' })
    await seen(replica, 'cases', id, (view) => view?.edit === '')
    expect(made.server.get('cases', id)?.['subject']).toBe('yesterday')
  })

  test('made offline is pushed after a restart', async () => {
    const made = laptop()
    const first = await made.open()
    const id = await settledCase(made, first)
    made.server.cut()
    await reached(first, 'offline')
    await first.update('cases', id, { subject: 'on the road' })
    expect(first.status().pending).toBe(1)
    await made.close()

    const second = await made.open()
    expect((await second.get('cases', id))?.subject).toBe('on the road')
    expect(second.status()).toMatchObject({ pending: 1, phase: expect.stringMatching(/offline|connecting/) })
    made.server.mend()
    await reached(second, 'done')
    expect(made.server.get('cases', id)?.['subject']).toBe('on the road')
  })
})

describe('a refusal', () => {
  test('keeps the changed fields in the quarantine, across a restart, and takes the view of the server', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.server.script.push = () => ({ outcome: 'refused', code: 'sync.refused-field', field: 'subject' })
    await replica.update('cases', id, { subject: 'not allowed' })
    await seen(replica, 'cases', id, (view) => view?.edit === '')
    expect((await replica.get('cases', id))?.subject).toBe('first')
    await made.close()

    const again = await made.open()
    await expect(firstQuarantine(again)).resolves.toMatchObject([
      { module: 'cases', documentId: id, code: 'sync.refused-field', changes: { subject: 'not allowed' } },
    ])
    expect(again.status().refused).toBe(1)
  })

  test('is settled by a resubmission, which is a new edit', async () => {
    const made = laptop()
    const replica = await made.open()
    made.server.script.push = () => ({ outcome: 'refused', code: 'sync.invalid', field: 'subject' })
    const { id } = await replica.create('cases', aCase('wrong'))
    await seen(replica, 'cases', id, (view) => view === null)
    const [entry] = await firstQuarantine(replica)
    expect(entry?.changes).toMatchObject({ subject: 'wrong', category: 'other' })
    delete made.server.script.push
    await replica.resubmit(entry?.id ?? '', { subject: 'right' })
    await seen(replica, 'cases', id, (view) => view?.edit === '')
    expect(made.server.get('cases', id)).toMatchObject({ subject: 'right', category: 'other' })
    expect(await firstQuarantine(replica)).toEqual([])
    expect(lastPushed(made, id)?.edit).not.toBe(entry?.id)
  })

  test('of a new record refuses what refers to it, without asking the server', async () => {
    const made = laptop()
    made.server.script.push = (item) =>
      item.collection === 'patients'
        ? { outcome: 'refused', code: 'sync.invalid', field: 'names' }
        : undefined
    const replica = await made.open()
    const patient = await replica.create('patients', aPatient('Refused'))
    const child = await replica.create('cases', aCase('about it', { patientId: patient.id }))
    await seen(replica, 'cases', child.id, (view) => view === null)
    const entries = await firstQuarantine(replica)
    expect(entries.map(({ code }) => code).toSorted()).toEqual(['sync.invalid', 'sync.parent-refused'])
    expect(made.server.pushes.flat().map(({ id }) => id)).not.toContain(child.id)
  })
})

describe('order', () => {
  test('a record is pushed after those it refers to', async () => {
    const made = laptop()
    const replica = await made.open()
    await reached(replica, 'done')
    made.server.cut()
    await reached(replica, 'offline')
    const patientId = newId()
    const patient = await replica.create('patients', aPatient('Parent'))
    const child = await replica.create('cases', aCase('child', { patientId: patient.id }))
    made.server.mend()
    await reached(replica, 'done')
    const batches = made.server.pushes.map((batch) => batch.map(({ id }) => id))
    expect(batches).toEqual([[patient.id], [child.id]])
    expect(patientId).not.toBe(patient.id)
  })

  test('a page that was read after a push, and arrives before its answer, is not lost', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    const pull = hold(made, routes.pull.path, 'request')
    const push = hold(made, routes.push.path)
    made.server.write('cases', { ...made.server.get('cases', id) } as never)
    await pull.held
    await replica.update('cases', id, { subject: 'mine' })
    await push.held
    // The server has stored the edit; then a colleague writes, and the page that shows it overtakes the answer.
    const stored = made.server.get('cases', id)
    expect(stored?.['subject']).toBe('mine')
    made.server.write('cases', { ...stored, description: 'later' } as never)
    const landed = nextPull(made)
    pull.release()
    await landed
    push.release()
    await seen(replica, 'cases', id, (view) => view?.description === 'later')
    await reached(replica, 'done')
    expect(await replica.get('cases', id)).toMatchObject({ subject: 'mine', description: 'later', edit: '' })
  })

  test('a page that is held up never overwrites a newer answer', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    const pull = hold(made, routes.pull.path)
    const stored = made.server.get('cases', id)
    made.server.write('cases', { ...stored, description: 'older' } as never)
    await pull.held
    await replica.update('cases', id, { subject: 'newer' })
    await seen(replica, 'cases', id, (view) => view?.subject === 'newer' && view.edit === '')
    const subjects: (string | undefined)[] = []
    const watching = replica.watch('cases', id).subscribe((view) => subjects.push(view?.subject))
    const pulls = made.server.pulls.length
    pull.release()
    await expect.poll(() => made.server.pulls.length).toBeGreaterThan(pulls)
    await reached(replica, 'done')
    watching.unsubscribe()
    expect(new Set(subjects)).toEqual(new Set(['newer']))
    expect((await replica.get('cases', id))?.rev).toBe(made.server.get('cases', id)?.rev)
    expect((await replica.get('cases', id))?.subject).toBe('newer')
  })
})

describe('a crash', () => {
  test('between an answer and what RxDB remembers of it does not make it skip the next state', async () => {
    const made = laptop()
    const id = await settledCase(made, await made.open())
    const doc = made.server.get('cases', id) as AnyDocument
    await made.close()
    // Another answered record, of which RxDB's own memory did not reach the disk.
    const answered = made.server.write('cases', { ...doc, id: newId() }) as StoredDocument
    const storage = await made.storage()
    const database = await openDatabase(made.replicaId, storage.rxStorage, made.collections)
    await writeDocument(database.collection('cases'), database.table('cases'), answered.id, () => answered)
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
  test('takes the record off the device and is never pushed', async () => {
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
  test('have all their keys, always', async () => {
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
  })
})

describe('damage', () => {
  test('of any one page on the disk is made good from the server; only who this is can not be fetched', async () => {
    const made = laptop()
    const id = await settledCase(made, await made.open())
    await made.close()
    const rev = made.server.get('cases', id)?.rev
    const { head } = made.disk
    const pages = new Map(made.disk.pages)
    const outcomes: (string | undefined)[] = []
    for (const lost of pages.keys()) {
      made.disk.head = head
      made.disk.pages.clear()
      for (const [key, page] of pages) if (key !== lost) made.disk.pages.set(key, page)
      outcomes.push(await healed(made, id))
      await made.close()
    }
    expect(outcomes.length).toBeGreaterThan(3)
    expect(new Set(outcomes)).toEqual(new Set([rev, 'replica.damaged']))
    expect(outcomes.filter((outcome) => outcome === 'replica.damaged')).toHaveLength(1)
  })
})

/** The rev that the record has again once all is level; or the code with which the replica did not open. */
async function healed(made: Laptop, id: string): Promise<string | undefined> {
  try {
    const replica = await made.open()
    await reached(replica, 'done')
    return (await replica.get('cases', id))?.rev
  } catch (failure) {
    return codeOf(failure)
  }
}

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

function firstQuarantine(replica: Replica) {
  return firstValueFrom(replica.quarantine$)
}

async function templateCase() {
  const made = laptop()
  const replica = await made.open()
  const { id } = await replica.create('cases', aCase('template'))
  await seen(replica, 'cases', id, (view) => view?.edit === '')
  const doc = made.server.get('cases', id)
  await made.close()
  return doc
}

/** Resolves when the next page has been answered and its documents are in RxDB's hands. */
async function nextPull(made: Laptop): Promise<void> {
  const count = made.server.pulls.length
  await expect.poll(() => made.server.pulls.length).toBeGreaterThan(count)
  await new Promise((resolve) => setTimeout(resolve, 30))
}
