import { join } from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import type { TestServer } from '#sync-server/testing/test-server.ts'
import { byName, plugIn, withAuthenticator } from './harness/passkey.ts'

// A passkey at the console, in a real browser with an authenticator of its own (WebAuthn's virtual one). One story.

let server: TestServer
let browser: Browser
let page: Page
let devtools: CDPSession

beforeAll(async () => {
  server = await startTestServer({ consoleFolder: join(root, 'dist/console') })
  browser = await launchBrowser()
  page = await (await browser.newContext()).newPage()
  devtools = await withAuthenticator(page)
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

const address = () => `${byName(server.url)}/console/`

async function signIn(login = 'sam'): Promise<void> {
  await page.goto(address())
  await page.getByLabel('Login').fill(login)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe('a passkey', () => {
  it('is added by who is signed in and shows the password again', async () => {
    await signIn()
    await page.getByRole('button', { name: 'Your account' }).click()
    await page.getByLabel('What you call it').fill('This laptop')
    const add = page.getByRole('button', { name: 'Add a passkey' })
    await page.getByRole('textbox', { name: 'Your password' }).fill('not it')
    await add.click()
    await page.getByRole('alert').waitFor()
    expect(await server.store.access.passkeys(server.userId('sam'))).toEqual([])
    await page.getByRole('textbox', { name: 'Your password' }).fill(DEMO_PASSWORD)
    await add.click()
    await page.getByRole('cell', { name: 'This laptop' }).waitFor()
    const [kept] = await server.store.access.passkeys(server.userId('sam'))
    expect(kept).toMatchObject({ label: 'This laptop' })
  })

  it('is asked for beside the password from then on, and lets in', async () => {
    await signIn()
    await page.getByText('The second proof beside your password').waitFor()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('tab', { name: 'Overview' }).waitFor()
    const [kept] = await server.store.access.passkeys(server.userId('sam'))
    expect(kept?.lastUsedAt).not.toBeNull()
    expect(kept?.counter).toBeGreaterThan(0)
  })

  it('serves once for each challenge, for its own user, and from this server’s own page', async () => {
    await page.goto(address())
    const shown = await page.evaluate(assertionFor, { path: '/console-api/passkey-challenge' })
    const attempt = async (login: string, origin: string) => {
      const response = await fetch(`${server.url}/console-api/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify({ login, password: DEMO_PASSWORD, passkey: shown }),
      })
      const { error } = (await response.json()) as { error?: { code: string } }
      return error?.code ?? 'let in'
    }
    const { origin } = new URL(address())
    expect(await attempt('sam', server.url)).toBe('access.second-factor')
    const again = await page.evaluate(assertionFor, { path: '/console-api/passkey-challenge' })
    Object.assign(shown, again)
    expect(await attempt('sam', origin)).toBe('let in')
    expect(await attempt('sam', origin)).toBe('access.second-factor')
  })

  it('is removed by who shows it once more', async () => {
    await signIn()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('button', { name: 'Your account' }).click()
    await page.getByRole('textbox', { name: 'Your password' }).fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await expect.poll(() => server.store.access.passkeys(server.userId('sam'))).toEqual([])
    // Who comes to the open window finds nothing of it.
    const password = page.getByRole('textbox', { name: 'Your password' })
    await expect.poll(() => password.inputValue()).toBe('')
    // For what comes next, one that is not at hand any more.
    await password.fill(DEMO_PASSWORD)
    await page.getByLabel('What you call it').fill('Another laptop')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('cell', { name: 'Another laptop' }).waitFor()
  })

  it('of another authenticator opens nothing', async () => {
    await devtools.send('WebAuthn.disable')
    await devtools.send('WebAuthn.enable')
    await plugIn(devtools)
    await signIn()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByText('No passkey was given.').waitFor()
  })

  it('is added by a coordinator, who finds nothing here but her account', async () => {
    await signIn('carla')
    await page.getByText('No computer is set up for you.').waitFor()
    expect(await page.getByRole('tab').count()).toBe(0)
    await page.getByLabel('What you call it').fill('At the front desk')
    await page.getByRole('textbox', { name: 'Your password' }).fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('cell', { name: 'At the front desk' }).waitFor()
  })
})

/** In the page: what the browser gives for a challenge of the server, as JSON. */
async function assertionFor({ path }: { path: string }): Promise<Record<string, unknown>> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const { challenge } = (await answer.json()) as { challenge: string }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({ challenge, rpId: location.hostname })
  const credential = await navigator.credentials.get({ publicKey })
  return (credential as PublicKeyCredential).toJSON() as unknown as Record<string, unknown>
}
