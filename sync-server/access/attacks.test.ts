import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  PROOF_HEADER,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  REFRESH_PATH,
  routes,
  STREAM_PATH,
} from '#app/protocol/index.ts'
import type { ProofClaims } from '#app/protocol/index.ts'
import { atConsole } from '../testing/console-caller.ts'
import { deviceProver, newDeviceKey } from '../testing/device-prover.ts'
import type { DeviceProver } from '../testing/device-prover.ts'
import { enrolDevice } from '../testing/test-device.ts'
import type { Refusal, TestDevice } from '../testing/test-device.ts'
import { anotherProcess, startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'

// Somebody outside who has got hold of something, against the running server. Each time: a clear code, an entry in the
// audit, an alert, and nothing given away.

let server: TestServer
let carla: TestDevice

const pull = routes.pull.path
const nothing = JSON.stringify({ collection: 'cases', checkpoint: null, limit: 1 })
const json = { 'content-type': 'application/json' }
const version = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }

async function codeOf(response: Response): Promise<string> {
  const body = (await response.json()) as Partial<Refusal>
  return body.error?.code ?? 'let in'
}

async function send(headers: Readonly<Record<string, string>>, path = pull): Promise<string> {
  return codeOf(
    await fetch(`${server.url}${path}`, { method: 'POST', headers: { ...json, ...headers }, body: nothing }),
  )
}

const carlaPulls = async () => {
  const { status, body } = await carla.call<Partial<Refusal>>('pull', JSON.parse(nothing))
  return status === 200 ? 'let in' : body.error?.code
}

async function alerts(): Promise<string[]> {
  const sam = await atConsole(server.url, 'sam')
  return (await sam('access-alerts', {})).body.alerts.map(({ kind, user }) => `${kind} ${user}`)
}

async function audited(outcome: string): Promise<number> {
  const entries = await server.store.audit.read({ limit: 100 })
  return entries.filter((entry) => entry.action === 'alert' && entry.outcome === outcome).length
}

/** Has the fresh nonce that any answer tells, and a key of its own. */
async function thief(): Promise<DeviceProver> {
  const prover = deviceProver(server.url, newDeviceKey())
  prover.heard(await fetch(`${server.url}${pull}`, { method: 'POST', headers: version }))
  return prover
}

