import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { instant, newId } from '#app/kernel/index.ts'
import { SIGN_IN_PATH } from '#app/protocol/index.ts'
import type { BeginSignInAnswer, EnrolAnswer } from '#app/protocol/index.ts'
import { startBrowsing } from '../../testing/browsing.ts'
import type { Browsing, Page } from '../../testing/browsing.ts'
import { atConsole } from '../../testing/console-caller.ts'
import { openSignOnProvider } from '../../testing/sign-on-provider.ts'
import type { Lies, SignOnProvider } from '../../testing/sign-on-provider.ts'
import { call, newDeviceKey } from '../../testing/test-device.ts'
import type { Refusal } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { invite } from '../devices/invitations.ts'
import { CALLBACK_PATH } from './single-sign-on.ts'

// The way through a real provider (oidc-provider) and back, as a browser goes it.

let server: TestServer
let provider: SignOnProvider | undefined

async function stage(lies?: Lies, data: 'synthetic' | 'real' = 'synthetic'): Promise<SignOnProvider> {
  const opened = await openSignOnProvider()
  provider = opened
  server = await startTestServer({
    data,
    environment: {
      ROUNDS_OIDC_ISSUER: opened.issuer,
      ROUNDS_OIDC_CLIENT: opened.client,
      ROUNDS_OIDC_SECRET: opened.secret,
      ROUNDS_OIDC_NAME: 'Example Login',
    },
  })
  opened.serve(`${server.url}${CALLBACK_PATH}`, lies)
  return opened
}

afterEach(async () => {
  await provider?.close()
  provider = undefined
  await server.close()
})

const isBack = ({ pathname }: URL) => pathname === '/console/' || pathname === SIGN_IN_PATH

/** Goes to the provider, signs in as a subject, agrees, and comes back. */
async function through(browsing: Browsing, subject: string, place = ''): Promise<Page> {
  const asked = await browsing.go(`${server.url}/console-api/sso/start${place}`, isBack)
  if (isBack(asked.address)) return asked
  const agreed = await browsing.go(formOf(asked), isBack, { prompt: 'login', login: subject, password: 'x' })
  return browsing.go(formOf(agreed), isBack, { prompt: 'consent' })
}

function formOf({ address, markup }: Page): string {
  const action = /<form[^>]*action="([^"]+)"/.exec(markup)?.[1]
  if (action === undefined) throw new Error('no form to fill in')
  return new URL(action, address).href
}

