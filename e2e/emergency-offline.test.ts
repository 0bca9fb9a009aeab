import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import { newId } from '#app/kernel/index.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { mark } from '#sync-server/testing/mark-sensitive.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import type { TestServer } from '#sync-server/testing/test-server.ts'
import { newClient } from './harness/client.ts'
import type { Client } from './harness/client.ts'
import { findOnDisk } from './harness/find-on-disk.ts'
import { newPlace } from './harness/place.ts'
import type { Place } from './harness/place.ts'
import { openModule } from './harness/screens.ts'
import { seesFault } from './trouble/sees.ts'

// A clinician breaks the glass where there is no network; a supervisor signs it off afterwards. One story: the tests below
// follow one another.

const family = 'Quillfeather'
const words = 'Found without consciousness at home'
const minute = 60_000

let place: Place
let server: TestServer
let clara: Client

beforeAll(async () => {
  place = await newPlace()
  server = await startTestServer({
    clientFolder: join(root, 'dist/renderer'),
    consoleFolder: join(root, 'dist/console'),
  })
  place.atEnd(() => server.close())
  await withholdAPatient()
  const person = { login: 'clara', password: DEMO_PASSWORD, passphrase: 'clara walks under nine lanterns' }
  clara = newClient(place, server.url, person)
  await clara.open()
  await clara.enrol()
  await clara.reachesSync('done')
})
afterAll(() => place.end())

/** Somebody of Clara's site whose record says that it tells of HIV, which she has no right to know. */
async function withholdAPatient(): Promise<void> {
  const grants = await server.store.access.grants(server.userId('clara'))
  const siteId = grants.find(({ scope }) => scope.startsWith('site:'))?.scope.slice('site:'.length)
  if (siteId === undefined) throw new Error('Clara has no site')
  const [id, key] = [newId(), newId()]
  const name = {
    key,
    use: 'official',
    family,
    given: ['Ottoline'],
    prefix: [],
    suffix: [],
    representation: 'A',
  }
  const actor = {
    type: 'seed',
    orgId: server.synthetic.organisation.id,
    at: '2026-01-05T08:00:00.000Z',
  } as const
  await server.door.seed(actor, [
    { module: 'patients', id, data: { names: [name], siteIds: [siteId] } },
  ] as never)
  await mark(server, id, 'hiv', {}, 'patients')
}

async function openKept(page: Page, passphrase: string): Promise<void> {
  const form = page.getByRole('dialog', { name: 'Emergency access without a network' })
  await form.getByRole('textbox', { name: 'Your passphrase' }).fill(passphrase)
  await form.getByRole('button', { name: 'Open the records' }).click()
}

it('keeps the restricted record sealed: no list, no search and no disk shows it', async () => {
  const page = clara.page()
  const card = page.getByRole('region', { name: 'For an emergency' })
  await card.getByText('1 restricted record of 1 patient').waitFor({ timeout: 60_000 })
  await page.context().setOffline(true)
  await clara.reachesSync('offline')
  await openModule(page, 'Patients')
  await page.getByLabel('Filter patients').fill(family)
  await page.getByText('No patients match these filters').waitFor()
  expect(await findOnDisk(clara.profile, [family])).toEqual([])
})

it('opens it offline for a reason and the passphrase, shows it, and is over after an hour', async () => {
  const page = clara.page()
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /^Today/ })
    .click()
  await page.clock.install()
  await page.getByRole('button', { name: 'Emergency access without a network' }).click()
  const form = page.getByRole('dialog', { name: 'Emergency access without a network' })
  expect(await form.getByRole('button', { name: 'Open the records' }).isDisabled()).toBe(true)
  await form.getByRole('combobox', { name: 'Reason' }).click()
  await page.getByRole('option', { name: 'Threat to life' }).click()
  await form.getByLabel('What is the emergency?').fill(words)
  await openKept(page, 'clara walks under ten lanterns')
  await seesFault(page, 'replica.passphrase')
  await openKept(page, clara.person.passphrase)
  await page.getByRole('status').getByText('Emergency access, from this computer').waitFor()
  await page.getByLabel('Whose records?').fill('quillf')
  await page.getByRole('group', { name: 'Patients found' }).getByRole('button').click()
  const records = page.getByRole('region', { name: new RegExp(family) })
  await records.getByRole('button').first().click()
  await records.getByText('Ottoline').first().waitFor()
  for (let quarters = 0; quarters < 5; quarters += 1) {
    // Somebody is there, so that it does not lock before.
    await page.mouse.move(200 + quarters, 200)
    await page.clock.fastForward(13 * minute)
  }
  await seesFault(page, 'access.emergency-over')
  expect(await page.getByText('Ottoline').count()).toBe(0)
  await page.keyboard.press('Escape')
  expect(await findOnDisk(clara.profile, [family, words])).toEqual([])
  expect(clara.faults()).toEqual([])
})

it('is told at the next contact, and signed off by a supervisor', async () => {
  await clara.page().context().setOffline(false)
  await clara.reachesSync('done')
  const browser: Browser = await launchBrowser()
  place.atEnd(() => browser.close())
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(15_000)
  await expect
    .poll(async () => (await server.store.access.papers('emergency')).length, { timeout: 60_000 })
    .toBe(1)
  await page.goto(`${server.url}/console`)
  await page.getByLabel('Login').fill('sofia')
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('tab', { name: 'Emergencies' }).click()
  await page.getByRole('radio', { name: 'Review, report, or request of a patient' }).check()
  await page.getByRole('button', { name: 'Go on' }).click()
  const row = page.getByRole('row').filter({ hasText: 'Clara Voss' })
  await row.getByText(words).waitFor()
  await row.getByText('without a network').waitFor()
  await row.getByText('records were looked at').waitFor()
  await row.getByRole('button', { name: 'Sign off' }).click()
  await page.getByLabel('What was found').fill('Confirmed with the ward')
  await page.getByRole('dialog').getByRole('button', { name: 'Sign off' }).click()
  await row.getByText('Justified').waitFor()
})
