import type { Page } from 'playwright-core'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { launchBrowser } from '#build/browser.ts'
import { byName } from '../harness/passkey.ts'
import type { Stage } from './stage.ts'

/** The console of the stage's server, signed in as Sam. */
export async function openConsole({ place, server }: Stage): Promise<Page> {
  const browser = await launchBrowser()
  place.atEnd(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`${byName(server.url)}/console`)
  await typePassword(page, 'sam')
  await page.getByRole('tab', { name: 'Overview' }).waitFor()
  return page
}

export async function typePassword(console: Page, login: string): Promise<void> {
  await console.getByLabel('Login').fill(login)
  await console.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await console.getByRole('button', { name: 'Sign in' }).click()
}

/** Presses a button in the row that shows these words, and confirms where the console asks. */
export async function pressInRow(
  console: Page,
  tab: string,
  words: string,
  button: 'Disable' | 'Enable' | 'Revoke' | 'Wipe',
): Promise<void> {
  await console.getByRole('tab', { name: tab }).click()
  const row = console
    .getByRole('row')
    .filter({ has: console.getByRole('cell', { name: words, exact: true }) })
  await row.getByRole('button', { name: button }).click()
  if (button !== 'Enable') await console.getByRole('dialog').getByRole('button', { name: button }).click()
  await row.getByRole('button', { name: button }).waitFor({ state: 'detached' })
}
