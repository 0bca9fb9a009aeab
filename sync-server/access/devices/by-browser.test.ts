import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instant, newId } from '#app/kernel/index.ts'
import type { BeginSignInAnswer, EnrolAnswer } from '#app/protocol/index.ts'
import type { ConsoleRequest } from '../../console-api/protocol/console.ts'
import { DEMO_PASSWORD } from '../../seed/index.ts'
import { withoutSession } from '../../testing/console-caller.ts'
import { call, newDeviceKey } from '../../testing/test-device.ts'
import type { Refusal } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { hashPassword } from '../signing-in/password.ts'
import { codeAt } from '../signing-in/second-factor.ts'
import { invite } from './invitations.ts'

// A device is signed in by the browser: it begins, its person signs in at the page, and carries the code.

let server: TestServer
const minute = 60_000

type Device = ReturnType<typeof newDevice>
function newDevice() {
  const { publicKey } = newDeviceKey()
  return { replicaId: newId(), label: 'Front desk 2', host: 'electron' as const, publicKey }
}

type Begun = BeginSignInAnswer & { readonly device: Device }
async function begin(device = newDevice()): Promise<Begun> {
  return { ...(await call<BeginSignInAnswer>(server.url, 'beginSignIn', { device })).body, device }
}

const asking = async (page: string) => {
  const { status, body } = await withoutSession(server.url)('asking-device', { page })
  return status === 200 ? body.label : body.error.code
}

type Shown = Partial<Pick<ConsoleRequest<'sign-device-in'>, 'password' | 'code'>>
/** What the page says to somebody who signs in there: the code, or why there is none. */
async function signed(page: string, login: string, shown: Shown = {}): Promise<string> {
  const request = { page, login, password: DEMO_PASSWORD, ...shown }
  const { status, body } = await withoutSession(server.url)('sign-device-in', request)
  return status === 200 ? body.code : body.error.code
}

type Enrolment = {
  readonly device?: Device & { readonly id?: string }
  readonly invitation?: string
  readonly user?: string
}
async function enrolled({ flow, device }: Begun, code: string, more: Enrolment = {}): Promise<string> {
  const body = { signedIn: { flow, code }, device, ...more }
  const answer = await call<EnrolAnswer & Refusal>(server.url, 'enrol', body)
  return answer.status === 200 ? answer.body.session.user.login : answer.body.error.code
}

const devicesOf = async (login: string) => server.store.access.devices(server.userId(login))
const wrongOf = (code: string) => `${code.startsWith('0') ? '1' : '0'}${code.slice(1)}`
const invited = async (login: string) =>
  (await invite(server, { actor: server.userId('sam') }, server.userId(login))).code

