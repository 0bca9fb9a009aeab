import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import type { StoredDevice } from '#sync-server/store/contract.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { openConsole } from '#sync-server/testing/console-client.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import type { TestServer } from '#sync-server/testing/test-server.ts'
import { newClient } from './harness/client.ts'
import type { Client } from './harness/client.ts'
import { newPlace } from './harness/place.ts'
import type { Place } from './harness/place.ts'
import { seesFault } from './trouble/sees.ts'

// A laptop that is opened after its lease, and one whose clock was turned back, against a real server. One story: the tests
// below follow one another.

const DAY = 86_400_000

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
  const person = { login: 'clara', password: DEMO_PASSWORD, passphrase: 'clara walks under nine lanterns' }
  clara = newClient(place, server.url, person)
})
afterAll(() => place.end())

async function device(): Promise<StoredDevice> {
  const [only] = await server.store.access.devices(server.userId('clara'))
  if (only === undefined) throw new Error('Clara has no device')
  return only
}

/** What the audit has of this laptop's gate, the first first, with the day on its own clock, counted from today. */
async function toldOfTheGate(): Promise<readonly (readonly [string, number])[]> {
  const { id } = await device()
  const entries = await server.store.audit.read({ limit: 500 })
  return entries
    .toReversed()
    .filter(({ action }) => ['unlock', 'unlock-refused', 'clock-set-back'].includes(action))
    .map(({ action, actor, deviceId, facts }) => {
      expect([actor, deviceId]).toEqual([server.userId('clara'), id])
      const days = Math.round((Date.parse(String(facts?.['told'])) - Date.now()) / DAY)
      // Without the sign that a moment ago gives it.
      return [action, Math.abs(days)] as const
    })
}

/** Started again by a clock that is so many days off, without a network, and unlocked in vain. */
async function staysLocked(days: number, why: string): Promise<void> {
  await clara.close()
  clara.setClockWrong(days * DAY)
  await clara.open()
  const page = clara.page()
  await page.getByLabel('Passphrase', { exact: true }).waitFor()
  await page.context().setOffline(true)
  await page.getByLabel('Passphrase', { exact: true }).fill(clara.person.passphrase)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await seesFault(page, 'replica.lease', { why })
  expect(await page.locator('[data-sync]').count()).toBe(0)
}

async function opensByContact(): Promise<void> {
  await clara.page().context().setOffline(false)
  await clara.unlock()
  await clara.reachesSync('done')
}

async function atConsole(login: string): Promise<Page> {
  const browser = await launchBrowser()
  place.atEnd(() => browser.close())
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(`${server.url}/console`)
  await page.getByLabel('Login').fill(login)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  return page
}

it('is set by role at the console, where it is shown', async () => {
  const page = await atConsole('sam')
  const days = page.getByRole('group', { name: 'Days without contact' })
  await page.getByRole('tab', { name: 'Devices' }).click()
  expect(await days.getByLabel('Everybody').inputValue()).toBe('7')
  await days.getByLabel('Everybody').fill('20')
  await days.getByLabel('Clinician').fill('3')
  await days.getByRole('button', { name: 'Save the days' }).click()
  await expect.poll(() => server.store.access.leaseDays()).toEqual({ days: 20, byRole: { clinician: 3 } })
  await page.getByRole('tab', { name: 'Overview' }).click()
  await page.getByRole('tab', { name: 'Devices' }).click()
  expect(await days.getByLabel('Clinician').inputValue()).toBe('3')
  expect(await days.getByLabel('Coordinator').getAttribute('placeholder')).toBe('as everybody: 20')
  await days.getByLabel('Clinician').fill('91')
  expect(await days.getByRole('button', { name: 'Save the days' }).isDisabled()).toBe(true)
})

it('is over after the days of its role: the copy stays locked, and the server hears of it at the next contact', async () => {
  await clara.open()
  await clara.enrol()
  await clara.reachesSync('done')
  await expect.poll(toldOfTheGate, { timeout: 30_000 }).toEqual([['unlock', 0]])
  const { leaseUntil, lastSeenAt } = await device()
  expect(Date.parse(leaseUntil ?? '') - Date.parse(lastSeenAt ?? '')).toBe(3 * DAY)
  await staysLocked(4, 'it was not in contact for too long')
  expect((await toldOfTheGate()).map(([action]) => action)).not.toContain('unlock-refused')
  await opensByContact()
  await expect.poll(toldOfTheGate, { timeout: 30_000 }).toEqual([
    ['unlock', 0],
    ['unlock-refused', 4],
    ['unlock', 4],
  ])
})

it('is not lengthened by a clock that is turned back, of which the server hears, too', async () => {
  await staysLocked(0, 'its clock was set back')
  await opensByContact()
  await expect
    .poll(async () => (await toldOfTheGate()).slice(3), { timeout: 30_000 })
    .toEqual([
      ['clock-set-back', 0],
      ['unlock-refused', 0],
      // Still so when there was a network again.
      ['clock-set-back', 0],
      ['unlock', 0],
    ])
  expect(clara.faults()).toEqual([])
})

it('stands in the dossier, as it was given and as it was met', async () => {
  const { id, leaseUntil } = await device()
  await server.store.access.setLeaseDays({ days: 90, byRole: {} })
  const priya = await openConsole(server.url, 'priya', DEMO_PASSWORD)
  await priya.ask('state-purpose', { purpose: 'incident', reference: 'L-2' })
  const { evidence } = await priya.ask('dossier', { deviceId: id })
  const says = new Map(evidence.map((one) => [one.fact, one.says]))
  expect(says.get('lease')).toContain(`lasts until ${leaseUntil}`)
  expect(says.get('unlock-refused')).toContain('somebody who had the passphrase was refused')
  expect(says.get('clock-set-back')).toContain('set back')
})
