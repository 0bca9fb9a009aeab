import { firstValueFrom } from 'rxjs'
import { afterEach, describe, expect, test } from 'vitest'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { routes } from '#app/protocol/index.ts'
import type { EvictedRequest } from '#app/protocol/index.ts'
import type { Replica } from '../contract.ts'
import { contentAt } from '../storage/cipher/page-body.ts'
import { pageCipher } from '../storage/cipher/page-cipher.ts'
import { closeLaptops, hold, laptop, settledCase } from '../testing/laptops.ts'
import { aCase, reached, seen } from '../testing/replica-on-memory.ts'
import type { Laptop } from '../testing/replica-on-memory.ts'

// The server must hear that a record is gone only when it is: from memory, from search, and from every page on the disk.

afterEach(closeLaptops)

const secret = 'Waits for the neurologist'

/** A record with a replaced version in a page that it shares with others. */
async function editedAmongOthers(made: Laptop, replica: Replica): Promise<Id> {
  const id = await settledCase(made, replica)
  const others = await Promise.all([1, 2].map((nth) => replica.create('cases', aCase(`beside ${nth}`))))
  await reached(replica, 'done')
  const change = { description: secret }
  await replica.updateAll(
    [id, ...others.map((one) => one.id)].map((one) => ({ module: 'cases', id: one, change })),
  )
  await reached(replica, 'done')
  await replica.update('cases', id, { subject: secret })
  await reached(replica, 'done')
  return id
}

const confirmed = (made: Laptop) => made.server.receipts.flat().map(({ id }) => id)

describe('the receipt of an eviction', () => {
  test('goes out when no page on the disk holds any version of the record', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await editedAmongOthers(made, replica)
    let leftWhenTold: number | undefined
    made.server.script.request = async (path, body) => {
      const isReceipt = path === routes.evicted.path && (body as EvictedRequest).gone.length > 0
      if (isReceipt) leftWhenTold = await versionsOf(made, id)
    }
    expect(await versionsOf(made, id)).toBeGreaterThan(1)
    made.server.evict('cases', id)
    await expect.poll(() => confirmed(made)).toEqual([id])
    expect(leftWhenTold).toBe(0)
    expect(replica.search('neurologist').map((hit) => hit.id)).not.toContain(id)
    expect(replica.search('beside')).toHaveLength(2)
  })

  test('waits for the answer to an edit that was made on it', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    made.server.cut()
    await reached(replica, 'offline')
    await replica.update('cases', id, { subject: secret })
    made.server.evict('cases', id)
    made.server.script.push = () => ({ outcome: 'refused', code: 'sync.not-visible' })
    const push = hold(made, routes.push.path)
    made.server.mend()
    await push.held
    expect(confirmed(made)).toEqual([])
    push.release()
    await expect.poll(() => confirmed(made)).toEqual([id])
    expect(await versionsOf(made, id)).toBe(0)
  })

  test('that did not arrive is sent again, by the next opening, too', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await editedAmongOthers(made, replica)
    made.server.script.refuse = (path) => (path === routes.evicted.path ? 'server.maintenance' : undefined)
    made.server.evict('cases', id)
    await seen(replica, 'cases', id, (view) => view === null)
    await reached(replica, 'done')
    await made.close()
    delete made.server.script.refuse
    expect(confirmed(made)).toEqual([])
    await made.open()
    await expect.poll(() => confirmed(made)).toEqual([id])
    expect(await versionsOf(made, id)).toBe(0)
  })

  test('is given for what never was here, so that nothing stays outstanding', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await settledCase(made, replica)
    const unknown = made.server.write('cases', {
      ...(made.server.get('cases', id) as AnyDocument),
      id: otherId(id),
    })
    made.server.evict('cases', unknown.id)
    await made.close()
    await made.open()
    await expect.poll(() => confirmed(made)).toContain(unknown.id)
  })

  test('is told to the user only when the pages are rewritten, though the server has lost count of it', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await editedAmongOthers(made, replica)
    const asking = hold(made, routes.evicted.path, 'request')
    made.server.evict('cases', id)
    await asking.held
    made.server.loseAccount()
    asking.release()
    const confirmedAt = async () => (await firstValueFrom(replica.syncRecords.evicted$))[0]?.confirmedAt
    await expect.poll(confirmedAt).toMatch(/^20/)
    expect(confirmed(made)).toEqual([])
    expect(await versionsOf(made, id)).toBe(0)
  })

  test('is not asked for again while nothing leaves', async () => {
    const made = laptop()
    let asked = 0
    made.server.script.request = (path) => {
      if (path === routes.evicted.path) asked += 1
    }
    const replica = await made.open()
    await settledCase(made, replica)
    for (const subject of ['one', 'two', 'three']) {
      await replica.create('cases', aCase(subject))
      await reached(replica, 'done')
    }
    expect(asked).toBe(1)
  })
})

describe('the user is told', () => {
  test('which record left and that it was confirmed, across a restart; no more once it is back', async () => {
    const made = laptop()
    const replica = await made.open()
    const id = await editedAmongOthers(made, replica)
    const before = made.server.get('cases', id) as AnyDocument
    made.server.evict('cases', id)
    await expect.poll(() => confirmed(made)).toEqual([id])
    const told = async (of: Replica) => firstValueFrom(of.syncRecords.evicted$)
    await expect.poll(async () => (await told(replica))[0]?.confirmedAt).toMatch(/^20/)
    await made.close()
    const again = await made.open()
    expect(await told(again)).toMatchObject([{ module: 'cases', id }])
    expect(JSON.stringify(await told(again))).not.toContain(secret)
    made.server.showAgain('cases', before)
    await seen(again, 'cases', id, (view) => view !== null)
    expect(await told(again)).toEqual([])
  })

  test('nothing of a new record that the server refused: it lies in the quarantine', async () => {
    const made = laptop()
    const replica = await made.open()
    made.server.script.push = () => ({ outcome: 'refused', code: 'sync.invalid' })
    const { id } = await replica.create('cases', aCase('never taken'))
    await seen(replica, 'cases', id, (view) => view === null)
    expect(await firstValueFrom(replica.syncRecords.evicted$)).toEqual([])
  })
})

/** How many pages on the disk hold a version of a record that has content, replaced or not. */
async function versionsOf(made: Laptop, id: Id): Promise<number> {
  const { disk, replicaId } = made
  const cipher = pageCipher(replicaId, await made.keys())
  let versions = 0
  for (const [key, sealed] of disk.pages) {
    const body = await cipher.openBody(key, sealed)
    if (body === null || !('packed' in body)) throw new Error('a page of this replica that does not open')
    const contents = body.ids.flatMap((one, at) => (one === id ? [contentAt(body, at)] : []))
    versions += contents.filter((content) => new TextDecoder().decode(content).includes('"case"')).length
  }
  return versions
}

function otherId(id: Id): Id {
  return `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`
}
