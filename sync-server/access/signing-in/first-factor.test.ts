import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '../../seed/index.ts'
import { atConsole, withoutSession } from '../../testing/console-caller.ts'
import type { ConsoleAsk } from '../../testing/console-caller.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { invite } from '../devices/invitations.ts'
import { codeAt } from './second-factor.ts'

let server: TestServer
let ask: ConsoleAsk

const sam = { login: 'sam', password: DEMO_PASSWORD }
const invited = async (login: string) =>
  (await invite(server, { actor: server.userId('sam') }, server.userId(login))).code

async function signIn(shown: { readonly code?: string } = {}): Promise<string> {
  const { status, body } = await ask('sign-in', { ...sam, ...shown })
  return status === 200 ? 'let in' : body.error.code
}

/** What the authenticator shows that an invitation gives. */
async function authenticator(invitation: string): Promise<() => string> {
  const { body } = await ask('second-factor', { ...sam, invitation })
  const secret = new URL(body.authenticator ?? '').searchParams.get('secret') ?? ''
  return () => codeAt({ secret, confirmedAt: null }, server.clock.now())
}

afterEach(() => server.close())

describe('the console, where the data is real', () => {
  beforeEach(async () => {
    server = await startTestServer({ data: 'real' })
    ask = withoutSession(server.url)
  })

  it('lets nobody in by a password alone', async () => {
    expect(await signIn()).toBe('access.factor-needed')
    expect(await signIn({ code: '000000' })).toBe('access.factor-needed')
    const [entry] = await server.store.audit.read({ limit: 1 })
    const told = { actor: server.userId('sam'), action: 'password', purpose: 'console' }
    expect(entry).toMatchObject({ ...told, outcome: 'access.factor-needed' })
  })

  it('gives an authenticator by password and invitation, whose first code confirms it', async () => {
    const code = await authenticator(await invited('sam'))
    expect(await signIn()).toBe('access.factor-needed')
    expect(await signIn({ code: '000000' })).toBe('access.second-factor')
    const first = code()
    expect(await signIn({ code: first })).toBe('let in')
    expect(await signIn({ code: first })).toBe('access.second-factor')
    expect(await signIn()).toBe('access.second-factor')
    server.clock.pass(30_000)
    expect(await signIn({ code: code() })).toBe('let in')
    // Another invitation shows nothing of one that counts.
    const again = await ask('second-factor', { ...sam, invitation: await invited('sam') })
    expect(again.body).toEqual({ authenticator: null })
  })

  it('gives none by the invitation of another, by none that holds, or without the password', async () => {
    const refusal = async (request: Parameters<typeof ask<'second-factor'>>[1]) =>
      (await ask('second-factor', request)).body.error.code
    expect(await refusal({ ...sam, invitation: await invited('otto') })).toBe('access.invitation')
    expect(await refusal({ ...sam, invitation: 'AAAA-BBBB-CCCC-DDDD' })).toBe('access.invitation')
    const wrong = { ...sam, password: 'not it', invitation: await invited('sam') }
    expect(await refusal(wrong)).toBe('access.credentials')
    expect((await server.store.access.userByLogin('sam'))?.secondFactor).toBeNull()
  })
})

describe('an administrator without a second proof', () => {
  it('cannot ask one of everybody: the next sign-in would be refused', async () => {
    server = await startTestServer()
    ask = await atConsole(server.url, 'sam')
    const refused = await ask('set-invited-only', { invitedOnly: true })
    expect(refused.body.error.code).toBe('access.factor-needed')
    expect(await server.store.access.invitedOnly()).toBe(false)

    const code = await authenticator(await invited('sam'))
    expect(await signIn({ code: code() })).toBe('let in')
    expect((await ask('set-invited-only', { invitedOnly: true })).body.invitedOnly).toBe(true)
  })
})
