import { afterEach, describe, expect, test } from 'vitest'
import { leadsThrough, routes } from '#app/protocol/index.ts'
import type { PushRequest, ReplicaPlace } from '#app/protocol/index.ts'
import { closeLaptops, firstQuarantine, hold, laptop, lastPushed, settledCase } from '../testing/laptops.ts'
import type { Replica } from '../contract.ts'
import { reached, seen } from '../testing/replica-on-memory.ts'
import type { Laptop } from '../testing/replica-on-memory.ts'

// What a copy says of itself, and what it does when the server says that it is not the one that was here. The server's
// side: sync-server/access/replica-head.test.ts; both together: e2e/older-copy.test.ts.

afterEach(closeLaptops)

/** The places that pushes name. */
function places(made: Laptop): ReplicaPlace[] {
  const told: ReplicaPlace[] = []
  made.server.script.request = (path, body) => {
    const { place } = path === routes.push.path ? (body as PushRequest) : {}
    if (place !== undefined) told.push(place)
  }
  return told
}

/** A closed laptop with an unsent edit, and the server's word that its copy is an older one. */
async function olderCopy(): Promise<{ made: Laptop; id: string }> {
  const made = laptop()
  const replica = await made.open()
  const id = await settledCase(made, replica)
  made.server.cut()
  await reached(replica, 'offline')
  await replica.update('cases', id, { description: 'not sent' })
  await made.close()
  made.server.mend()
  made.server.copy = 'older'
  made.server.pulls.length = 0
  return { made, id }
}

describe('a copy', () => {
  test('names its openings since the last contact, and with each push where it stands', async () => {
    const made = laptop()
    const told = places(made)
    const replica = await made.open()
    await settledCase(made, replica)
    await made.close()
    made.server.cut()
    await (await made.open()).lock()
    made.server.mend()
    await reached(await made.open(), 'done')
    const [head] = made.server.heads
    if (head === undefined) throw new Error('no head was told')
    expect(head.openings).toHaveLength(3)
    expect(told.length).toBeGreaterThan(0)
    for (const place of told) expect(leadsThrough(head, place)).toBe(true)

    // The server has met it: what came before need not be told again.
    await made.close()
    await reached(await made.open(), 'done')
    expect(made.server.heads.at(-1)?.openings).toHaveLength(2)
  })

  test('that is an older one says so, compares all of it, and marks what was not sent before it is sent', async () => {
    const { made, id } = await olderCopy()
    const replica = await made.open()
    await seen(replica, 'cases', id, (view) => view?.edit === '')
    await reached(replica, 'done')
    expect(lastPushed(made, id)).toMatchObject({ unsure: true, doc: { description: 'not sent' } })
    const walked = made.server.pulls.filter(({ checkpoint }) => checkpoint === null)
    expect(walked.map(({ collection }) => collection).toSorted()).toEqual(['cases', 'patients'])
    await expect.poll(() => made.server.copy).toBe('current')
    // Healed or not: a person has to know.
    expect(replica.status().problem?.code).toBe('replica.older-copy')
    await made.close()
    const again = await made.open()
    await reached(again, 'done')
    expect(again.status().problem).toBeNull()
  })

  test('that is killed before it is whole is an older one at the next start, too', async () => {
    const { made, id } = await olderCopy()
    const push = hold(made, routes.push.path, 'request')
    await made.open()
    await push.held
    await made.close()
    push.release()
    expect(made.server.copy).toBe('older')
    const replica = await made.open()
    await seen(replica, 'cases', id, (view) => view?.edit === '')
    expect(lastPushed(made, id)).toMatchObject({ unsure: true })
    await expect.poll(() => made.server.copy).toBe('current')
  })

  test('that is one of two in use stops, and keeps what was not sent', async () => {
    const { made, id } = await olderCopy()
    made.server.script.refuse = (path) => (path === routes.session.path ? 'replica.copied' : undefined)
    const replica = await made.open()
    await reached(replica, 'stopped')
    expect(replica.status().problem?.code).toBe('replica.copied')
    expect(await replica.get('cases', id)).toMatchObject({ description: 'not sent' })
    expect(made.server.pushes).toEqual([])
  })
})

describe('an edit that was not sent', () => {
  /** A closed laptop that is offline, with an unsent edit. */
  async function edited(): Promise<{ made: Laptop; id: string }> {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.server.cut()
    await reached(replica, 'offline')
    await replica.update('cases', id, { description: 'not sent' })
    await made.close()
    return { made, id }
  }

  /** The same, after the page was lost that holds the edited record but not the edit's second copy. */
  async function stranded(): Promise<{ made: Laptop; id: string }> {
    const { made, id } = await edited()
    for (const key of made.disk.pages.keys()) {
      const page = made.disk.pages.get(key)
      made.disk.pages.delete(key)
      const replica = await made.open()
      const isStranded = (await replica.get('cases', id)) === null
      if (isStranded) await expect.poll(() => firstQuarantine(replica)).toHaveLength(1)
      await made.close()
      if (isStranded) return { made, id }
      if (page !== undefined) made.disk.pages.set(key, page)
    }
    throw new Error('no page strands the edit')
  }

  test('is read, or kept where refused ones are, whichever page is lost; and is sent once all is healed', async () => {
    const { made: first } = await edited()
    const count = first.disk.pages.size
    for (let at = 0; at < count; at += 1) {
      const { made, id } = await edited()
      const lost = [...made.disk.pages.keys()][at]
      if (lost === undefined) continue
      made.disk.pages.delete(lost)
      const replica = await made.open()
      const view = await replica.get('cases', id)
      if (view === null) await expectStranded(replica, id)
      else expect(view).toMatchObject({ description: 'not sent' })
      await expectSent(made, replica, id)
      await made.close()
    }
  })

  test('and whose record is lost is kept where refused ones are, and sent once all is healed', async () => {
    const { made, id } = await stranded()
    const replica = await made.open()
    expect(await replica.get('cases', id)).toBeNull()
    await expectStranded(replica, id)
    await expectSent(made, replica, id)
  })

  async function expectStranded(replica: Replica, id: string): Promise<void> {
    const changes = { description: 'not sent' }
    const entry = { code: 'sync.stranded', documentId: id, before: { description: 'before' }, changes }
    await expect.poll(() => firstQuarantine(replica)).toMatchObject([entry])
  }

  async function expectSent(made: Laptop, replica: Replica, id: string): Promise<void> {
    made.server.mend()
    await replica.syncNow()
    await expect.poll(() => made.server.get('cases', id)).toMatchObject({ description: 'not sent' })
    await expect.poll(() => firstQuarantine(replica)).toEqual([])
  }

  test('and would undo what somebody wrote meanwhile waits for a person, across restarts', async () => {
    const { made, id } = await stranded()
    const theirs = made.server.get('cases', id)
    if (theirs === null) throw new Error('the server has lost it')
    made.server.write('cases', { ...theirs, description: 'by a colleague' })
    made.server.mend()
    const replica = await made.open()
    const shown = await seen(replica, 'cases', id, (view) => view?.description === 'by a colleague')
    await reached(replica, 'done')
    expect(await firstQuarantine(replica)).toMatchObject([{ code: 'sync.stranded' }])
    await replica.resubmit((await firstQuarantine(replica))[0]?.id ?? '', {}, shown ?? {})
    await expect.poll(() => made.server.get('cases', id)).toMatchObject({ description: 'not sent' })
    expect(await firstQuarantine(replica)).toEqual([])
  })
})
