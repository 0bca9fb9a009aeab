import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#build/browser.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import type { Client } from './harness/client.ts'
import { openModule } from './harness/screens.ts'
import { openStage } from './trouble/stage.ts'
import type { Stage } from './trouble/stage.ts'

// A clinician breaks the glass; a supervisor signs it off; the privacy officer looks after what patients may ask and what was
// lost. One story: the tests below follow one another.

let stage: Stage
let browser: Browser
let clara: Client
let patientId = ''

beforeAll(async () => {
  stage = await openStage()
  browser = await launchBrowser()
  clara = stage.client('clara')
  await clara.open()
  await clara.enrol()
  await clara.reachesSync('done')
})

afterAll(async () => {
  await browser.close()
  await stage.end()
})

/** Somebody at the console, who has said that they look for a matter of privacy. */
async function atConsole(login: string, tab: string): Promise<Page> {
  const page = await (await browser.newContext({ acceptDownloads: true })).newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(`${stage.server.url}/console`)
  await page.getByLabel('Login').fill(login)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('tab', { name: tab }).click()
  await page.getByRole('radio', { name: 'Review, report, or request of a patient' }).check()
  await page.getByRole('button', { name: 'Go on' }).click()
  return page
}

describe('a clinician who breaks the glass', () => {
  it('says why, sees the patient’s records below a banner, and ends it', async () => {
    const page = clara.page()
    await openModule(page, 'Patients')
    await page.locator('[data-row]').first().click()
    patientId = (await page.locator('[data-record]').getAttribute('data-record')) ?? ''
    await page.getByRole('region', { name: 'How to reach the patient' }).getByText('Text message').waitFor()
    await page.getByRole('button', { name: 'Emergency access' }).click()
    const form = page.getByRole('dialog')
    expect(await form.getByRole('button', { name: 'Open the records' }).isDisabled()).toBe(true)
    await form.getByRole('combobox', { name: 'Reason' }).click()
    await page.getByRole('option', { name: 'Threat to life' }).click()
    await form.getByLabel('What is the emergency?').fill('Found without consciousness in the waiting room')
    await form.getByRole('button', { name: 'Open the records' }).click()
    await page.getByRole('status').getByText('Emergency access').waitFor()
    const opened = page.getByRole('dialog').getByRole('region', { name: 'Patients' })
    await opened.getByRole('button').first().click()
    await opened.getByRole('region', { name: 'Person' }).first().waitFor()
    await page.getByRole('button', { name: 'End it now' }).click()
    await page.getByRole('status').getByText('Emergency access').waitFor({ state: 'detached' })
    expect(clara.faults()).toEqual([])
  })

  it('is signed off by a supervisor', async () => {
    const page = await atConsole('sofia', 'Emergencies')
    const row = page.getByRole('row').filter({ hasText: 'Clara Voss' })
    await row.getByText('Found without consciousness').waitFor()
    await row.getByRole('button', { name: 'Sign off' }).click()
    await page.getByLabel('What was found').fill('Confirmed with the ward')
    await page.getByRole('dialog').getByRole('button', { name: 'Sign off' }).click()
    await row.getByText('Justified').waitFor()
  })
})

