import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blankOf, newId } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#app/protocol/index.ts'
import type { StreamEvent } from '#app/protocol/index.ts'
import { draft, enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

let server: TestServer

function makeCase(device: TestDevice) {
  const needed = { subject: 'Transport', category: 'scheduling', siteId: server.synthetic.sites[0].id }
  const document = draft('case', server.synthetic.organisation.id, { ...blankOf(modules.cases), ...needed })
  return device.edit('cases', document, {})
}

function moves(collection: 'cases' | 'patients') {
  return (event: StreamEvent) => event.type === 'heads' && event.heads[collection] !== undefined
}

describe('the live stream', () => {
  beforeEach(async () => {
    server = await startTestServer()
  })
  afterEach(() => server.close())

  it('says where the counters stand, then which of them move, and nothing else', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    const stream = await carla.stream()
    const first = await stream.next(moves('cases'))
    const before = first.type === 'heads' ? (first.heads.cases ?? 0) : 0
    const many = Array.from({ length: 17 }, () => makeCase(carla))
    await carla.push(...many)
    const event = await stream.next(moves('cases'))
    expect(event).toEqual({ type: 'heads', epoch: expect.any(String), heads: { cases: before + 17 } })
    stream.close()
  })

  it('speaks of the same epoch as a pull', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    const stream = await carla.stream()
    const first = await stream.next(({ type }) => type === 'heads')
    const { checkpoint } = await carla.pull({ collection: 'cases', checkpoint: null, limit: 1 })
    expect(first).toMatchObject({ epoch: checkpoint.epoch })
    stream.close()
  })

  it('tells an account manager nothing of collections that her role never reaches', async () => {
    const [ada, carla] = [await enrolDevice(server.url, 'ada'), await enrolDevice(server.url, 'carla')]
    const stream = await ada.stream()
    const first = await stream.next(({ type }) => type === 'heads')
    const named = first.type === 'heads' ? Object.keys(first.heads) : []
    expect(named).toContain('accounts')
    for (const collection of ['patients', 'appointments', 'clinical']) expect(named).not.toContain(collection)
    await carla.follow('patients')
    const patient = [...carla.held.values()].find(({ kind }) => kind === 'patient')
    if (patient === undefined) throw new Error('no patient')
    await carla.push(carla.edit('patients', patient, { note: 'Moved' }), makeCase(carla))
    const event = await stream.next(({ type }) => type === 'page' || type === 'heads')
    expect(event).toMatchObject({ type: 'page', collection: 'cases' })
    stream.close()
  })

  it('asks to walk again when the grants change', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    const stream = await carla.stream()
    const first = await stream.next(({ type }) => type === 'heads')
    await server.store.access.saveGrant({
      id: newId(),
      userId: carla.userId,
      role: 'coordinator',
      scope: `site:${server.synthetic.sites[1].id}`,
      from: '2020-01-01T00:00:00.000Z',
      until: null,
    })
    const event = await stream.next(({ type }) => type === 'resync')
    expect(event).not.toMatchObject({ epoch: first.type === 'heads' ? first.epoch : '' })
    stream.close()
  })

  it.each(['device', 'user'] as const)('ends when the %s is revoked, and says so', async (what) => {
    const carla = await enrolDevice(server.url, 'carla')
    const stream = await carla.stream()
    await stream.next(({ type }) => type === 'heads')
    const at = '2026-03-02T00:00:00.000Z'
    const [device, user] = [
      await server.store.access.device(carla.deviceId),
      await server.store.access.user(carla.userId),
    ]
    if (device === null || user === null) throw new Error('not there')
    if (what === 'device') await server.store.access.markDevice(device.id, { revokedAt: at })
    else await server.store.access.saveUser({ ...user, disabledAt: at })
    expect(await stream.next(({ type }) => type === 'revoked')).toEqual({
      type: 'revoked',
      code: 'access.revoked',
    })
    await stream.ended()
  })

  it('is not opened without a session', async () => {
    const response = await fetch(`${server.url}/sync/stream`, {
      headers: { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) },
    })
    expect(response.status).toBe(401)
  })

  it('does not keep the server from stopping', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    const stream = await carla.stream()
    await stream.next(({ type }) => type === 'heads')
    const other = await startTestServer()
    await server.close()
    await expect(stream.ended()).resolves.toBeUndefined()
    server = other
  })
})