/** Gives a user an authenticator that counts; answers what it shows now. */
async function authenticator(login: string): Promise<() => string> {
  const user = await server.store.access.userByLogin(login)
  if (user === null) throw new Error(`no user ${login}`)
  const secondFactor = { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', confirmedAt: instant(server.clock) }
  await server.store.access.saveUser({ ...user, secondFactor })
  return () => codeAt(secondFactor, server.clock.now())
}

afterEach(() => server.close())

describe.each(['sqlite', 'postgres'] as const)(
  'a device that is signed in by the browser on %s',
  (dialect) => {
    beforeEach(async () => {
      server = await startTestServer({ dialect })
    })

    it('comes in by the code that its page tells, typed as people type, once and for its own key', async () => {
      const begun = await begin()
      expect(await asking(begun.page)).toBe('Front desk 2')
      const code = await signed(begun.page, 'carla')
      expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
      const typed = ` ${code.toLowerCase().replace('-', ' ')}`
      expect(await enrolled(begun, typed)).toBe('carla')
      const [device] = await devicesOf('carla')
      expect(device).toMatchObject({ publicKey: begun.device.publicKey, label: 'Front desk 2' })
      // An answer that was lost is asked for again: the same device.
      expect(await enrolled(begun, code)).toBe('carla')
      expect(await devicesOf('carla')).toHaveLength(1)
      // Nobody signs in at its page again, and what was used opens nothing for a device that was taken away.
      expect(await signed(begun.page, 'colin')).toBe('access.sign-in-over')
      if (device !== undefined)
        await server.store.access.markDevice(device.id, { revokedAt: instant(server.clock) })
      expect(await enrolled(begun, code)).toBe('access.sign-in-over')
      const actions = (await server.store.audit.read({ limit: 20 })).map(({ action, outcome }) => [
        action,
        outcome,
      ])
      expect(actions).toContainEqual(['sign-in', 'password'])
      expect(actions).toContainEqual(['enrol', 'access.sign-in-over'])
    })

    it('is one device, however often it asks at once', async () => {
      const begun = await begin()
      const code = await signed(begun.page, 'carla')
      const outcomes = await Promise.all([1, 2, 3].map(() => enrolled(begun, code)))
      expect(outcomes).toEqual(['carla', 'carla', 'carla'])
      expect(await devicesOf('carla')).toHaveLength(1)
    })

    it('is let in by nobody who only has a part of it', async () => {
      const [hers, theirs] = [await begin(), await begin()]
      const code = await signed(hers.page, 'carla')
      // The code at another device, which began for itself: what a caller on the telephone would do with it.
      expect(await enrolled(theirs, code)).toBe('access.sign-in-code')
      expect(await enrolled({ ...hers, flow: hers.page }, code)).toBe('access.sign-in-over')
      expect(await devicesOf('carla')).toEqual([])
      expect(await enrolled(hers, code)).toBe('carla')
      // Her secret with another key: it is in other hands, and ends.
      const again = await begin()
      const second = await signed(again.page, 'carla')
      expect(await enrolled(again, second, { device: newDevice() })).toBe('access.sign-in-over')
      expect(await enrolled(again, second)).toBe('access.sign-in-over')
      expect(await devicesOf('carla')).toHaveLength(1)
    })

    it('is over after five wrong codes, which is told at the console, and after its time', async () => {
      const guessed = await begin()
      const code = await signed(guessed.page, 'carla')
      for (let count = 0; count < 4; count += 1)
        expect(await enrolled(guessed, wrongOf(code))).toBe('access.sign-in-code')
      expect(await enrolled(guessed, wrongOf(code))).toBe('access.sign-in-over')
      expect(await enrolled(guessed, code)).toBe('access.sign-in-over')
      const alerts = await server.store.access.alerts(5)
      expect(alerts).toMatchObject([{ kind: 'guessing-user', userId: server.userId('carla') }])

      const [late, tooLate] = [await begin(), await begin()]
      server.clock.pass(9 * minute)
      const lateCode = await signed(late.page, 'carla')
      server.clock.pass(2 * minute)
      expect(await asking(tooLate.page)).toBe('access.sign-in-over')
      expect(await signed(tooLate.page, 'carla')).toBe('access.sign-in-over')
      server.clock.pass(4 * minute)
      expect(await enrolled(late, lateCode)).toBe('access.sign-in-over')
      expect(await devicesOf('carla')).toEqual([])
    })

    it('asks for rights as they are when it comes in', async () => {
      const [disabled, changed, other] = [await begin(), await begin(), await begin()]
      const codes = [await signed(disabled.page, 'carla'), await signed(changed.page, 'colin')] as const
      const carla = await server.store.access.userByLogin('carla')
      const colin = await server.store.access.userByLogin('colin')
      if (carla === null || colin === null) throw new Error('nobody is there')
      await server.store.access.saveUser({ ...carla, disabledAt: instant(server.clock) })
      const passwordHash = await hashPassword('another of his own', {
        memory: 8192,
        passes: 1,
        parallelism: 1,
      })
      await server.store.access.saveUser({ ...colin, passwordHash })
      expect(await enrolled(disabled, codes[0])).toBe('access.revoked')
      expect(await signed((await begin()).page, 'carla')).toBe('access.revoked')
      expect(await enrolled(changed, codes[1])).toBe('access.sign-in-over')
      // A computer that has its person already takes nobody else.
      const code = await signed(other.page, 'priya')
      const ada = { user: server.userId('ada') }
      expect(await enrolled(other, code, ada)).toBe('access.sign-in-person')
      expect(await enrolled(other, code, { user: server.userId('priya') })).toBe('priya')
    })

    it('tells nobody at its page whom there is, and slows down who guesses', async () => {
      const { page } = await begin()
      expect(await signed(page, 'nobody', { password: 'not it' })).toBe('access.credentials')
      for (let count = 0; count < 5; count += 1)
        expect(await signed(page, 'carla', { password: 'not it' })).toBe('access.credentials')
      expect(await signed(page, 'carla')).toBe('access.throttled')
      expect(await signed('A'.repeat(43), 'carla', { password: 'not it' })).toBe('access.sign-in-over')
    })
  },
)

describe.each(['sqlite', 'postgres'] as const)('the same where the data is real, on %s', (dialect) => {
  beforeEach(async () => {
    server = await startTestServer({ dialect, data: 'real' })
  })

  it('takes an invitation, and more than a password', async () => {
    const begun = await begin()
    expect(await signed(begun.page, 'carla')).toBe('access.factor-needed')
    const shows = await authenticator('carla')
    expect(await signed(begun.page, 'carla')).toBe('access.second-factor')
    const code = await signed(begun.page, 'carla', { code: shows() })
    expect(await enrolled(begun, code)).toBe('access.invitation')
    const [hers, his] = [await invited('carla'), await invited('colin')]
    expect(await enrolled(begun, code, { invitation: his })).toBe('access.invitation')
    expect(await devicesOf('carla')).toEqual([])
    expect(await enrolled(begun, code, { invitation: hers })).toBe('carla')
    expect(await enrolled(begun, code, { invitation: hers })).toBe('carla')

    server.clock.pass(minute)
    const second = await begin()
    const secondCode = await signed(second.page, 'carla', { code: shows() })
    expect(await enrolled(second, secondCode, { invitation: hers })).toBe('access.invitation')
    const written = server.logged() + JSON.stringify(await server.store.audit.read({ limit: 50 }))
    for (const secret of [begun.flow, begun.page, code, code.replace('-', ''), hers])
      expect(written).not.toContain(secret)
  })

  it('lets in one of two devices that come at once by one invitation', async () => {
    const shows = await authenticator('carla')
    const [first, second] = [await begin(), await begin()]
    const firstCode = await signed(first.page, 'carla', { code: shows() })
    server.clock.pass(minute)
    const secondCode = await signed(second.page, 'carla', { code: shows() })
    const more = { invitation: await invited('carla') }
    const outcomes = [enrolled(first, firstCode, more), enrolled(second, secondCode, more)]
    expect((await Promise.all(outcomes)).toSorted()).toEqual(['access.invitation', 'carla'])
    expect(await devicesOf('carla')).toHaveLength(1)
  })

  it('lets no browser begin: it would be refused as a device', async () => {
    const device = { ...newDevice(), host: 'browser' }
    const { body } = await call<Refusal>(server.url, 'beginSignIn', { device })
    expect(body.error.code).toBe('access.host-refused')
  })
})

describe('an organisation that comes to ask for more', () => {
  it('lets in nobody who has shown a password alone before', async () => {
    server = await startTestServer()
    const begun = await begin()
    const code = await signed(begun.page, 'carla')
    await server.store.access.setInvitedOnly(true)
    const more = { invitation: await invited('carla') }
    expect(await enrolled(begun, code, more)).toBe('access.factor-needed')
    expect(await devicesOf('carla')).toEqual([])
  })
})
