import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Id } from '#app/kernel/index.ts'
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
let agreementId: Id
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
  const parties = { ours: 'Synthetic Clinic', theirs: 'General Hospital' }
  const days = { from: '2020-01-01', until: null }
  const about = { kind: 'baa', parties, document: { title: 'Contract 9' }, ...days } as const
  agreementId = (await stage.sam.ask('add-agreement', about)).id
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

describe('codes of the sender’s own', () => {
  const row = (name: string, number: number) =>
    analyst
      .getByRole('region', { name: 'Codes of the sender' })
      .getByLabel(`${name}, row ${number}`, { exact: true })
  async function choose(name: string, option: string): Promise<void> {
    await row(name, 1).click()
    await analyst.getByRole('option', { name: option, exact: true }).click()
  }
  const save = () => analyst.getByRole('button', { name: 'Save' })

  it('are set up row by row, and tried before they are saved', async () => {
    const region = analyst.getByRole('region', { name: 'Codes of the sender' })
    await region.getByRole('button', { name: 'Add a row' }).click()
    await row('Their code', 1).fill('K')
    await choose('Table', '0004, class of a visit, PV1-2')
    await region.getByText('Row 1: not a code of that table').waitFor()
    expect(await save().isDisabled()).toBe(true)
    await choose('Table', '0001, sex, PID-8')
    await choose('Stands for', 'F, female')
    const message = registration('K1', 'MR8910').toString().replace('|19730412|F|', '|19730412|K|')
    await analyst.getByLabel('Message', { exact: true }).fill(message.replaceAll('\r', '\n'))
    await analyst.getByRole('button', { name: 'Try it' }).click()
    await analyst.getByRole('status', { name: 'What would change' }).getByText('female').waitFor()
    await save().click()
    await analyst.getByText('version 3', { exact: true }).waitFor()
    const [feed] = await stage.server.store.feeds.list()
    expect(feed?.settings).toMatchObject({ codes: [{ table: '0001', code: 'K', means: 'F' }] })
  })

  it('are kept in the page, with the reason, where the server does not save', async () => {
    await row('Their code', 1).fill('W')
    await analyst.getByRole('combobox', { name: 'Agreement' }).click()
    await analyst.getByRole('option', { name: /Contract 9/ }).click()
    await stage.sam.ask('end-agreement', { id: agreementId })
    await save().click()
    const refused = analyst.getByRole('alert').filter({ hasText: 'These settings were not saved.' })
    await refused.getByText('send.agreementId:').waitFor()
    expect(await row('Their code', 1).inputValue()).toBe('W')
    await row('Their code', 1).fill('K')
    await refused.waitFor({ state: 'detached' })
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
