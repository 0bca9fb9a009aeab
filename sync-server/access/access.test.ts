import { sign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { sessionProof } from '#app/protocol/index.ts'
import type { Session } from '#app/protocol/index.ts'
import { DEMO_PASSWORD } from '../seed/index.ts'
import { call, enrolBody, enrolDevice, newDeviceKey } from '../testing/test-device.ts'
import type { Refusal } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { invite } from './devices/invitations.ts'
import { hashPassword, passwordFits } from './signing-in/password.ts'
import { codeAt, newSecondFactor } from './signing-in/second-factor.ts'
import { secondsToWait } from './signing-in/throttle.ts'
import { tokenHash } from './sessions/tokens.ts'

let server: TestServer
const pullNothing = { collection: 'cases', checkpoint: null, limit: 1 }

async function enrolCode(
  login: string,
  options: Parameters<typeof enrolBody>[1] = {},
): Promise<[number, string]> {
  const { status, body } = await call<Refusal>(server.url, 'enrol', enrolBody(login, options))
  return [status, body.error?.code ?? 'enrolled']
}

async function outcomes(action: string): Promise<(string | undefined)[]> {
  const entries = await server.store.audit.read({ limit: 50 })
  return entries.filter((entry) => entry.action === action).map(({ outcome }) => outcome)
}

describe('enrolment', () => {
  beforeEach(async () => {
    server = await startTestServer()
  })
  afterEach(() => server.close())

  it('answers an unknown login and a wrong password alike', async () => {
    expect(await enrolCode('carla', { password: 'wrong' })).toEqual([401, 'access.credentials'])
    expect(await enrolCode('nobody', { password: 'wrong' })).toEqual([401, 'access.credentials'])
    expect(await outcomes('password')).toEqual(['access.credentials', 'access.credentials'])
  })

  it('slows down guessing, lets the right password in after the wait, and forgets by success', async () => {
    for (let count = 0; count < 5; count += 1) await enrolCode('carla', { password: `guess ${count}` })
    const throttled = await call<Refusal>(server.url, 'enrol', enrolBody('carla', {}))
    expect(throttled.status).toBe(429)
    expect(throttled.body.error).toMatchObject({ code: 'access.throttled', facts: { seconds: 1 } })
    expect(throttled.headers.get('retry-after')).toBe('1')
    expect((await enrolCode('colin'))[0]).toBe(200)
    server.clock.pass(2000)
    expect((await enrolCode('carla'))[0]).toBe(200)
    expect(await enrolCode('carla', { password: 'wrong' })).toEqual([401, 'access.credentials'])
  })

  it('counts guesses that come at once one by one', async () => {
    const guesses = Array.from({ length: 12 }, (_, index) =>
      enrolCode('carla', { password: `guess ${index}` }),
    )
    const codes = (await Promise.all(guesses)).map(([, code]) => code)
    expect(codes.filter((code) => code === 'access.throttled')).toHaveLength(7)
  })

  it('gives a device that repeats itself the same id', async () => {
    const key = newDeviceKey()
    const body = enrolBody('carla', { key })
    const first = await call<{ deviceId: string }>(server.url, 'enrol', body)
    const again = await call<{ deviceId: string }>(server.url, 'enrol', body)
    expect(again.body.deviceId).toBe(first.body.deviceId)
    expect(await server.store.access.devices(server.userId('carla'))).toHaveLength(1)
  })

  it('says that a user is disabled only to who knows the password', async () => {
    const user = await server.store.access.user(server.userId('carla'))
    if (user === null) throw new Error('no user')
    await server.store.access.saveUser({ ...user, disabledAt: '2026-03-02T00:00:00.000Z' })
    expect(await enrolCode('carla', { password: 'wrong' })).toEqual([401, 'access.credentials'])
    expect(await enrolCode('carla')).toEqual([403, 'access.revoked'])
  })

  it('never writes a password, a token or a login into the log or the audit', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.call('pull', pullNothing)
    await enrolCode('carla', { password: 'my secret guess' })
    const written = server.logged() + JSON.stringify(await server.store.audit.read({ limit: 50 }))
    expect(written).toContain('/sync/pull')
    for (const secret of [DEMO_PASSWORD, 'my secret guess', carla.session.token, 'carla']) {
      expect(written).not.toContain(secret)
    }
  })
})

describe('an organisation with real data', () => {
  it('refuses the browser host, and takes the desktop', async () => {
    server = await startTestServer({ data: 'real' })
    try {
      const invited = async (host: 'browser' | 'electron') => {
        const { code: invitation } = await invite(
          server,
          { actor: server.userId('sam') },
          server.userId('carla'),
        )
        server.clock.pass(30_000)
        const user = await server.store.access.user(server.userId('carla'))
        const secondFactor = user?.secondFactor ?? newSecondFactor()
        if (user?.secondFactor === null) await server.store.access.saveUser({ ...user, secondFactor })
        return enrolCode('carla', { host, invitation, code: codeAt(secondFactor, server.clock.now()) })
      }
      expect(await invited('browser')).toEqual([403, 'access.host-refused'])
      expect((await invited('electron'))[0]).toBe(200)
      expect(await outcomes('enrol')).toEqual(['enrolled', 'access.host-refused'])
    } finally {
      await server.close()
    }
  })
})

