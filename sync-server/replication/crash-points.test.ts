import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blankOf, canonicalJson } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { PushItem, PushResult } from '#app/protocol/index.ts'
import { verifyAudit } from '../audit/index.ts'
import { CrashPoints } from '../store/testing/crash-points.ts'
import { draft, enrolDevice } from '../testing/test-device.ts'
import type { TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'

// The server dies at every point of a push, one after the other: between each two statements, before and behind the
// commit. Each time either nothing of the push is there, or all of it; the device, which heard nothing, sends it again.

/** There are many points, and everything is looked at after each. */
const LIMIT = 90_000
/** More points than any push has: the loop below must end by itself. */
const MOST = 1_000

let server: TestServer
let points: CrashPoints

function held(device: TestDevice, kind: string, at = 0): AnyDocument {
  const found = [...device.held.values()].filter((document) => document.kind === kind)[at]
  if (found === undefined) throw new Error(`no ${kind} is held`)
  return found
}

/** One of everything that a push can lead to. */
async function everyOutcome(carla: TestDevice): Promise<PushItem[]> {
  const sofia = await enrolDevice(server.url, 'sofia')
  await sofia.follow('cases')
  const contested = held(carla, 'case')
  const seen = sofia.held.get(`cases/${contested.id}`) as AnyDocument
  await sofia.push(sofia.edit('cases', seen, { subject: 'Said before' }))
  const leaving = [...carla.held.values()].find(
    ({ kind, scopes }) => kind === 'patient' && scopes.length === 1,
  )
  if (leaving === undefined) throw new Error('nobody can leave')
  const [here, there] = server.synthetic.sites
  const needed = { subject: 'Transport home', category: 'scheduling', siteId: here.id }
  const created = draft('case', server.synthetic.organisation.id, { ...blankOf(modules.cases), ...needed })
  return [
    carla.edit('cases', created, {}),
    carla.edit('cases', contested, { subject: 'Said later' }),
    carla.edit('patients', held(carla, 'patient', 0), { birthOrder: 99 }),
    carla.edit('patients', held(carla, 'patient', 1), {}),
    carla.edit('patients', held(carla, 'patient', 2), { siteIds: [here.id, there.id] }),
  ]
}

const outcomes = ['applied', 'merged', 'refused', 'unchanged', 'applied']

/** All that the store holds of these documents, and what it remembers of their pushes. */
async function traces(items: readonly PushItem[], deviceId: string): Promise<string> {
  const documents = await server.store.snapshot(async (read) => [
    await read.heads(),
    ...(await Promise.all(
      items.map(async (item) => [
        await read.documents(item.collection, [item.id]),
        await read.revisions(item),
        await read.conflicts(item),
      ]),
    )),
  ])
  const { result: remembered } = await server.store.transaction(async (tx) => [
    await tx.receipts(
      deviceId,
      items.map(({ edit }) => edit),
    ),
    await tx.shadows(deviceId, items),
  ])
  return canonicalJson([documents, remembered])
}

function outcomesOf(results: readonly PushResult[]): string[] {
  return results.map(({ outcome }) => outcome)
}

describe.each(['sqlite', 'postgres'] as const)('a server that dies, over %s', (dialect) => {
  beforeEach(async () => {
    points = new CrashPoints()
    server = await startTestServer({ dialect, between: points.within })
  })
  afterEach(() => server.close())

  it(
    'at any point of a push has stored all of it or nothing, and answers the repeat as if nothing had happened',
    async () => {
      const carla = await enrolDevice(server.url, 'carla')
      await carla.follow('cases')
      await carla.follow('patients')
      const items = await everyOutcome(carla)
      const before = await traces(items, carla.deviceId)
      let died = 0
      let committed = false
      for (let point = 1; point < MOST && !committed; point += 1) {
        points.dieAt(point)
        const heard = await carla.push(...items).catch(() => null)
        points.disarm()
        committed = (await traces(items, carla.deviceId)) !== before
        // Who hears an answer can rely on it; who hears none knows nothing.
        expect(heard === null || committed).toBe(true)
        died += heard === null ? 1 : 0
      }
      // The last one died behind the commit: nobody heard that it was done.
      expect(died).toBeGreaterThan(10)
      const after = await traces(items, carla.deviceId)
      const again = await carla.push(...items)
      expect(outcomesOf(again)).toEqual(outcomes)
      expect(await traces(items, carla.deviceId)).toBe(after)
      expect((await verifyAudit(server.store)).whole).toBe(true)
      const [, contested] = again
      expect(contested?.view).toMatchObject({ conflicts: [{ losing: 'Said before' }] })
    },
    LIMIT,
  )

  it(
    'at any point of a pull has given no page that is not in the audit',
    async () => {
      const carla = await enrolDevice(server.url, 'carla')
      const request = { collection: 'cases', checkpoint: null, limit: 100 } as const
      const audited = async () => (await server.store.audit.head()).seq
      const before = await audited()
      let page: unknown = null
      for (let point = 1; point < MOST && page === null; point += 1) {
        points.dieAt(point)
        page = await carla.pull(request).catch(() => null)
        const passed = points.disarm()
        expect(page === null).toBe(passed >= point)
      }
      expect(page).not.toBeNull()
      expect((await verifyAudit(server.store)).whole).toBe(true)
      expect(await audited()).toBeGreaterThan(before)
    },
    LIMIT,
  )
})
