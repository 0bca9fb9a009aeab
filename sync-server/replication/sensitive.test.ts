import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id, Scope } from '#app/kernel/index.ts'
import { mark } from '../testing/mark-sensitive.ts'
import { enrolDevice, isTombstone } from '../testing/test-device.ts'
import type { TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'

const from = '2020-01-01T00:00:00.000Z'

/** Asked for by its id. */
async function shown(device: TestDevice, id: Id): Promise<boolean> {
  const { body } = await device.call<{ documents: { readonly id: Id }[] }>('fetch', {
    collection: 'clinical',
    ids: [id],
  })
  return body.documents.some((row) => row.id === id && !isTombstone(row))
}

describe.each(['sqlite', 'postgres'] as const)('a sensitive record, over %s', (dialect) => {
  let server: TestServer
  let id: Id
  let carla: TestDevice
  beforeEach(async () => {
    server = await startTestServer({ dialect })
    carla = await enrolDevice(server.url, 'carla')
    await carla.follow('clinical')
    id = [...carla.held.values()].find(({ kind }) => kind === 'observation')?.id ?? ''
    expect(id).not.toBe('')
  })
  afterEach(() => server.close())

  const holds = (device: TestDevice) => device.held.has(`clinical/${id}`)
  const give = (device: TestDevice, role: 'coordinator', scope: Scope) =>
    server.store.access.saveGrant({ id: newId(), userId: device.userId, role, scope, from, until: null })

  it('leaves the replica of who has its site only, and says nothing of itself from then on', async () => {
    await mark(server, id, 'behavioural-health')
    const came = await carla.follow('clinical')
    expect(came).toHaveLength(1)
    expect(came.filter(isTombstone).map((row) => row.id)).toEqual([id])
    expect(await shown(carla, id)).toBe(false)
    await mark(server, id, 'behavioural-health', { status: 'amended' })
    expect(await carla.follow('clinical')).toEqual([])
    const fresh = await enrolDevice(server.url, 'carla')
    expect((await fresh.follow('clinical')).map((row) => row.id)).not.toContain(id)
  })

  it('is seen by a clinician who was given its sensitivity, and not by the supervisor who was not', async () => {
    await mark(server, id, 'behavioural-health')
    const [clara, sofia] = [await enrolDevice(server.url, 'clara'), await enrolDevice(server.url, 'sofia')]
    await Promise.all([clara.follow('clinical'), sofia.follow('clinical')])
    expect([holds(clara), holds(sofia)]).toEqual([true, false])
    expect(clara.held.get(`clinical/${id}`)?.scopes).toContain('sensitivity:behavioural-health')
    expect([await shown(clara, id), await shown(sofia, id)]).toEqual([true, false])
  })

  it('is not written by who held it before, and keeps its sensitivity when it is', async () => {
    const held = carla.held.get(`clinical/${id}`)
    if (held === undefined) throw new Error('nothing to edit')
    await mark(server, id, 'behavioural-health')
    const [refused] = await carla.push(carla.edit('clinical', held, { status: 'amended' }))
    expect(refused).toMatchObject({ outcome: 'refused', code: 'sync.not-visible', view: { _deleted: true } })

    const clara = await enrolDevice(server.url, 'clara')
    await clara.follow('clinical')
    const seen = clara.held.get(`clinical/${id}`)
    if (seen === undefined) throw new Error('clara does not see it')
    const plain = {
      scopes: seen.scopes.filter((scope) => !scope.startsWith('sensitivity:')),
      status: 'amended',
    }
    const [applied] = await clara.push(clara.edit('clinical', seen, plain))
    expect(applied?.outcome).toMatch(/applied|merged/)
    expect(clara.held.get(`clinical/${id}`)?.scopes).toContain('sensitivity:behavioural-health')
  })

  it('comes with the right, and goes with it', async () => {
    await mark(server, id, 'behavioural-health')
    await carla.follow('clinical')
    const stream = await carla.stream()
    await stream.next(({ type }) => type === 'heads')
    await give(carla, 'coordinator', 'sensitivity:behavioural-health')
    await stream.next(({ type }) => type === 'resync')
    await carla.follow('clinical')
    expect(holds(carla)).toBe(true)
    for (const grant of await server.store.access.grants(carla.userId)) {
      if (grant.scope.startsWith('sensitivity:')) await server.store.access.removeGrant(grant.id)
    }
    await stream.next(({ type }) => type === 'resync')
    const came = await carla.follow('clinical')
    expect(came.filter(isTombstone).map((row) => row.id)).toEqual([id])
    stream.close()
  })
})
