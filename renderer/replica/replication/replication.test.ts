import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { routes, wireDocumentSchema } from '#app/protocol/index.ts'
import { closeLaptops, firstQuarantine, hold, laptop, lastPushed, settledCase } from '../testing/laptops.ts'
import { aCase, aPatient, reached, seen } from '../testing/replica-on-memory.ts'
import type { Laptop } from '../testing/replica-on-memory.ts'

// The whole replica on a disk in memory, against a scripted server: what must hold when answers are lost, late, or refuse.
// A "naive failure" is one of the six ways in which RxDB's replication, used as it comes, loses or corrupts edits.

afterEach(closeLaptops)

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

  test('during a push that is answered with a merged row does not re-assert old values (naive failure 1)', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    const rev = made.server.get('cases', id)?.rev
    // While the first edit is on its way, the server merges in what a colleague wrote.
    made.server.script.push = (item) =>
      item.doc['subject'] === 'mine'
        ? {
            outcome: 'merged',
            view: { ...wireDocumentSchema.parse(item.doc), description: 'a colleague wrote' },
          }
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

  test('that undoes an edit whose answer was lost is pushed (naive failure 2)', async () => {
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

  test('of which the server says that a later push has overtaken it is sent anew, and arrives', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    let refusals = 0
    made.server.script.refuse = (path) => {
      if (path !== routes.push.path || refusals > 0) return undefined
      refusals += 1
      return 'sync.overtaken'
    }
    await replica.update('cases', id, { subject: 'waited for' })
    await seen(replica, 'cases', id, (view) => view?.edit === '')
    await reached(replica, 'done')
    expect(refusals).toBe(1)
    expect(made.server.get('cases', id)?.['subject']).toBe('waited for')
    expect(replica.status()).toMatchObject({ pending: 0, refused: 0, problem: null })
  })

  test('made while the clock is a day behind is pushed (naive failure 4)', async () => {
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

  test('is closed where the record says all that it wanted: somebody else has brought it', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.server.script.push = () => ({ outcome: 'refused', code: 'access.forbidden' })
    await replica.update('cases', id, { subject: 'brought back' })
    await seen(replica, 'cases', id, (view) => view?.edit === '')
    const held = made.server.get('cases', id)
    if (held === null) throw new Error('the server has lost it')
    made.server.write('cases', { ...held, description: 'about something else' })
    await seen(replica, 'cases', id, (view) => view?.description === 'about something else')
    expect(await firstQuarantine(replica)).toHaveLength(1)
    await made.close()

    made.server.write('cases', { ...held, subject: 'brought back' })
    const again = await made.open()
    await expect.poll(() => firstQuarantine(again)).toEqual([])
    expect(again.status().refused).toBe(0)
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
    await replica.resubmit(entry?.id ?? '', { subject: 'right' }, {})
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

  test('a page that is held up never overwrites a newer answer (naive failure 5)', async () => {
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

/** Resolves when the next page has been answered and its documents are in RxDB's hands. */
async function nextPull(made: Laptop): Promise<void> {
  const count = made.server.pulls.length
  await expect.poll(() => made.server.pulls.length).toBeGreaterThan(count)
  await new Promise((resolve) => setTimeout(resolve, 30))
}
