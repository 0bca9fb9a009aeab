import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSecondFactor, codeAt } from '../../access/signing-in/second-factor.ts'
import { DEMO_PASSWORD } from '../../seed/index.ts'
import { atConsole } from '../../testing/console-caller.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { Refusal } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

let server: TestServer
const password = DEMO_PASSWORD

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

describe('one’s own account', () => {
  it('shows where it is open and which computers are set up for it, whatever the role', async () => {
    const device = await enrolDevice(server.url, 'carla')
    await enrolDevice(server.url, 'sofia')
    await atConsole(server.url, 'carla')
    const carla = await atConsole(server.url, 'carla')
    await atConsole(server.url, 'sofia')
    const { body } = await carla('own-account', {})
    expect(body.devices.map(({ id }) => id)).toEqual([device.deviceId])
    expect(body.sessions).toMatchObject([
      { address: '127.0.0.1', isThis: true },
      { address: '127.0.0.1', isThis: false },
    ])
  })

  it('is closed everywhere else by its owner, who shows again who they are', async () => {
    const other = await atConsole(server.url, 'priya')
    const sam = await atConsole(server.url, 'sam')
    const priya = await atConsole(server.url, 'priya')
    const refused = await priya('end-other-sessions', { password: 'not it' })
    expect([refused.status, refused.body.error.code]).toEqual([401, 'access.credentials'])
    expect((await other('own-account', {})).status).toBe(200)
    expect((await priya('end-other-sessions', { password })).status).toBe(200)
    expect((await other('own-account', {})).body.error.code).toBe('access.session')
    expect((await priya('own-account', {})).body.sessions).toHaveLength(1)
    expect((await sam('own-account', {})).status).toBe(200)
    const ended = { actor: server.userId('priya'), action: 'end-sessions' }
    expect(await server.store.audit.read({ limit: 5 })).toContainEqual(expect.objectContaining(ended))
  })

  it('turns a lost computer away at once, in the middle of its stream, and nobody else’s', async () => {
    const mine = await enrolDevice(server.url, 'theo')
    const others = await enrolDevice(server.url, 'sofia')
    const stream = await mine.stream()
    const theo = await atConsole(server.url, 'theo')
    const foreign = await theo('revoke-own-device', { id: others.deviceId, password })
    expect([foreign.status, foreign.body.error.code]).toEqual([400, 'request.invalid'])
    const unshown = await theo('revoke-own-device', { id: mine.deviceId, password: 'not it' })
    expect(unshown.body.error.code).toBe('access.credentials')
    expect((await theo('revoke-own-device', { id: mine.deviceId, password })).status).toBe(200)
    await stream.next((event) => event.type === 'revoked')
    const pull = { collection: 'cases', checkpoint: null, limit: 1 } as const
    expect((await mine.call<Refusal>('pull', pull)).body.error.code).toBe('access.revoked')
    expect((await others.call('pull', pull)).status).toBe(200)
    expect((await theo('own-account', {})).body.devices).toEqual([])
    const revoked = { actor: server.userId('theo'), action: 'revoke-device', ids: [mine.deviceId] }
    expect(await server.store.audit.read({ limit: 10 })).toContainEqual(expect.objectContaining(revoked))
  })

  it('asks its owner for the second factor where there is one', async () => {
    const user = await server.store.access.user(server.userId('otto'))
    if (user === null) throw new Error('no otto')
    const otto = await atConsole(server.url, 'otto')
    const factor = { ...newSecondFactor(), confirmedAt: user.createdAt }
    await server.store.access.saveUser({ ...user, secondFactor: factor })
    expect((await otto('end-other-sessions', { password })).body.error.code).toBe('access.second-factor')
    const code = codeAt(factor, server.clock.now())
    expect((await otto('end-other-sessions', { password, code })).status).toBe(200)
  })
})
