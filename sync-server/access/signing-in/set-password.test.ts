import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '../../seed/index.ts'
import { atConsole, withoutSession } from '../../testing/console-caller.ts'
import type { ConsoleAsk } from '../../testing/console-caller.ts'
import { call, enrolBody, enrolDevice } from '../../testing/test-device.ts'
import type { Refusal } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { codeAt, newSecondFactor } from './second-factor.ts'

const strong = 'four geese on a wall'
const other = 'seven hats in the rain'

let server: TestServer
let sam: ConsoleAsk
let stranger: ConsoleAsk

async function said(answer: ReturnType<ConsoleAsk>): Promise<string> {
  const { status, body } = await answer
  return status === 200 ? 'done' : body.error.code
}

async function enrols(login: string, password: string): Promise<string> {
  const { body } = await call<Partial<Refusal>>(server.url, 'enrol', enrolBody(login, { password }))
  return body.error?.code ?? 'enrolled'
}

beforeEach(async () => {
  server = await startTestServer()
  sam = await atConsole(server.url, 'sam')
  stranger = withoutSession(server.url)
})
afterEach(() => server.close())

describe('a new user', () => {
  async function added(login = 'nadia') {
    const { body } = await sam('add-user', { login, name: 'Nadia Newcomb' })
    return body
  }

  it('has no password until they set one by their invitation, once', async () => {
    const { user, invitation } = await added()
    expect(user).toMatchObject({ login: 'nadia', hasPassword: false, grants: [] })
    expect(await enrols('nadia', strong)).toBe('access.credentials')
    const first = { login: 'nadia', invitation: invitation.code.toLowerCase(), password: strong }
    expect(await said(stranger('set-password', first))).toBe('done')
    expect(await said(stranger('set-password', { ...first, password: other }))).toBe('access.password-set')
    expect(await enrols('nadia', strong)).toBe('enrolled')
  })

  it('of two that set it at once, one does', async () => {
    const { invitation } = await added()
    const set = (password: string) =>
      said(stranger('set-password', { login: 'nadia', invitation: invitation.code, password }))
    const outcomes = await Promise.all([set(strong), set(other)])
    expect(outcomes.toSorted()).toEqual(['access.password-set', 'done'])
  })

  it('is answered like nobody at all without the invitation', async () => {
    await added()
    const guess = { invitation: 'AAAA-AAAA-AAAA-AAAA', password: strong }
    for (const login of ['nadia', 'nobody', 'carla']) {
      expect(await said(stranger('set-password', { login, ...guess }))).toBe('access.invitation')
    }
  })

  it('is a colleague from then on, whom everybody can name', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('reference')
    const { user } = await added()
    await carla.follow('reference')
    expect(carla.held.get(`reference/${user.id}`)).toMatchObject({
      kind: 'person',
      userId: user.id,
      name: 'Nadia Newcomb',
      active: true,
      created: { by: server.userId('sam'), origin: 'rule' },
    })
  })

  it('has a login of their own', async () => {
    await added()
    expect(await said(sam('add-user', { login: 'NADIA', name: 'Another' }))).toBe('access.login-taken')
    expect(await said(sam('add-user', { login: 'a b', name: 'Another' }))).toBe('request.invalid')
    const { status } = await stranger('add-user', { login: 'eve', name: 'Eve' })
    expect(status).toBe(401)
  })
})

describe('a password', () => {
  const change = (asked: object) =>
    said(stranger('change-password', { login: 'carla', current: DEMO_PASSWORD, password: strong, ...asked }))

  it('is changed by the one before, and by nothing else', async () => {
    expect(await change({ current: 'not it' })).toBe('access.credentials')
    expect(await change({ login: 'nobody' })).toBe('access.credentials')
    expect(await change({})).toBe('done')
    expect(await enrols('carla', DEMO_PASSWORD)).toBe('access.credentials')
    expect(await enrols('carla', strong)).toBe('enrolled')
  })

  it('is changed by who shows the authenticator, too, where there is one', async () => {
    const user = await server.store.access.user(server.userId('carla'))
    if (user === null) throw new Error('no user')
    const secondFactor = { ...newSecondFactor(), confirmedAt: user.createdAt }
    await server.store.access.saveUser({ ...user, secondFactor })
    expect(await change({})).toBe('access.second-factor')
    expect(await change({ code: codeAt(secondFactor, server.clock.now()) })).toBe('done')
  })

  it('is not set where it is tried first, is short, or is the same again', async () => {
    expect(await change({ password: 'Qwerty123456' })).toBe('access.password-weak')
    expect(await change({ password: 'short' })).toBe('access.password-weak')
    expect(await change({ password: DEMO_PASSWORD })).toBe('access.password-weak')
    expect(await enrols('carla', DEMO_PASSWORD)).toBe('enrolled')
  })

  it('that was changed or forgotten ends what it had opened at the console', async () => {
    const priya = await atConsole(server.url, 'priya')
    const asked = { login: 'priya', current: DEMO_PASSWORD, password: strong }
    expect(await said(priya('grants', { asOf: null }))).toBe('done')
    expect(await said(stranger('change-password', asked))).toBe('done')
    expect(await said(priya('grants', { asOf: null }))).toBe('access.session')
  })

  it('that was forgotten opens nothing, and is set anew by an invitation', async () => {
    const id = server.userId('carla')
    expect(await said(sam('forget-password', { id }))).toBe('done')
    expect(await enrols('carla', DEMO_PASSWORD)).toBe('access.credentials')
    const { body } = await sam('invite', { id })
    const first = { login: 'carla', invitation: body.code, password: other }
    expect(await said(stranger('set-password', first))).toBe('done')
    expect(await enrols('carla', other)).toBe('enrolled')
  })

  it('stands in no log and no audit', async () => {
    await change({ current: 'my old secret' })
    await change({})
    const written = server.logged() + JSON.stringify(await server.store.audit.read({ limit: 50 }))
    expect(written).toContain('change-password')
    for (const secret of [DEMO_PASSWORD, strong, 'my old secret']) expect(written).not.toContain(secret)
  })
})
