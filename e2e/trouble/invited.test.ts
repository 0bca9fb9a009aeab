import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { codeAt } from '#sync-server/access/signing-in/second-factor.ts'
import type { Client } from '../harness/client.ts'
import { withAuthenticator } from '../harness/passkey.ts'
import { openConsole, typePassword } from './console.ts'
import { seesFault } from './sees.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// An administrator wants invitations; somebody is invited, and sets a computer up with a new authenticator. One story.

let stage: Stage
let carla: Client
let console: Page

beforeAll(async () => {
  stage = await openStage()
  console = await openConsole(stage)
})
afterAll(() => stage.end())

it('begins when an administrator wants it so, who can show a second proof', async () => {
  const wanted = console.getByRole('switch', { name: /by invitation/ })
  await console.getByRole('tab', { name: 'Users' }).click()
  await wanted.click()
  await seesFault(console, 'access.factor-needed')
  await withAuthenticator(console)
  await console.getByRole('button', { name: 'Your account' }).click()
  await console.getByLabel('What you call it').fill('This laptop')
  await console.getByRole('textbox', { name: 'Your password' }).fill(DEMO_PASSWORD)
  await console.getByRole('button', { name: 'Add a passkey' }).click()
  await console.getByRole('cell', { name: 'This laptop' }).waitFor()
  await console.keyboard.press('Escape')
  await wanted.click()
  await console.getByRole('switch', { name: /by invitation/, checked: true }).waitFor()
})

it('lets nobody set a computer up by password alone, and says where the invitation comes from', async () => {
  carla = stage.client('carla')
  await carla.open()
  const page = carla.page()
  await page.getByLabel('User name').fill('carla')
  await page.getByLabel('Password', { exact: true }).fill(carla.person.password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('textbox', { name: 'Invitation' }).fill('AAAA-BBBB-CCCC-DDDD')
  await page.getByRole('button', { name: 'Continue' }).click()
  await seesFault(page, 'access.invitation')
})

it('takes in who was invited, with the code of the authenticator that it gave', async () => {
  const page = carla.page()
  await page.getByRole('textbox', { name: 'Invitation' }).fill(await invitationFor('Carla Mendes'))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Passphrase', { exact: true }).fill(carla.person.passphrase)
  await page.getByLabel('Passphrase again').fill(carla.person.passphrase)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('img', { name: 'Picture for the authenticator' }).waitFor()
  const shown = await shownBy(page)
  await typeCode(page, String((Number(shown) + 1) % 1_000_000).padStart(6, '0'))
  await seesFault(page, 'access.second-factor')
  await typeCode(page, await shownBy(page))
  await carla.reachesSync('done')
  expect(carla.faults()).toEqual([])
})

it('lets nobody in at the console by password alone either: an invitation gives an authenticator', async () => {
  const invitation = await invitationFor('Priya Raman')
  const page = console
  await page.getByRole('button', { name: 'Sign out' }).click()
  await typePassword(page, 'priya')
  await seesFault(page, 'access.factor-needed')
  await page.getByLabel('Invitation').fill(invitation)
  await page.getByRole('button', { name: 'Get an authenticator' }).click()
  const picture = page.getByRole('img', { name: 'Picture for the authenticator' })
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
  await page.getByLabel('Code').fill(await shownBy(page))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
})

/** What the authenticator shows that the page gives the key of. */
async function shownBy(page: Page): Promise<string> {
  const key = (await page.getByLabel('Key for the authenticator').innerText()).replaceAll(/\s/g, '')
  return codeAt({ secret: key, confirmedAt: null }, Date.now())
}

async function invitationFor(name: string): Promise<string> {
  const row = console.getByRole('row').filter({ has: console.getByRole('cell', { name, exact: true }) })
  await row.getByRole('button', { name: 'Invite' }).click()
  const code = await console.getByLabel('Invitation', { exact: true }).innerText()
  await console.keyboard.press('Escape')
  await console.getByRole('dialog').waitFor({ state: 'detached' })
  return code
}

async function typeCode(page: Page, code: string): Promise<void> {
  const first = page.getByLabel('Digit 1 of the code')
  await first.click()
  for (const digit of code) await page.keyboard.press(digit)
  await page.getByRole('button', { name: 'Set up this computer' }).click()
}