describe('a privacy officer', () => {
  let priya: Page
  beforeAll(async () => {
    priya = await atConsole('priya', 'Disclosures')
  })

  it('saves a patient’s whole record, which is a disclosure then', async () => {
    await priya.getByRole('tab', { name: 'Patients’ requests' }).click()
    await priya.getByRole('textbox', { name: 'Patient', exact: true }).fill(patientId)
    await priya.getByRole('button', { name: 'Go on' }).click()
    const saved = priya.waitForEvent('download')
    await priya.getByRole('button', { name: 'Save for people (HTML, to print)' }).click()
    const html = await readFile(await (await saved).path(), 'utf8')
    expect(html).toContain('<h2>Patients</h2>')
    await priya.getByLabel('What the patient asks to be amended').fill('The address is an old one.')
    await priya.getByRole('button', { name: 'Take the request in' }).click()
    await priya.getByRole('row').filter({ hasText: 'The address is an old one.' }).waitFor()
    const page = await (await browser.newContext()).newPage()
    await page.setContent(html)
    await priya.getByRole('tab', { name: 'Disclosures' }).click()
    await priya.getByRole('textbox', { name: 'Patient', exact: true }).fill(patientId)
    await priya.getByRole('button', { name: 'Account for it' }).click()
    await priya.getByLabel('Also for treatment').check()
    await priya.getByRole('cell', { name: 'the patient' }).waitFor()
  })

  it('reviews what everybody did, and signs it', async () => {
    await priya.getByRole('tab', { name: 'Activity' }).click()
    await priya.getByRole('button', { name: 'Show' }).click()
    await priya.getByRole('row').filter({ hasText: 'Clara Voss' }).waitFor()
    await priya.getByLabel('What you found').fill('One emergency, signed off')
    await priya.getByRole('button', { name: 'Sign this review' }).click()
    await priya.getByRole('region', { name: 'Reviews' }).getByText('One emergency, signed off').waitFor()
  })

  it('decides on a lost laptop, and signs', async () => {
    await priya.getByRole('tab', { name: 'Lost laptops' }).click()
    await priya
      .getByRole('row')
      .filter({ hasText: 'Clara Voss' })
      .getByRole('button', { name: 'Dossier' })
      .click()
    await priya.getByText('persons concerned').waitFor()
    // What her computer measured when she chose her passphrase, and told with what she looked at.
    await priya.getByText('takes more than a million million guesses').waitFor()
    await priya.getByLabel('What kind of information it was').fill('Names, dates, findings')
    await priya.getByLabel('Who may have it now').fill('Nobody knows')
    await priya.getByLabel('Whether it was in fact acquired').fill('Not known')
    await priya.getByLabel('How far the risk was lessened').fill('Revoked and ordered to be wiped')
    const sign = priya.getByRole('button', { name: 'Sign the dossier' })
    expect(await sign.isDisabled()).toBe(true)
    await priya.getByRole('radio', { name: 'It was a breach' }).check()
    await sign.click()
    await priya.getByText('It does not change any more.').waitFor()
    await priya.emulateMedia({ media: 'print' })
    expect(await priya.getByRole('tab', { name: 'Audit' }).isVisible()).toBe(false)
    expect(await priya.getByText('persons concerned').isVisible()).toBe(true)
    await priya.emulateMedia({ media: 'screen' })
  })

  it('marks a patient’s records, which say so to who may see them; a second person releases them', async () => {
    const page = clara.page()
    await openModule(page, 'Referrals')
    await page.locator('[data-card]').first().click()
    await page.locator('[data-record] a[href*="/patients/"]').first().click()
    await page.waitForURL(/\/patients\/./)
    const referred = (await page.locator('[data-record]').getAttribute('data-record')) ?? ''
    const badge = page.getByText('Sensitive: Behavioural health')

    await priya.getByRole('tab', { name: 'Sensitive records' }).click()
    await priya.getByRole('textbox', { name: 'Patient', exact: true }).fill(referred)
    await priya.getByRole('button', { name: 'Look' }).click()
    // A patient's tasks may be listed beside them.
    await priya.getByRole('checkbox', { name: /^Choose Patient of / }).check()
    await priya.getByRole('button', { name: 'Mark as sensitive' }).click()
    const form = priya.getByRole('dialog')
    await form.getByRole('combobox', { name: 'As what' }).click()
    await priya.getByRole('option', { name: 'Behavioural health' }).click()
    await form.getByText(/Who would lose sight of some or all: .*1 supervisor/).waitFor()
    expect(await form.getByLabel('Also what hangs on it').isChecked()).toBe(true)
    await form.getByLabel('Why').fill('Asked for at the desk')
    await form.getByRole('button', { name: 'Mark', exact: true }).click()
    await priya.getByRole('region', { name: 'Marked by people' }).getByText('Asked for at the desk').waitFor()
    await badge.waitFor()

    await priya.getByRole('checkbox', { name: 'Choose all that are shown' }).check()
    await priya.getByRole('button', { name: 'Propose a release' }).click()
    await form.getByRole('combobox', { name: 'As what' }).click()
    await priya.getByRole('option', { name: 'Behavioural health' }).click()
    await form.getByLabel('Why').fill('It was another patient')
    await form.getByRole('button', { name: 'Propose', exact: true }).click()
    const own = priya.getByRole('row').filter({ hasText: 'It was another patient' })
    await own.getByRole('button', { name: 'Take back' }).waitFor()
    expect(await own.getByRole('button', { name: 'Approve' }).count()).toBe(0)

    const sofia = await atConsole('sofia', 'Sensitive records')
    const row = sofia.getByRole('row').filter({ hasText: 'It was another patient' })
    await row.getByRole('button', { name: 'Approve' }).click()
    await sofia.getByRole('dialog').getByRole('button', { name: 'Release' }).click()
    await row.getByText('released').waitFor()
    expect(await sofia.getByRole('textbox', { name: 'Patient', exact: true }).count()).toBe(0)
    await badge.waitFor({ state: 'detached' })
    expect(clara.faults()).toEqual([])
  })

  it('places a hold, which stops an erasure', async () => {
    await priya.getByRole('tab', { name: 'Retention' }).click()
    await priya.getByLabel('Patient to hold').fill(patientId)
    await priya.getByLabel('The suit or inquiry').fill('Suit 17')
    await priya.getByRole('button', { name: 'Place the hold' }).click()
    await priya.getByRole('row').filter({ hasText: 'Suit 17' }).waitFor()
    await priya.getByLabel('Patient to erase').fill(patientId)
    await priya.getByRole('combobox', { name: 'Ground' }).click()
    await priya.getByRole('option', { name: 'Retention over' }).click()
    await priya.getByLabel('Why', { exact: true }).fill('Ten years are over')
    await priya.getByRole('button', { name: 'Propose' }).click()
    await priya.getByRole('alert').getByText('A legal hold lies on this patient').waitFor()
  })
})
