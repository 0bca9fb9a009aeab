import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import { instant } from '#app/kernel/index.ts'
import { CALLBACK_PATH } from '#sync-server/access/signing-in/single-sign-on.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { takeBackup } from '#sync-server/testing/backup.ts'
import { openSignOnProvider } from '#sync-server/testing/sign-on-provider.ts'
import type { SignOnProvider } from '#sync-server/testing/sign-on-provider.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import type { TestServer } from '#sync-server/testing/test-server.ts'
import { byName, withAuthenticator } from './harness/passkey.ts'

// Computers are set up by people who sign in with their browser: one by a passkey, one by the provider of their organisation
// (oidc-provider). In a real browser, each computer a profile of its own.

let server: TestServer
let provider: SignOnProvider
let browser: Browser
const passphrase = 'four words on paper'

beforeAll(async () => {
  provider = await openSignOnProvider()
  server = await startTestServer({
    clientFolder: join(root, 'dist/renderer'),
    consoleFolder: join(root, 'dist/console'),
    environment: {
      ROUNDS_OIDC_ISSUER: provider.issuer,
      ROUNDS_OIDC_CLIENT: provider.client,
      ROUNDS_OIDC_SECRET: provider.secret,
      ROUNDS_OIDC_NAME: 'Example Login',
    },
  })
  provider.serve(`${byName(server.url)}${CALLBACK_PATH}`)
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await server.close()
  await provider.close()
})

type Computer = { readonly page: Page; readonly context: BrowserContext; readonly faults: string[] }

async function newComputer(): Promise<Computer> {
  const context = await browser.newContext()
  const faults: string[] = []
  context.on('weberror', (fault) => faults.push(fault.error().message))
  context.on('console', (message) => {
    const isAnswer = /Failed to load resource/.test(message.text())
    if (message.type() === 'error' && !isAnswer) faults.push(message.text())
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  return { page, context, faults }
}

/** Up to the page where its person signs in, which the browser opens beside it. */
async function begin({ page, context }: Computer, label: string): Promise<Page> {
  await page.goto(byName(server.url))
  await page.getByLabel('Name of this computer').fill(label)
  await page.getByRole('button', { name: 'Sign in with your browser' }).click()
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await page.getByLabel('Passphrase again').fill(passphrase)
  await page.getByRole('button', { name: 'Continue' }).click()
  const opened = context.waitForEvent('page')
  await page.getByRole('button', { name: 'Open the page' }).click()
  const signIn = await opened
  signIn.setDefaultTimeout(30_000)
  await signIn.getByText(label).waitFor()
  return signIn
}

const codeAt = (signIn: Page) => signIn.getByLabel('Code for the computer').innerText()

async function type({ page }: Computer, code: string): Promise<void> {
  await page.getByLabel('Code of the sign-in page').fill(code)
  await page.getByRole('button', { name: 'Set up this computer' }).click()
}

const isOpen = ({ page }: Computer) => page.locator('[data-sync]').waitFor({ timeout: 60_000 })

describe('a computer whose person signs in with the browser', () => {
  it('comes in by a passkey, after a code that was mistyped', async () => {
    const own = await newComputer()
    await withAuthenticator(own.page)
    await addPasskey(own.page)
    const computer = await newComputer()
    const opened = await begin(computer, 'Front desk 2')
    // As they do whose passkey is in another browser than the one that opened.
    await own.page.goto(opened.url())
    await own.page.getByText('Front desk 2').waitFor()
    await own.page.getByLabel('Login').fill('sam')
    await own.page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
    await own.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await own.page.getByRole('button', { name: 'Use a passkey' }).click()
    const code = await codeAt(own.page)
    await type(computer, `${code.startsWith('0') ? '1' : '0'}${code.slice(1)}`)
    await computer.page.getByText('This is not the code that the sign-in page shows.').waitFor()
    await type(computer, code.toLowerCase())
    await isOpen(computer)
    const [device] = await server.store.access.devices(server.userId('sam'))
    expect(device).toMatchObject({ label: 'Front desk 2', host: 'browser' })
    expect([...own.faults, ...computer.faults]).toEqual([])
  })

  it('comes in by the provider of its organisation, and again where the server has forgotten it', async () => {
    const { issuer } = provider
    const at = instant(server.clock)
    await server.store.access.linkIdentity(server.userId('carla'), { issuer, subject: 'subject-7' }, at)
    const restore = await takeBackup(server)
    const computer = await newComputer()
    const signIn = await begin(computer, 'Carla’s laptop')
    await signOn(signIn)
    await type(computer, await codeAt(signIn))
    await isOpen(computer)
    const [device] = await server.store.access.devices(server.userId('carla'))
    expect(device).toMatchObject({ label: 'Carla’s laptop' })
    // What was used is over, and says so.
    await signIn.reload()
    await signIn.getByText('This sign-in is over').waitFor()

    const { page, context } = computer
    // All is here before the server forgets: a first load that is cut off is another story.
    await page.locator('[data-sync="done"]').waitFor({ timeout: 60_000 })
    await restore()
    await server.store.renewIncarnation()
    await page.getByRole('link', { name: 'Open the sync centre' }).click({ timeout: 60_000 })
    const form = page.getByRole('form', { name: 'Introduce this computer' })
    await form.getByLabel('Name of this computer').fill('Carla’s laptop, again')
    await form.getByRole('button', { name: 'Sign in with your browser' }).click()
    const opened = context.waitForEvent('page')
    await form.getByRole('button', { name: 'Open the page' }).click()
    const again = await opened
    // The provider knows the person still: one click.
    await again.getByRole('link', { name: 'Sign in with Example Login' }).click()
    await form.getByLabel('Code of the sign-in page').fill(await codeAt(again))
    await form.getByRole('button', { name: 'Introduce this computer' }).click()
    await page.locator('[data-sync="done"]').waitFor({ timeout: 60_000 })
    expect(await server.store.access.devices(server.userId('carla'))).toMatchObject([
      { id: device?.id, publicKey: device?.publicKey, label: 'Carla’s laptop, again' },
    ])
    expect(computer.faults).toEqual([])
  })
})

async function signOn(signIn: Page): Promise<void> {
  await signIn.getByRole('link', { name: 'Sign in with Example Login' }).click()
  await signIn.locator('input[name="login"]').fill('subject-7')
  await signIn.locator('input[name="password"]').fill('x')
  await signIn.locator('button[type="submit"]').click()
  await signIn.locator('button[type="submit"]').click()
}

async function addPasskey(page: Page): Promise<void> {
  await page.goto(`${byName(server.url)}/console/`)
  await page.getByLabel('Login').fill('sam')
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByLabel('What you call it').fill('This laptop')
  await page.getByRole('textbox', { name: 'Your password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('cell', { name: 'This laptop' }).waitFor()
}
