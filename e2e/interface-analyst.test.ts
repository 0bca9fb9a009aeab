import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import {
  booking,
  openInterfaceStage,
  phiWords,
  registration,
  settingsIn,
} from '#sync-server/testing/interface-stage.ts'
import type { InterfaceStage } from '#sync-server/testing/interface-stage.ts'

// A booking without a time comes in. The interface analyst puts it right at the console; the sync admin watches, and sees
// nothing of the patient. One story: the tests below follow one another.

let stage: InterfaceStage
let browser: Browser
let analyst: Page
let admin: Page
/** Everything that the server has told the sync admin's page. */
const told: string[] = []

beforeAll(async () => {
  stage = await openInterfaceStage({ consoleFolder: join(root, 'dist/console') })
  browser = await launchBrowser()
  const signIn = async (login: string): Promise<Page> => {
    const page = await (await browser.newContext()).newPage()
    page.on('response', (response) => {
      if (login === 'sam')
        void response.text().then(
          (text) => told.push(text),
          () => undefined,
        )
    })
    await page.goto(`${stage.server.url}/console`)
    await page.getByLabel('Login').fill(login)
    await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('tab', { name: 'Feeds' }).waitFor()
    return page
  }
  admin = await signIn('sam')
  analyst = await signIn('ivo')
  await stage.send(booking('J1', 'MR8801'))
})

afterAll(async () => {
  await browser.close()
  await stage.server.close()
})

async function patientsCounted(): Promise<number> {
  await admin.getByRole('tab', { name: 'Feeds' }).click()
  await admin.getByRole('tab', { name: 'Overview' }).click()
  const row = admin
    .getByRole('row')
    .filter({ has: admin.getByRole('cell', { name: 'patients', exact: true }) })
  return Number(await row.getByRole('cell').last().innerText())
}

describe('a dead letter at the console', () => {
  it('is told to a sync admin by its cause and its place, and says nothing of the patient', async () => {
    await admin.getByRole('tab', { name: 'Feeds' }).click()
    await admin.getByText('1 dead letter', { exact: true }).first().waitFor()
    await admin.getByRole('tab', { name: 'Waiting for you' }).click()
    await admin.getByRole('row').getByRole('link').first().click()
    await admin.getByText('SCH-11', { exact: true }).waitFor()
    await admin.getByText('is for interface analysts').waitFor()
    expect(await admin.getByRole('tab', { name: 'Correct a copy' }).count()).toBe(0)
  })

  it('is found, read, corrected, tried and applied by an analyst, who says what for: one patient more', async () => {
    const before = await patientsCounted()
    await analyst.getByRole('tab', { name: 'Waiting for you' }).click()
    await analyst.getByRole('row').getByRole('link').first().click()
    await analyst.getByRole('radio', { name: 'Repair of messages' }).check()
    await analyst.getByLabel('Reference').fill('INC-7')
    await analyst.getByRole('button', { name: 'Go on' }).click()
    await analyst.getByText('Quillfeather', { exact: true }).waitFor()
    await analyst.getByRole('tab', { name: 'Correct a copy' }).click()
    const segment = analyst.getByLabel('Segment 2', { exact: true })
    await segment.fill((await segment.inputValue()).replace('^^30^', '^^30^20261123093000'))
    await analyst.getByRole('button', { name: 'What would change?' }).click()
    const outcome = analyst.getByRole('status', { name: 'What would change' })
    await outcome.getByText('Ottoline').waitFor()
    expect(await patientsCounted()).toBe(before)
    await analyst.getByRole('button', { name: 'Keep the copy and apply it' }).click()
    await analyst.getByText('a corrected copy of').waitFor()
    await analyst.getByRole('tab', { name: 'Records' }).click()
    await analyst.getByRole('link', { name: 'Appointment' }).waitFor()
    await expect.poll(patientsCounted).toBe(before + 1)
  })

  it('keeps its history, which the admin may read; of the patient the admin was told nothing by anything', async () => {
    await admin.getByRole('tab', { name: 'Messages' }).click()
    await admin.getByRole('row').filter({ hasText: 'corrected' }).getByRole('link').click()
    await admin.getByText('made a corrected copy').waitFor()
    await admin.getByText('repair INC-7').first().waitFor()
    const shown = await admin.locator('body').innerText()
    for (const word of phiWords)
      expect([word, shown.includes(word), told.join('').includes(word)]).toEqual([word, false, false])
    expect(told.join('')).toContain('hl7.unmapped')
  })
})

describe('who is told of what people enter', () => {
  it('is shown to the admin, and set up by the analyst', async () => {
    for (const page of [admin, analyst]) {
      await page.getByRole('tab', { name: 'Feeds' }).click()
      await page.getByRole('link', { name: 'Settings' }).first().click()
    }
    const isSent = (page: Page) => page.getByRole('switch', { name: 'is sent to another system' })
    await isSent(admin).waitFor()
    expect(await isSent(admin).isDisabled()).toBe(true)
    await isSent(analyst).click()
    const save = analyst.getByRole('button', { name: 'Save' })
    expect(await save.isDisabled()).toBe(true)
    await analyst.getByLabel('Host', { exact: true }).fill('ehr.example')
    await analyst.getByLabel('It is (MSH-5, MSH-6): application').fill('EPIC')
    await save.click()
    await analyst.getByText('version 2', { exact: true }).waitFor()
    const [feed] = await stage.server.store.feeds.list()
    expect(feed?.settings).toMatchObject({
      send: {
        host: 'ehr.example',
        port: 2575,
        tls: true,
        to: { application: 'EPIC' },
        events: ['A28', 'A31', 'A04'],
      },
    })
  })
})

describe('messages of a facility that belongs to no site', () => {
  /** As the feed's page saves it. */
  async function siteOf(facility: string): Promise<void> {
    const { feeds } = stage.server.store
    const [feed] = await feeds.list()
    if (feed === undefined) throw new Error('no feed')
    const site = stage.server.synthetic.sites[0].id
    await feeds.save({
      ...feed,
      settings: { ...settingsIn(feed), sites: [{ sender: '*', facility, site }] },
    })
    await stage.server.hl7.feeds.reload()
  }

  it('are parked by their cause, and applied again by one, by some and by all of them', async () => {
    await siteOf('GENERAL')
    const numbers = [1, 2, 3]
    await stage.send(
      ...numbers.map((number) => registration(`W${number}`, `MR890${number}`, undefined, 'WEST')),
    )
    const before = await patientsCounted()
    await analyst.getByRole('tab', { name: 'Waiting for you' }).click()
    await analyst.getByRole('navigation', { name: 'Causes' }).getByText('WEST').click()
    const choices = analyst.getByRole('checkbox', { name: /^Choose/ })
    const done = analyst.getByRole('status')
    await choices.first().check()
    await analyst.getByRole('button', { name: 'Apply 1 again' }).click()
    await done.getByText('1 of 1 done: 1 parked').waitFor()
    await siteOf('*')
    for (const choice of [choices.first(), choices.nth(1)]) await choice.check()
    await analyst.getByRole('button', { name: 'Apply 2 again' }).click()
    await done.getByText('2 of 2 done: 2 applied').waitFor()
    await analyst.getByRole('button', { name: 'Apply all 1 again' }).click()
    await analyst.getByRole('dialog').getByRole('button', { name: 'Apply them' }).click()
    await expect.poll(patientsCounted).toBe(before + 3)
  })
})
