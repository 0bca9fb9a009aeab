import { sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instant, newId } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, wipeProof } from '#app/protocol/index.ts'
import { DEMO_PASSWORD } from '../seed/index.ts'
import { call, enrolDevice, newDeviceKey } from '../testing/test-device.ts'
import type { DeviceKey, Refusal } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { CONSOLE_PATH, consoleCalls } from './protocol/console.ts'
import type { ConsoleAnswer, ConsoleCall, ConsoleRequest } from './protocol/console.ts'

let server: TestServer
let token: string

async function ask<Call extends ConsoleCall>(call: Call, body: ConsoleRequest<Call>, bearer = token) {
  const response = await fetch(`${server.url}${CONSOLE_PATH}${call}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as ConsoleAnswer<Call> & Refusal }
}

beforeAll(async () => {
  server = await startTestServer()
  const { body } = await ask('sign-in', { login: 'sam', password: DEMO_PASSWORD }, '')
  token = body.token
})
afterAll(() => server.close())

describe('the console', () => {
  it('opens to a sync admin, and to others of it only their own account', async () => {
    const other = await ask('sign-in', { login: 'carla', password: DEMO_PASSWORD }, '')
    expect([other.status, other.body.roles]).toEqual([200, []])
    for (const call of Object.keys(consoleCalls) as ConsoleCall[]) {
      const { for: whom, request } = consoleCalls[call]
      if (typeof whom === 'string' || !request.safeParse({}).success) continue
      const { status, body } = await ask(call, {}, other.body.token)
      expect([status, body.error.code], call).toEqual([403, 'access.forbidden'])
    }
    const wrong = await ask('sign-in', { login: 'sam', password: 'wrong' }, '')
    expect([wrong.status, wrong.body.error.code]).toEqual([401, 'access.credentials'])
    const sofia = await enrolDevice(server.url, 'sofia')
    expect((await ask('overview', {}, sofia.session.token)).status).toBe(401)
  })

  it('writes down from where each sign-in came, and who asked for more than is theirs', async () => {
    await ask('sign-in', { login: 'otto', password: 'wrong' }, '')
    const otto = (await ask('sign-in', { login: 'otto', password: DEMO_PASSWORD }, '')).body
    expect((await ask('disable-user', { id: newId() }, otto.token)).status).toBe(403)
    const entries = await server.store.audit.read({ limit: 3 })
    const who = { actor: server.userId('otto'), address: '127.0.0.1' }
    expect(entries.toReversed()).toMatchObject([
      { ...who, action: 'password', purpose: 'console', outcome: 'access.credentials' },
      { ...who, action: 'session', purpose: 'console', outcome: 'opened' },
      { ...who, action: 'console', purpose: 'disable-user', outcome: 'access.forbidden' },
    ])
  })

  it('writes down why somebody looks, in words that hold nothing of a patient', async () => {
    const mine = (await ask('sign-in', { login: 'sam', password: DEMO_PASSWORD }, '')).body
    expect(mine.roles).toEqual(['sync-admin'])
    const stated = await ask('state-purpose', { purpose: 'repair', reference: 'INC-12' }, mine.token)
    expect(stated.status).toBe(200)
    const [entry] = await server.store.audit.read({ limit: 1 })
    expect(entry).toMatchObject({ action: 'state-purpose', purpose: 'repair INC-12' })
    const spoken = await ask('state-purpose', { purpose: 'repair', reference: 'Jane Vahl' }, mine.token)
    expect([spoken.status, spoken.body.error.code]).toEqual([400, 'request.invalid'])
  })

  it('opens nothing of the replication', async () => {
    const response = await fetch(`${server.url}/sync/pull`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ collection: 'patients', checkpoint: null, limit: 1 }),
    })
    expect(response.status).toBe(401)
  })

  it('answers every call in the shape it promises', async () => {
    for (const call of ['overview', 'verify-audit', 'devices', 'users'] as const) {
      const { status, body } = await ask(call, {})
      expect(status, call).toBe(200)
      expect(consoleCalls[call].answer.safeParse(body).error, call).toBeUndefined()
    }
  })

  it('counts, and says nothing of any patient', async () => {
    const { body } = await ask('overview', {})
    const expected = [...server.synthetic.documents].filter(({ module }) => module === 'patients')
    expect(body.documents.patients).toBe(expected.length)
    expect(body.users).toEqual({ active: 11, disabled: 0 })
    expect(body.audit.authentic).toBe(true)
    const all = await Promise.all((['overview', 'devices', 'users'] as const).map((call) => ask(call, {})))
    const words = expected.flatMap(({ data }) => ('names' in data ? (data.names ?? []) : []))
    const told = JSON.stringify(all)
    for (const { family } of words) expect(told).not.toContain(`"${family}"`)
  })

  it('revokes a device at once, and writes down who did it', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    const { body } = await ask('revoke-device', { id: carla.deviceId })
    expect(body.revokedAt).not.toBeNull()
    const refused = await carla.call<Refusal>('pull', { collection: 'cases', checkpoint: null, limit: 1 })
    expect(refused.body.error.code).toBe('access.revoked')
    const [after, entry] = await server.store.audit.read({ limit: 2 })
    expect(entry).toMatchObject({
      actor: server.userId('sam'),
      action: 'revoke-device',
      ids: [carla.deviceId],
    })
    expect(after).toMatchObject({ actor: carla.userId, deviceId: carla.deviceId, outcome: 'access.revoked' })
  })

  it('orders a device to be wiped, and takes down once the device has proven that it is', async () => {
    const key = newDeviceKey()
    const carla = await enrolDevice(server.url, 'carla', { key })
    const stream = await carla.stream()
    const { body } = await ask('wipe-device', { id: carla.deviceId })
    const order = body.wipeOrderedAt ?? ''
    expect([body.wipedAt, order]).toEqual([null, expect.stringMatching(/^20/)])
    await stream.next((event) => event.type === 'revoked' && event.code === 'access.wiped')
    const refused = await carla.signIn()
    expect((refused.body as unknown as Refusal).error).toMatchObject({
      code: 'access.wiped',
      facts: { order },
    })
    // A second click is the same order.
    expect((await ask('wipe-device', { id: carla.deviceId })).body.wipeOrderedAt).toBe(order)

    const confirm = (signer: DeviceKey, named: string) => {
      const proof = Buffer.from(wipeProof(carla.deviceId, named))
      const signature = sign(null, proof, signer.privateKey).toString('base64')
      return call<Refusal>(server.url, 'wiped', { deviceId: carla.deviceId, order: named, signature })
    }
    expect((await confirm(newDeviceKey(), order)).body.error.code).toBe('access.signature')
    expect((await confirm(key, 'another order')).body.error.code).toBe('access.signature')
    expect((await confirm(key, order)).status).toBe(200)
    expect((await confirm(key, order)).status).toBe(200)
    const { devices } = (await ask('devices', {})).body
    expect(devices.find(({ id }) => id === carla.deviceId)?.wipedAt).not.toBeNull()
    const entries = await server.store.audit.read({ limit: 20 })
    const told = entries.filter(({ action }) => action === 'wiped')
    expect(told.map(({ outcome, address }) => [outcome, address])).toEqual([
      ['confirmed', '127.0.0.1'],
      ['access.signature', '127.0.0.1'],
      ['access.signature', '127.0.0.1'],
    ])
  })

  it('tells what was taken back from a device, and what of it the device has confirmed', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    const refs = [newId(), newId()].map((id) => ({ collection: 'cases' as const, id }))
    await server.store.access.addEvictions(carla.deviceId, refs, instant(server.clock))
    await carla.call('evicted', { gone: refs.slice(0, 1) })
    const { devices } = (await ask('devices', {})).body
    const told = devices.find(({ id }) => id === carla.deviceId)?.evictions
    expect(told).toMatchObject({ outstanding: 1, acknowledged: 1 })
    expect([told?.since, told?.acknowledgedAt]).not.toContain(null)
  })

  it('says for how long a replica opens without contact, by role where it differs', async () => {
    expect((await ask('lease', {})).body).toEqual({ days: 7, byRole: {} })
    const lease = { days: 20, byRole: { coordinator: 2, supervisor: 30 } }
    expect((await ask('set-lease', lease)).body).toEqual(lease)
    expect((await ask('lease', {})).body).toEqual(lease)
    const [changed] = await server.store.audit.read({ limit: 1 })
    expect(changed).toMatchObject({
      actor: server.userId('sam'),
      action: 'set-lease',
      facts: { days: 20, coordinator: 2, supervisor: 30 },
    })
    for (const byRole of [{ coordinator: 0 }, { coordinator: 91 }, { patient: 3 }, { nobody: 3 }])
      expect((await ask('set-lease', { days: 20, byRole })).status).toBe(400)
    const daysOf = async (login: string) => {
      const { body } = await (await enrolDevice(server.url, login)).signIn()
      return (Date.parse(body.leaseUntil) - Date.parse(body.issuedAt)) / (24 * 3_600_000)
    }
    expect(await Promise.all(['carla', 'sofia', 'ada'].map(daysOf))).toEqual([2, 30, 20])
  })

  it('disables and enables a user, but never the admin who asks', async () => {
    const id = server.userId('amir')
    const amir = await enrolDevice(server.url, 'amir')
    expect((await ask('disable-user', { id })).body.disabledAt).not.toBeNull()
    expect((await amir.signIn()).body.error.code).toBe('access.revoked')
    expect((await ask('enable-user', { id })).body.disabledAt).toBeNull()
    expect((await amir.signIn()).status).toBe(200)
    expect((await ask('disable-user', { id: server.userId('sam') })).status).toBe(403)
    expect((await ask('disable-user', { id: newId() })).status).toBe(400)
  })

  it('ends whatever a disabled user had open, so that none of it comes back with them', async () => {
    const id = server.userId('otto')
    const otto = (await ask('sign-in', { login: 'otto', password: DEMO_PASSWORD }, '')).body
    const colin = await enrolDevice(server.url, 'colin')
    const pull = () => colin.call<Refusal>('pull', { collection: 'cases', checkpoint: null, limit: 1 })
    for (const one of [id, server.userId('colin')]) {
      await ask('disable-user', { id: one })
      await ask('enable-user', { id: one })
    }
    expect((await ask('grants', { asOf: null }, otto.token)).body.error.code).toBe('access.session')
    expect((await pull()).body.error.code).toBe('access.session')
    expect((await colin.signIn()).status).toBe(200)
  })

  it('ends after half an hour, and by signing out', async () => {
    const second = await ask('sign-in', { login: 'sam', password: DEMO_PASSWORD }, '')
    await ask('sign-out', {}, second.body.token)
    expect((await ask('overview', {}, second.body.token)).status).toBe(401)
    const third = await ask('sign-in', { login: 'sam', password: DEMO_PASSWORD }, '')
    server.clock.pass(31 * 60_000)
    expect((await ask('overview', {}, third.body.token)).status).toBe(401)
  })
})