/** Who has signed on, at the console. */
async function askAs(token: string | undefined, call: string, body: object) {
  const response = await fetch(`${server.url}/console-api/${call}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as { shows?: string; error?: { code: string } }
  return { status: response.status, shows: answer.shows, code: answer.error?.code }
}

async function signOn(browsing: Browsing, cookie = browsing.cookies(server.url)) {
  const response = await fetch(`${server.url}/console-api/sign-on`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: '{}',
  })
  const body = (await response.json()) as { name?: string; token?: string; error?: { code: string } }
  return { said: body.error?.code ?? `welcome ${body.name}`, token: body.token }
}

/** A device asks; what its page says to this browser, and what becomes of the device then. */
async function signDeviceOn(browsing: Browsing) {
  const device = { replicaId: newId(), label: 'Desk', host: 'electron', publicKey: newDeviceKey().publicKey }
  const { flow, page } = (await call<BeginSignInAnswer>(server.url, 'beginSignIn', { device })).body
  const response = await fetch(`${server.url}/console-api/sign-device-on`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: browsing.cookies(server.url) },
    body: JSON.stringify({ page }),
  })
  const told = (await response.json()) as { code?: string; error?: { code: string } }
  const enrolled = async (invitation?: string) => {
    const request = {
      signedIn: { flow, code: told.code },
      device,
      ...(invitation !== undefined && { invitation }),
    }
    const { status, body } = await call<EnrolAnswer & Refusal>(server.url, 'enrol', request)
    return status === 200 ? body.session.user.name : body.error.code
  }
  return { said: told.error?.code ?? 'signed in', enrolled }
}

/** What the audit has of attempts that came to nothing. */
async function refused(): Promise<string[]> {
  const entries = await server.store.audit.read({ limit: 20 })
  return entries.flatMap(({ action, outcome }) =>
    outcome?.startsWith('access.') ? [`${action} ${outcome}`] : [],
  )
}

async function link(login: string, subject: string): Promise<number> {
  const sam = await atConsole(server.url, 'sam')
  return (await sam('link-identity', { id: server.userId(login), subject })).status
}

describe('single sign-on', () => {
  it('lets in whom an administrator has linked, once for each way, and nobody by name', async () => {
    await stage()
    expect(await link('priya', 'subject-7')).toBe(200)
    const browsing = startBrowsing()
    const back = await through(browsing, 'subject-7')
    expect(back.address.hash).toBe('#sso')
    const { said, token } = await signOn(browsing)
    expect(said).toBe('welcome Priya Raman')
    const [opened] = await server.store.audit.read({ limit: 1 })
    expect(opened).toMatchObject({ action: 'session', purpose: 'sign-on', address: '127.0.0.1' })
    expect((await askAs(token, 'grants', { asOf: null })).status).toBe(200)
    expect((await signOn(browsing)).said).toBe('access.sso')

    const other = startBrowsing()
    await through(other, 'priya')
    expect((await signOn(other)).said).toBe('access.sso-unknown')
  })

  it('is enough for a change of one’s own account for five minutes, and asked for again after', async () => {
    await stage()
    await link('priya', 'subject-7')
    const sam = await atConsole(server.url, 'sam')
    await sam('forget-password', { id: server.userId('priya') })
    const browsing = startBrowsing()
    const signedOn = async () => {
      await through(browsing, 'subject-7')
      return (await signOn(browsing)).token
    }
    const token = await signedOn()
    const change = (by: string | undefined) => askAs(by, 'end-other-sessions', { password: '' })
    expect((await askAs(token, 'own-account', {})).shows).toBe('nothing')
    expect((await change(token)).status).toBe(200)
    server.clock.pass(5 * 60_000)
    expect((await askAs(token, 'own-account', {})).shows).toBe('sign-on')
    expect(await change(token)).toMatchObject({ status: 401, code: 'access.sign-on-again' })
    expect((await change(await signedOn())).status).toBe(200)
    // Whoever has a password shows that.
    await link('otto', 'subject-8')
    const other = startBrowsing()
    await through(other, 'subject-8')
    const otto = (await signOn(other)).token
    server.clock.pass(5 * 60_000)
    expect((await askAs(otto, 'own-account', {})).shows).toBe('password')
    expect(await change(otto)).toMatchObject({ code: 'access.credentials' })
  })

  it('does not serve another browser, nor an answer that was not asked for', async () => {
    await stage()
    await link('priya', 'subject-7')
    const [hers, theirs] = [startBrowsing(), startBrowsing()]
    await through(hers, 'subject-7')
    expect((await signOn(theirs)).said).toBe('access.sso')
    // A thief's answer in her browser: the state is another flow's.
    await theirs.go(`${server.url}/console-api/sso/start`, ({ port }) => port !== new URL(server.url).port)
    await theirs.go(`${server.url}${CALLBACK_PATH}?code=abc&state=guessed`, isBack)
    expect((await signOn(theirs)).said).toBe('access.sso')
    expect((await signOn(hers)).said).toBe('welcome Priya Raman')
  })

  it('serves the page that it was begun at, and no other', async () => {
    await stage()
    await link('priya', 'subject-7')
    const browsing = startBrowsing()
    const back = await through(browsing, 'subject-7', '?at=device')
    expect([back.address.pathname, back.address.hash]).toEqual([SIGN_IN_PATH, '#sso'])
    expect((await signOn(browsing)).said).toBe('access.sso')
    await through(browsing, 'subject-7')
    expect((await signDeviceOn(browsing)).said).toBe('access.sso')
  })

  it('sets a computer up where the data is real, by an invitation beside it, whatever the role', async () => {
    const { issuer } = await stage({ amr: ['pwd', 'otp'] }, 'real')
    const carla = server.userId('carla')
    await server.store.access.linkIdentity(carla, { issuer, subject: 'subject-1' }, instant(server.clock))
    const browsing = startBrowsing()
    await through(browsing, 'subject-1', '?at=device')
    const { said, enrolled } = await signDeviceOn(browsing)
    expect(said).toBe('signed in')
    const [signed] = await server.store.audit.read({ limit: 1 })
    expect(signed).toMatchObject({ action: 'sign-in', outcome: 'provider', address: '127.0.0.1' })
    expect(await enrolled()).toBe('access.invitation')
    const { code } = await invite(server, { actor: server.userId('sam') }, carla)
    expect(await enrolled(code)).toBe('Carla Mendes')
    expect((await signDeviceOn(browsing)).said).toBe('access.sso')
  })

  it('has to say that a second factor was shown, where one is needed', async () => {
    for (const amr of [undefined, ['pwd']]) {
      const { issuer, close } = await stage(amr === undefined ? {} : { amr }, 'real')
      const carla = server.userId('carla')
      await server.store.access.linkIdentity(carla, { issuer, subject: 'subject-1' }, instant(server.clock))
      const browsing = startBrowsing()
      await through(browsing, 'subject-1', '?at=device')
      expect((await signDeviceOn(browsing)).said).toBe('access.sso-factor')
      await through(browsing, 'subject-1')
      expect((await signOn(browsing)).said).toBe('access.sso-factor')
      const [entry] = await server.store.audit.read({ limit: 1 })
      expect(entry).toMatchObject({ actor: carla, action: 'sign-on', outcome: 'access.sso-factor' })
      await close()
      if (amr === undefined) await server.close()
    }
  })

  it('asks for the rights as they are: a user who is disabled stays outside', async () => {
    await stage()
    await link('priya', 'subject-2')
    const sam = await atConsole(server.url, 'sam')
    await sam('disable-user', { id: server.userId('priya') })
    const hers = startBrowsing()
    await through(hers, 'subject-2')
    expect((await signOn(hers)).said).toBe('access.revoked')
  })

  it('gives an identity to one user only, and takes it back', async () => {
    await stage()
    expect(await link('priya', 'subject-7')).toBe(200)
    expect(await link('otto', 'subject-7')).toBe(409)
    const sam = await atConsole(server.url, 'sam')
    await sam('unlink-identity', { id: server.userId('priya') })
    const browsing = startBrowsing()
    await through(browsing, 'subject-7')
    expect((await signOn(browsing)).said).toBe('access.sso-unknown')
    const written = server.logged() + JSON.stringify(await server.store.audit.read({ limit: 50 }))
    expect(written).toContain('access.sso-unknown')
    expect(written).not.toContain('subject-7')
  })

  it('says that the provider is down, and the password still lets in', async () => {
    const { close } = await stage()
    await close()
    const back = await startBrowsing().go(`${server.url}/console-api/sso/start`, isBack)
    expect(back.address.hash).toBe('#sso-access.sso-unreachable')
    expect(await refused()).toEqual(['request access.sso-unreachable'])
    await expect(atConsole(server.url, 'sam')).resolves.toBeTypeOf('function')
  })

  it('is not begun by a page of somebody else', async () => {
    await stage()
    const start = (site: string) =>
      fetch(`${server.url}/console-api/sso/start`, {
        headers: { 'sec-fetch-site': site },
        redirect: 'manual',
      })
    for (const site of ['cross-site', 'same-site']) {
      const { headers } = await start(site)
      expect([headers.get('location'), headers.get('set-cookie')]).toEqual(['/console/#sso-access.sso', null])
    }
    expect((await start('same-origin')).headers.get('set-cookie')).toMatch(/^rounds-sso=[\w-]{43}; Path=\/;/)
  })

  it('keeps its cookie where HTTPS alone can set it', async () => {
    const opened = await openSignOnProvider()
    provider = opened
    const { issuer, client, secret } = opened
    server = await startTestServer({
      encrypted: true,
      environment: {
        ROUNDS_OIDC_ISSUER: issuer,
        ROUNDS_OIDC_CLIENT: client,
        ROUNDS_OIDC_SECRET: secret,
      },
    })
    opened.serve(`${server.url}${CALLBACK_PATH}`)
    const ca = await readFile(join(server.folder, 'data.tls.pem'), 'utf8')
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    get(`${server.url}/console-api/sso/start`, { ca, agent: false }, resolve).on('error', reject)
    const answer = await promise
    answer.resume()
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^__Host-rounds-sso=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  it('believes no provider that says it is another', async () => {
    await stage({ issuer: 'https://login.elsewhere.test' })
    const back = await startBrowsing().go(`${server.url}/console-api/sso/start`, isBack)
    expect(back.address.hash).toBe('#sso-access.sso')
    expect(await refused()).toEqual(['request access.sso'])
  })

  it('believes no word that is not signed by a key of the provider', async () => {
    await stage({ keys: true })
    await link('priya', 'subject-7')
    const browsing = startBrowsing()
    await through(browsing, 'subject-7')
    expect((await signOn(browsing)).said).toBe('access.sso')
    expect(await refused()).toEqual(['sign-on access.sso'])
  })

  it('is not there where no provider is set', async () => {
    server = await startTestServer()
    expect((await signOn(startBrowsing(), 'rounds-sso=x')).said).toBe('access.sso')
    expect(await link('priya', 'subject-7')).toBe(400)
  })
})
