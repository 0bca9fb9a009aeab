import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { openProfile } from '#build/browser.ts'
import { killBrowser, processOf, shiftClock } from './laptop.ts'
import type { Place } from './place.ts'

// A person's client in a real browser with a profile of its own: what it stores is there again when it is reopened.

export type Person = { readonly login: string; readonly password: string; readonly passphrase: string }
export type SyncPhase = 'offline' | 'connecting' | 'syncing' | 'done' | 'stopped'

export type Client = {
  readonly person: Person
  /** The folder that the browser writes to. */
  readonly profile: string
  /** The page that is open now. */
  page(): Page
  /** Opens the client; with the server stopped, it comes from what the browser keeps. */
  open(): Promise<void>
  /** Ends the browser as when the laptop is shut down. */
  close(): Promise<void>
  /** Ends the browser's processes at once, in the middle of whatever they do. */
  kill(): Promise<void>
  /** From the next start on, the laptop's clock is wrong by so many milliseconds. */
  setClockWrong(by: number): void
  /** First time on this device: name and password, then the passphrase. Resolves when the client is open. */
  enrol(): Promise<void>
  unlock(): Promise<void>
  /** Waits until the sync indicator shows one of these phases. */
  reachesSync(...phases: readonly SyncPhase[]): Promise<void>
  /** What went wrong in the page: errors, and violations of its content security policy. */
  faults(): readonly string[]
}

const OPEN_LIMIT = 60_000

/** `device` tells the devices of one person apart. */
export function newClient(place: Place, url: string, person: Person, device = 'laptop'): Client {
  const profile = join(place.folder, `profile-${person.login}-${device}`)
  const faults: string[] = []
  let clockWrongBy = 0
  let browser: BrowserContext | null = null
  let browserProcess = 0
  let current: Page | null = null

  const client: Client = {
    person,
    profile,
    faults: () => faults,
    page() {
      if (current === null) throw new Error(`the client of ${person.login} is not open`)
      return current
    },
    async open() {
      browser = await openProfile(profile)
      browserProcess = await processOf(browser)
      if (clockWrongBy !== 0) await browser.addInitScript(shiftClock, clockWrongBy)
      current = browser.pages()[0] ?? (await browser.newPage())
      current.setDefaultTimeout(15_000)
      noteFaults(current, faults)
      await current.goto(url)
    },
    async close() {
      await browser?.close()
      browser = null
      current = null
    },
    async kill() {
      const killed = browser
      browser = null
      current = null
      if (killed !== null) await killBrowser(killed, browserProcess)
    },
    setClockWrong: (by) => void (clockWrongBy = by),
    async enrol() {
      const page = client.page()
      await page.getByLabel('User name').fill(person.login)
      await page.getByLabel('Password', { exact: true }).fill(person.password)
      await page.getByLabel('Name of this computer').fill(`${person.login}'s ${device}`)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByLabel('Passphrase', { exact: true }).fill(person.passphrase)
      await page.getByLabel('Passphrase again').fill(person.passphrase)
      await page.getByRole('button', { name: 'Set up this computer' }).click()
      await isOpen(page)
    },
    async unlock() {
      const page = client.page()
      await page.getByLabel('Passphrase', { exact: true }).fill(person.passphrase)
      await page.getByRole('button', { name: 'Unlock' }).click()
      await isOpen(page)
    },
    async reachesSync(...phases) {
      const shown = phases.map((phase) => `[data-sync="${phase}"]`).join(', ')
      await client.page().locator(shown).waitFor({ timeout: OPEN_LIMIT })
    },
  }
  place.atEnd(() => client.close())
  return client
}

/** Where it does not open, what the page says instead is the fault that counts. */
async function isOpen(page: Page): Promise<void> {
  try {
    await page.locator('[data-sync]').waitFor({ timeout: OPEN_LIMIT })
  } catch (cause) {
    const shown = await page.locator('body').innerText()
    throw new Error(`the client did not open, and shows: ${shown}`, { cause })
  }
}

function noteFaults(page: Page, faults: string[]): void {
  page.on('pageerror', (fault) => faults.push(fault.message))
  page.on('console', (message) => {
    // A request that fails while the server is away is no fault of the page.
    const isNetwork = /Failed to load resource|net::ERR_/.test(message.text())
    if (message.type() === 'error' && !isNetwork) faults.push(message.text())
  })
}