describe.each(['sqlite', 'postgres'] as const)('on %s', (dialect) => {
  beforeEach(async () => {
    server = await startTestServer({ dialect })
    carla = await enrolDevice(server.url, 'carla')
  })
  afterEach(() => server.close())

  describe('a stolen access token', () => {
    it('opens nothing by itself, and ends with its session', async () => {
      expect(await carlaPulls()).toBe('let in')
      const authorization = `DPoP ${carla.session.token}`
      expect(await send({ ...version, authorization })).toBe('access.proof')
      expect(await carlaPulls()).toBe('access.session')
      const again = await carla.refresh(carla.session.refreshToken)
      expect(again.body.error.code).toBe('access.session')
      expect([await alerts(), await audited('stolen-token')]).toEqual([['stolen-token Carla Mendes'], 1])
      // The device itself comes back by its key.
      expect((await carla.signIn()).status).toBe(200)
    })

    it('opens nothing as a bearer token, nor the stream', async () => {
      expect(await send({ ...version, authorization: `Bearer ${carla.session.token}` })).toBe('access.proof')
      const again = await enrolDevice(server.url, 'carla')
      const headers = { ...version, authorization: `Bearer ${again.session.token}` }
      expect(await codeOf(await fetch(`${server.url}${STREAM_PATH}`, { headers }))).toBe('access.proof')
    })

    it('opens nothing by the key of another device, of whomever that is', async () => {
      const colin = await enrolDevice(server.url, 'colin')
      const { token } = carla.session
      expect(await send(colin.prover.headers('POST', pull, token))).toBe('access.proof')
      expect(await carlaPulls()).toBe('access.session')
      expect(
        await codeOf(
          await (await thief()).fetch(pull, colin.session.token, { body: nothing, headers: json }),
        ),
      ).toBe('access.proof')
      expect((await alerts()).toSorted()).toEqual([
        'stolen-token Carla Mendes',
        'stolen-token Colin Achterberg',
      ])
    })

    it('opens nothing where the proof names the right key and is not signed by it', async () => {
      const proven = carla.prover.headers('POST', pull, carla.session.token)
      const [head, claims] = (proven[PROOF_HEADER] ?? '').split('.')
      const forged = `${head}.${claims}.${Buffer.alloc(64, 7).toString('base64url')}`
      expect(await send({ ...proven, [PROOF_HEADER]: forged })).toBe('access.proof')
      const unsigned = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'none' })).toString('base64url')
      const other = await enrolDevice(server.url, 'colin')
      const theirs = other.prover.headers('POST', pull, other.session.token)
      expect(await send({ ...theirs, [PROOF_HEADER]: `${unsigned}.${claims}.` })).toBe('access.proof')
    })
  })

  describe('a proof that was overheard', () => {
    it('opens nothing a second time, and the device goes on', async () => {
      const proven = carla.prover.headers('POST', pull, carla.session.token)
      expect(await send(proven)).toBe('let in')
      expect(await send(proven)).toBe('access.proof')
      expect(await carlaPulls()).toBe('let in')
      expect([await alerts(), await audited('replayed-proof')]).toEqual([['replayed-proof Carla Mendes'], 1])
    })

    it.each<[string, Partial<ProofClaims>]>([
      ['another call', { htu: 'http://127.0.0.1/sync/push' }],
      ['another method', { htm: 'GET' }],
      ['another server', { htu: 'http://elsewhere.test/sync/pull' }],
      ['another token', { ath: 'a'.repeat(43) }],
    ])('opens nothing where it was made for %s', async (_, change) => {
      const proven = carla.prover.headers('POST', pull, carla.session.token, change)
      expect(await send(proven)).toBe('access.proof')
      expect(await alerts()).toEqual(['replayed-proof Carla Mendes'])
      expect(await carlaPulls()).toBe('let in')
    })

    it('opens nothing later, nor at a server that started again', async () => {
      const proven = carla.prover.headers('POST', pull, carla.session.token)
      server.clock.pass(9 * 60_000)
      // Five minutes and more: the nonce has passed, whether or not the proof was seen.
      server.clock.pass(50_000)
      const { token } = (await carla.refresh(carla.session.refreshToken)).body
      expect(await send(carla.prover.headers('POST', pull, token, { nonce: 'none' }))).toBe(
        'access.proof-nonce',
      )
      expect(await send({ ...proven, authorization: `DPoP ${token}` })).toBe('access.proof')
    })

    it('says what is wrong as the standard does, and gives the nonce', async () => {
      const headers = {
        ...json,
        ...carla.prover.headers('POST', pull, carla.session.token, { nonce: 'none' }),
      }
      const response = await fetch(`${server.url}${pull}`, { method: 'POST', headers, body: nothing })
      expect(response.headers.get('www-authenticate')).toContain('use_dpop_nonce')
      expect(response.headers.get('dpop-nonce')).toMatch(/^[\w-]{22}$/)
      expect(await alerts()).toEqual([])
    })
  })

  describe('a stolen refresh token', () => {
    it('gives nothing to another key, and the session ends', async () => {
      const response = await (await thief()).fetch(REFRESH_PATH, carla.session.refreshToken)
      expect(await codeOf(response)).toBe('access.proof')
      expect(await carlaPulls()).toBe('access.session')
      expect(await alerts()).toEqual(['stolen-token Carla Mendes'])
    })

    it('that was used up ends what came of it, whoever shows it', async () => {
      const first = carla.session.refreshToken
      const { body: next } = await carla.refresh(first)
      expect((await carla.call('pull', JSON.parse(nothing), next.token)).status).toBe(200)
      const { status, body } = await carla.refresh(first)
      expect([status, body.error.code]).toEqual([401, 'access.session'])
      const after = await carla.call<Refusal>('pull', JSON.parse(nothing), next.token)
      expect(after.body.error.code).toBe('access.session')
      expect((await carla.refresh(next.refreshToken)).body.error.code).toBe('access.session')
      expect([await alerts(), await audited('stolen-token')]).toEqual([['stolen-token Carla Mendes'], 1])
    })

    it('of two that come at once gives tokens to one at most, and the session ends', async () => {
      const answers = await Promise.all([1, 2].map(() => carla.refresh(carla.session.refreshToken)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const token = answers.find(({ status }) => status === 200)?.body.token ?? ''
      expect((await carla.call<Refusal>('pull', JSON.parse(nothing), token)).body.error.code).toBe(
        'access.session',
      )
    })

    it('opens no call, and a token refreshes nothing', async () => {
      const { token, refreshToken } = carla.session
      expect((await carla.call<Refusal>('pull', JSON.parse(nothing), refreshToken)).body.error.code).toBe(
        'access.session',
      )
      expect((await carla.refresh(token)).body.error.code).toBe('access.session')
    })
  })

  describe('a stream', () => {
    it('goes on while the token ends, and ends with its session', async () => {
      const stream = await carla.stream()
      await stream.next(({ type }) => type === 'heads')
      server.clock.pass(11 * 60_000)
      const { body: next } = await carla.refresh(carla.session.refreshToken)
      const sam = await atConsole(server.url, 'sam')
      // Anything that moves rights makes the server look again at who streams.
      await sam('enable-user', { id: server.userId('colin') })
      expect((await carla.call('pull', JSON.parse(nothing), next.token)).status).toBe(200)
      await carla.refresh(carla.session.refreshToken)
      await stream.ended()
    })

    it('ends in the middle where the user is disabled, and says why', async () => {
      const stream = await carla.stream()
      await stream.next(({ type }) => type === 'heads')
      const sam = await atConsole(server.url, 'sam')
      await sam('disable-user', { id: carla.userId })
      expect(await stream.next(({ type }) => type === 'revoked')).toMatchObject({ code: 'access.revoked' })
      await stream.ended()
      expect(await carlaPulls()).toBe('access.revoked')
    })
  })
})

