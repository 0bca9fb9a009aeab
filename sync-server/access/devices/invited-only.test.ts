import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '../../seed/index.ts'
import { call, enrolBody, newDeviceKey } from '../../testing/test-device.ts'
import type { Refusal } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { normalCode } from '../typed-code.ts'
import { invite } from './invitations.ts'
import { codeAt } from '../signing-in/second-factor.ts'

let server: TestServer

const nextStep = () => server.clock.pass(30_000)
const invited = async (login: string) =>
  (await invite(server, { actor: server.userId('sam') }, server.userId(login))).code

async function attempt(login: string, options: Parameters<typeof enrolBody>[1]): Promise<string> {
  const { body } = await call<Partial<Refusal>>(
    server.url,
    'enrol',
    enrolBody(login, { host: 'electron', ...options }),
  )
  return body.error?.code ?? 'enrolled'
}

/** Gets an authenticator by an invitation, as an authenticator program reads it; answers what it shows from now on. */
async function authenticator(login: string, invitation: string): Promise<() => string> {
  const request = { login, password: DEMO_PASSWORD, invitation }
  const { body } = await call<{ authenticator: string }>(server.url, 'secondFactor', request)
  const secret = new URL(body.authenticator).searchParams.get('secret') ?? ''
  return () => codeAt({ secret, confirmedAt: null }, server.clock.now())
}

describe.each(['sqlite', 'postgres'] as const)(
  'a device comes in by invitation and second factor on %s',
  (dialect) => {
    beforeEach(async () => {
      server = await startTestServer({ data: 'real', dialect })
    })
    afterEach(() => server.close())

    it('where the data is real, whatever was set', async () => {
      const ask = () => call<{ invitedOnly: boolean }>(server.url, 'admission', {})
      expect((await ask()).body.invitedOnly).toBe(true)
      await server.store.access.setInvitedOnly(false)
      expect((await ask()).body.invitedOnly).toBe(true)
      expect(await attempt('carla', {})).toBe('access.invitation')
    })

    it('once for each invitation, and by its own user', async () => {
      const invitation = await invited('carla')
      const code = await authenticator('carla', invitation)
      expect(await attempt('colin', { invitation, code: code() })).toBe('access.invitation')
      expect(await attempt('carla', { invitation })).toBe('access.second-factor')
      const typed = ` ${invitation.toLowerCase().replaceAll('-', ' ')} `
      expect(await attempt('carla', { invitation: typed, code: code() })).toBe('enrolled')
      nextStep()
      expect(await attempt('carla', { invitation, code: code() })).toBe('access.invitation')
      expect(await server.store.access.devices(server.userId('carla'))).toHaveLength(1)
      const [entry] = await server.store.audit.read({ limit: 1 })
      const actor = server.userId('carla')
      expect(entry).toMatchObject({
        actor,
        action: 'password',
        outcome: 'access.invitation',
        address: '127.0.0.1',
      })
    })

    it('gets the same device when it repeats itself with the next code, and nobody else does', async () => {
      const invitation = await invited('carla')
      const code = await authenticator('carla', invitation)
      const key = newDeviceKey()
      const body = { ...enrolBody('carla', { host: 'electron', key, invitation }) }
      const first = await call<{ deviceId: string }>(server.url, 'enrol', { ...body, code: code() })
      const repeated = await call<Refusal>(server.url, 'enrol', { ...body, code: code() })
      expect(repeated.body.error.code).toBe('access.second-factor')
      nextStep()
      const again = await call<{ deviceId: string }>(server.url, 'enrol', { ...body, code: code() })
      expect(again.body.deviceId).toBe(first.body.deviceId)
      nextStep()
      expect(await attempt('carla', { invitation, code: code() })).toBe('access.invitation')
    })

    it('of two that come at once with one invitation, one is let in', async () => {
      const invitation = await invited('carla')
      const code = await authenticator('carla', invitation)
      const shown = code()
      const outcomes = await Promise.all([1, 2, 3].map(() => attempt('carla', { invitation, code: shown })))
      expect(outcomes.filter((outcome) => outcome === 'enrolled')).toHaveLength(1)
    })

    it('not by an invitation that has ended, or that another took the place of', async () => {
      const old = await invited('carla')
      const current = await invited('carla')
      const code = await authenticator('carla', current)
      expect(await attempt('carla', { invitation: old, code: code() })).toBe('access.invitation')
      server.clock.pass(3 * 24 * 3_600_000)
      expect(await attempt('carla', { invitation: current, code: code() })).toBe('access.invitation')
    })

    it('shows its authenticator the same until its first code, and never again after', async () => {
      const invitation = await invited('carla')
      const [first, second] = [
        await authenticator('carla', invitation),
        await authenticator('carla', invitation),
      ]
      expect(second()).toBe(first())
      expect(await attempt('carla', { invitation, code: first() })).toBe('enrolled')
      const another = await invited('carla')
      const request = { login: 'carla', password: DEMO_PASSWORD, invitation: another }
      expect((await call(server.url, 'secondFactor', request)).body).toEqual({ authenticator: null })
      nextStep()
      expect(await attempt('carla', { invitation: another, code: first() })).toBe('enrolled')
    })

    it('slows down who guesses codes as who guesses passwords, and tells neither from the log', async () => {
      const invitation = await invited('carla')
      const code = await authenticator('carla', invitation)
      const wrong = String((Number(code()) + 1) % 1_000_000).padStart(6, '0')
      for (let count = 0; count < 5; count += 1)
        expect(await attempt('carla', { invitation, code: wrong })).toBe('access.second-factor')
      expect(await attempt('carla', { invitation, code: code() })).toBe('access.throttled')
      const written = server.logged() + JSON.stringify(await server.store.audit.read({ limit: 50 }))
      for (const secret of [invitation, normalCode(invitation), wrong]) expect(written).not.toContain(secret)
    })
  },
)