describe('a session', () => {
  beforeEach(async () => {
    server = await startTestServer()
  })
  afterEach(() => server.close())

  it('opens by the device key, and lies in the store as a hash only', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    const { status, body } = await carla.signIn()
    expect(status).toBe(200)
    expect(body.user.login).toBe('carla')
    const opened = (await server.store.audit.read({ limit: 5 })).find(({ action }) => action === 'session')
    expect(opened).toMatchObject({ deviceId: carla.deviceId, address: '127.0.0.1', outcome: 'opened' })
    expect(await server.store.access.session(body.token)).toBeNull()
    expect(await server.store.access.session(tokenHash(body.token))).toMatchObject({
      deviceId: carla.deviceId,
    })
  })

  it('takes a challenge once, in time, and from its own device', async () => {
    const key = newDeviceKey()
    const carla = await enrolDevice(server.url, 'carla', { key })
    const ask = async () =>
      (await call<{ challenge: string }>(server.url, 'challenge', { deviceId: carla.deviceId })).body
        .challenge
    const prove = (challenge: string, signer = key) => {
      const proof = Buffer.from(sessionProof(carla.deviceId, challenge))
      const signature = sign(null, proof, signer.privateKey).toString('base64')
      return call<Session & Refusal>(server.url, 'session', {
        deviceId: carla.deviceId,
        challenge,
        signature,
      })
    }
    const challenge = await ask()
    expect((await prove(challenge)).status).toBe(200)
    expect((await prove(challenge)).body.error.code).toBe('access.signature')
    expect((await prove(await ask(), newDeviceKey())).body.error.code).toBe('access.signature')
    const late = await ask()
    server.clock.pass(61_000)
    expect((await prove(late)).body.error.code).toBe('access.signature')
    expect((await prove(Buffer.alloc(32, 7).toString('base64'))).body.error.code).toBe('access.signature')
  })

  it('answers a challenge for a device that it does not know, which opens nothing', async () => {
    const { status, body } = await call<{ challenge: string }>(server.url, 'challenge', { deviceId: newId() })
    expect(status).toBe(200)
    expect(Buffer.from(body.challenge, 'base64')).toHaveLength(32)
  })

  it('has tokens for ten minutes each, and ends after twelve hours, refreshed or not', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    server.clock.pass(10 * 60_000)
    const late = await carla.call<Refusal>('pull', pullNothing)
    expect([late.status, late.body.error.code]).toEqual([401, 'access.session'])
    server.clock.pass(11 * 3_600_000)
    const { body: next } = await carla.refresh(carla.session.refreshToken)
    expect((await carla.call('pull', pullNothing, next.token)).status).toBe(200)
    server.clock.pass(3_600_000)
    const { status, body } = await carla.refresh(next.refreshToken)
    expect([status, body.error.code]).toEqual([401, 'access.session'])
  })

  it('counts for nothing once device or user is revoked', async () => {
    const [carla, colin] = [await enrolDevice(server.url, 'carla'), await enrolDevice(server.url, 'colin')]
    const device = await server.store.access.device(carla.deviceId)
    const user = await server.store.access.user(colin.userId)
    if (device === null || user === null) throw new Error('not there')
    const at = '2026-03-02T00:00:00.000Z'
    await server.store.access.markDevice(device.id, { revokedAt: at })
    await server.store.access.saveUser({ ...user, disabledAt: at })
    for (const one of [carla, colin]) {
      expect((await one.call<Refusal>('pull', pullNothing)).body.error.code).toBe('access.revoked')
      expect((await one.signIn()).body.error.code).toBe('access.revoked')
    }
  })

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer x',
    'Basic eDp5',
    `Bearer ${'a'.repeat(500)}`,
    `DPoP ${'a'.repeat(43)}`,
  ])('is not opened by the header %j', async (authorization) => {
    const headers = authorization === undefined ? {} : { authorization }
    const { status, body } = await call<Refusal>(server.url, 'pull', pullNothing, headers)
    expect([status, body.error.code]).toEqual([401, 'access.session'])
  })
})

describe('a stored password', () => {
  const weak = { memory: 8192, passes: 1, parallelism: 1 }

  it('fits its own password, however that was composed, and no other', async () => {
    const stored = await hashPassword('Zürich 東京', weak)
    expect(await passwordFits('Zu\u0308rich 東京', stored)).toBe(true)
    expect(await passwordFits('Zurich 東京', stored)).toBe(false)
    expect(await passwordFits('Zürich 東京', null)).toBe(false)
  })

  it('is refused where its parameters would cost the server dearly', async () => {
    const stored = await hashPassword('x', weak)
    await expect(passwordFits('x', stored.replace('$8192$', '$99999999$'))).rejects.toThrow()
    await expect(passwordFits('x', stored.replace('argon2id', 'argon2d'))).rejects.toThrow()
  })
})

describe('the wait after failures', () => {
  const limits = { free: 3, longestSeconds: 60 }
  const lastAt = '2026-03-02T10:00:00.000Z'
  const now = Date.parse(lastAt)

  it('doubles up to its bound, and is forgiven after an hour', () => {
    const waits = [0, 2, 3, 4, 5, 50].map((count) => secondsToWait({ count, lastAt }, limits, now))
    expect(waits).toEqual([0, 0, 1, 2, 4, 60])
    expect(secondsToWait({ count: 50, lastAt }, limits, now + 3_600_001)).toBe(0)
    expect(secondsToWait(null, limits, now)).toBe(0)
  })
})