it('a device that is revoked at one process is out at another of the same database, in the middle of a stream', async () => {
  server = await startTestServer({ dialect: 'postgres' })
  const other = await anotherProcess(server)
  try {
    const key = newDeviceKey()
    carla = await enrolDevice(server.url, 'carla', { key })
    const { token } = carla.session
    const there = deviceProver(other.url, key)
    const pulls = async () => codeOf(await there.fetch(pull, token, { body: nothing, headers: json }))
    expect(await pulls()).toBe('let in')
    const stream = await there.fetch(STREAM_PATH, token, { method: 'GET' })
    const heard = stream.text()
    await (
      await atConsole(server.url, 'sam')
    )('revoke-device', { id: carla.deviceId })
    expect(await pulls()).toBe('access.revoked')
    expect(await heard).toContain('"code":"access.revoked"')
  } finally {
    await other.close()
    await server.close()
  }
})

it('no token and no proof stands in the log, the audit or the store', async () => {
  server = await startTestServer()
  try {
    carla = await enrolDevice(server.url, 'carla')
    const proven = carla.prover.headers('POST', pull, carla.session.token)
    await send(proven)
    await send(proven)
    await carla.refresh(carla.session.refreshToken)
    const written = server.logged() + JSON.stringify(await server.store.audit.read({ limit: 50 }))
    expect(written).toContain('replayed-proof')
    const { token, refreshToken } = carla.session
    for (const secret of [token, refreshToken, proven[PROOF_HEADER] ?? ''])
      expect(written).not.toContain(secret)
  } finally {
    await server.close()
  }
})
