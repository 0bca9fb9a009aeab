import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import { parseRev } from '#app/protocol/index.ts'
import { enrolDevice } from '../testing/test-device.ts'
import type { TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { forgetBefore } from './prune-history.ts'

// What a replica notices of forgotten history: it walks, or its edit has no base. Nothing is ever silently overwritten.

let server: TestServer

async function deviceOf(login: string, ...wanted: readonly CollectionName[]): Promise<TestDevice> {
  const device = await enrolDevice(server.url, login)
  for (const collection of wanted) await device.follow(collection)
  return device
}

/** Everything that was over until now. */
async function forgetAll() {
  const now = new Date().toISOString()
  await server.store.history.mark(now)
  return forgetBefore(server.store, now, 0)
}

function one(device: TestDevice, kind: string): AnyDocument {
  const found = [...device.held.values()].find((document) => document.kind === kind)
  if (found === undefined) throw new Error(`no ${kind} is held`)
  return found
}

describe.each(['sqlite', 'postgres'] as const)('forgotten history, over %s', (dialect) => {
  beforeEach(async () => {
    server = await startTestServer({ dialect })
  })
  afterEach(() => server.close())

  it('leaves the edit of a replica that was away without a base: the ledger keeps what it takes the place of', async () => {
    const [carla, sofia] = [await deviceOf('carla', 'cases'), await deviceOf('sofia', 'cases')]
    const before = one(carla, 'case')
    await sofia.push(sofia.edit('cases', before, { subject: 'Said meanwhile', description: 'New words' }))
    expect((await forgetAll()).revisions).toBe(1)
    const [result] = await carla.push(carla.edit('cases', before, { subject: 'Written offline' }))
    const entry = (field: string, losing: string) => expect.objectContaining({ field, losing }) as unknown
    // Without the base nobody knows that Carla left the description alone, and her old one came last.
    expect(result?.view).toMatchObject({
      subject: 'Written offline',
      conflicts: expect.arrayContaining([
        entry('subject', 'Said meanwhile'),
        entry('description', 'New words'),
      ]),
    })
  })

  it('does not take the older state for the base of an undo whose first edit was forgotten', async () => {
    const [carla, sofia] = [await deviceOf('carla', 'cases'), await deviceOf('sofia', 'cases')]
    const before = one(carla, 'case')
    await carla.push(carla.edit('cases', before, { subject: 'A slip' }))
    await sofia.follow('cases')
    const shown = sofia.held.get(`cases/${before.id}`) as AnyDocument
    await sofia.push(sofia.edit('cases', shown, { priority: shown['priority'] === 'low' ? 'high' : 'low' }))
    await forgetAll()
    // The answer to the slip never came. On the old rev, with the old value: that is an edit and no repetition.
    const [result] = await carla.push(carla.edit('cases', before, {}))
    expect(result?.view).toMatchObject({ subject: before['subject'] })
  })

  it('leaves the base of an undo alone while it is young', async () => {
    const carla = await deviceOf('carla', 'cases')
    const before = one(carla, 'case')
    await forgetAll()
    await carla.push(carla.edit('cases', before, { subject: 'A slip' }))
    const [result] = await carla.push(carla.edit('cases', before, {}))
    expect(result).toMatchObject({ outcome: 'applied', view: { subject: before['subject'], conflicts: [] } })
  })

  it('makes a replica that is behind the horizon walk, which finds what left; the others follow the tail', async () => {
    const [carla, sofia] = [await deviceOf('carla', 'patients'), await deviceOf('sofia', 'patients')]
    const leaving = [...carla.held.values()].find(
      ({ kind, scopes }) => kind === 'patient' && scopes.length === 1,
    )
    if (leaving === undefined) throw new Error('nobody can leave')
    const elsewhere = server.synthetic.sites[1].id
    await sofia.push(sofia.edit('patients', leaving, { siteIds: [elsewhere] }))
    await sofia.follow('patients')
    expect((await forgetAll()).departures).toBe(1)
    expect(await sofia.follow('patients')).toEqual([])
    const came = await carla.follow('patients')
    expect(came).toEqual([expect.objectContaining({ id: leaving.id, _deleted: true })])
    expect(carla.held.has(`patients/${leaving.id}`)).toBe(false)
  })

  it('keeps every document as it is, and the chain of the audit', async () => {
    const sofia = await deviceOf('sofia', 'cases')
    const before = one(sofia, 'case')
    await sofia.push(sofia.edit('cases', before, { subject: 'Changed once' }))
    const seqs = async () => {
      const fresh = await deviceOf('sofia', 'cases', 'patients')
      return [...fresh.held.values()].map(({ id, rev }) => [id, parseRev(rev)?.seq])
    }
    const held = await seqs()
    await forgetAll()
    expect(await seqs()).toEqual(held)
  })
})
