import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codeAt } from '#sync-server/access/signing-in/second-factor.ts'
import type { Client } from '../harness/client.ts'
import { openConsole } from './console.ts'
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

it('begins when an administrator wants it so', async () => {
  await console.getByRole('tab', { name: 'Users' }).click()
  await console.getByRole('switch', { name: /by invitation/ }).click()
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
  const key = (await page.getByLabel('Key for the authenticator').innerText()).replaceAll(/\s/g, '')
  const shown = codeAt({ secret: key, confirmedAt: null }, Date.now())

  await typeCode(page, String((Number(shown) + 1) % 1_000_000).padStart(6, '0'))
  await seesFault(page, 'access.second-factor')
  await typeCode(page, codeAt({ secret: key, confirmedAt: null }, Date.now()))
  await carla.reachesSync('done')
  expect(carla.faults()).toEqual([])
})

async function invitationFor(name: string): Promise<string> {
  const row = console.getByRole('row').filter({ has: console.getByRole('cell', { name, exact: true }) })
  await row.getByRole('button', { name: 'Invite' }).click()
  return console.getByLabel('Invitation', { exact: true }).innerText()
}

async function typeCode(page: Page, code: string): Promise<void> {
  const first = page.getByLabel('Digit 1 of the code')
  await first.click()
  for (const digit of code) await page.keyboard.press(digit)
  await page.getByRole('button', { name: 'Set up this computer' }).click()
}
