import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import { newId } from '#app/kernel/index.ts'
import { message, msh } from '#sync-server/hl7/testing/messages.ts'
import { openPartner } from '#sync-server/hl7/testing/partner.ts'
import type { Partner } from '#sync-server/hl7/testing/partner.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { openInterfaceStage } from '#sync-server/testing/interface-stage.ts'
import type { InterfaceStage } from '#sync-server/testing/interface-stage.ts'

// Who may do what, on what ground other systems are told, and what is written down of both: by the people of the console, each in a
// browser of their own. One story: the tests below follow one another.

let stage: InterfaceStage
let partner: Partner
let browser: Browser

beforeAll(async () => {
  partner = await openPartner()
  stage = await openInterfaceStage({ consoleFolder: join(root, 'dist/console') })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await stage.server.close()
  await partner.close()
})

async function atConsole(login: string, tab: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(`${stage.server.url}/console`)
  await page.getByLabel('Login').fill(login)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('tab', { name: tab }).click()
  return page
}

const open = (page: Page, tab: string) => page.getByRole('tab', { name: tab }).click()

async function choose(within: Locator, field: string, option: string): Promise<void> {
  await within.getByRole('combobox', { name: field }).click()
  await within.page().getByRole('option', { name: option }).click()
}

describe('a grant', () => {
  const why = 'Stands in for the ward until March'
  let priya: Page
  const own = () => priya.getByRole('row').filter({ hasText: why })

  it('is proposed with a reason, and is not for who proposed it to approve', async () => {
    priya = await atConsole('priya', 'Grants')
    await priya.getByRole('button', { name: 'Propose a grant' }).click()
    const form = priya.getByRole('dialog')
    const propose = form.getByRole('button', { name: 'Propose' })
    await choose(form, 'Who', 'Clara Voss')
    await choose(form, 'Role', 'Supervisor')
    await choose(form, 'Where', 'Whole organisation')
    expect(await propose.isDisabled()).toBe(true)
    await form.getByLabel('Why').fill(why)
    await propose.click()
    await own().getByText('proposed', { exact: true }).waitFor()
    await own().getByRole('button', { name: 'Take back' }).waitFor()
    expect(await own().getByRole('button', { name: 'Approve' }).count()).toBe(0)
  })

  it('holds once a second person approves it, until it is ended', async () => {
    const sofia = await atConsole('sofia', 'Grants')
    const row = sofia.getByRole('row').filter({ hasText: why })
    await row.getByRole('button', { name: 'Approve' }).click()
    await row.getByText('holds', { exact: true }).waitFor()
    await own().getByText('approved by Sofia Lindgren').waitFor()
    await own().getByRole('button', { name: 'End' }).click()
    const form = priya.getByRole('dialog')
    await form.getByLabel('Why').fill('The ward has its own again')
    await form.getByRole('button', { name: 'End' }).click()
    await own().getByText('over', { exact: true }).waitFor()
    await own().getByText('ended by Priya Raman').waitFor()
    expect(await own().getByRole('button').count()).toBe(0)
  })

  it('stands in the audit, where an auditor finds it by who gave it', async () => {
    const otto = await atConsole('otto', 'Audit')
    await choose(otto.locator('body'), 'Person', 'Priya Raman')
    await otto.getByRole('button', { name: 'Look it up' }).click()
    for (const deed of ['Propose grant', 'End grant'])
      await otto.getByRole('row').filter({ hasText: 'Priya Raman' }).filter({ hasText: deed }).waitFor()
    await otto.getByLabel('Record').fill('clara')
    await otto.getByText('Not an id').waitFor()
    await otto.getByLabel('Record').fill(newId())
    await otto.getByRole('button', { name: 'Look it up' }).click()
    await otto.getByText('Nothing is written down about that.').waitFor()
    expect(await otto.getByRole('tab', { name: 'Agreements' }).count()).toBe(0)
  })
})

describe('an agreement', () => {
  let sam: Page
  let ivo: Page
  const paper = 'General Hospital: Contract 3'
  const states = async () =>
    (await stage.server.store.outbox.list({ limit: 10 })).map(({ state }) => state).toReversed()

  const tell = (controlId: string) =>
    stage.server.store.transaction(async (tx) =>
      tx.stage({
        type: 'outgoing',
        message: {
          id: newId(),
          feedId: stage.feedId,
          kind: 'message',
          subject: newId(),
          controlId,
          messageType: 'ADT^A31',
          at: '2026-05-11T08:31:00.000Z',
          raw: message(msh({ type: 'ADT^A31', controlId }), 'PID|1||MR88||Quillfeather^Ottoline'),
        },
      }),
    )

  async function nameIn(settings: Page, agreement: string | null): Promise<void> {
    if (agreement !== null) await choose(settings.locator('body'), 'Agreement', agreement)
    await settings.getByRole('button', { name: 'Save' }).click()
    await settings.getByRole('button', { name: 'Save' }).and(settings.locator(':disabled')).waitFor()
  }

  it('is lacking: what goes out waits, and the console says why', async () => {
    ivo = await atConsole('ivo', 'Feeds')
    await ivo.getByRole('link', { name: 'Settings' }).first().click()
    const sending = ivo.getByRole('region', { name: 'Sending' })
    await sending.getByRole('switch', { name: 'is sent to another system' }).click()
    await sending.getByLabel('Host', { exact: true }).fill('127.0.0.1')
    await sending.getByLabel('Port', { exact: true }).fill(String(partner.port))
    await sending.getByRole('switch', { name: 'by TLS' }).click()
    await nameIn(ivo, null)
    await tell('J1')
    sam = await atConsole('sam', 'Going out')
    await sam.getByText('No agreement is in force').waitFor()
    await sam.getByText('1 waiting').waitFor()
    expect(partner.received).toHaveLength(0)
  })

  it('is entered by an administrator and named by the analyst; what waited is sent', async () => {
    await open(sam, 'Agreements')
    await sam.getByRole('button', { name: 'Add an agreement' }).click()
    const form = sam.getByRole('dialog')
    await form.getByLabel('Our organisation').fill('Synthetic Clinic')
    await form.getByLabel('The other organisation').fill('General Hospital')
    await form.getByLabel('Where the signed paper is found').fill('Contract 3')
    await form.locator('input[type=file]').setInputFiles({
      name: 'contract-3.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('Signed by both'),
    })
    await form.getByLabel('First day').fill('2026-01-01')
    await form.getByRole('button', { name: 'Add' }).click()
    const row = sam
      .getByRole('region', { name: 'Agreements' })
      .getByRole('row')
      .filter({ hasText: 'Contract 3' })
    await row.getByText('holds', { exact: true }).waitFor()
    await row.getByText(/SHA-256 [0-9a-f]{12}/).waitFor()
    await nameIn(ivo, paper)
    await expect.poll(states, { timeout: 10_000 }).toEqual(['accepted'])
    expect(partner.received).toHaveLength(1)
  })

  it('lets a machine in that asks by FHIR, which an administrator revokes', async () => {
    await sam.getByRole('button', { name: 'Register a client' }).click()
    const form = sam.getByRole('dialog')
    await form.getByLabel('Name of the machine').fill('Reports')
    await choose(form, 'Agreement', paper)
    await choose(form, 'For what it may use it', 'Operations')
    await form.getByLabel('What it may ask').fill('system/Patient.rs ')
    await choose(form, 'Where', 'Whole organisation')
    const register = form.getByRole('button', { name: 'Register' })
    await form.getByLabel('Address of its keys').fill('http://reports.example/jwks')
    await form.getByText('An https address').waitFor()
    expect(await register.isDisabled()).toBe(true)
    await form.getByLabel('Address of its keys').fill('https://reports.example/jwks')
    await register.click()
    const row = sam
      .getByRole('region', { name: 'FHIR clients' })
      .getByRole('row')
      .filter({ hasText: 'Reports' })
    await row.getByText('system/Patient.rs').waitFor()
    const [client] = await stage.server.store.integrations.clients()
    expect(client).toMatchObject({ name: 'Reports', grants: [{ role: 'integration', scope: 'org' }] })
    await row.getByRole('button', { name: 'Revoke' }).click()
    await sam.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await row.getByText('revoked').waitFor()
  })

  it('is ended, and nothing more is sent', async () => {
    const row = sam
      .getByRole('region', { name: 'Agreements' })
      .getByRole('row')
      .filter({ hasText: 'Contract 3' })
    await row.getByRole('button', { name: 'End' }).click()
    await sam.getByRole('dialog').getByRole('button', { name: 'End it' }).click()
    await row.getByText('over', { exact: true }).waitFor()
    await tell('J2')
    await open(sam, 'Going out')
    await sam.getByText('No agreement is in force').waitFor()
    expect([await states(), partner.received.length]).toEqual([['accepted', 'waiting'], 1])
    const priya = await atConsole('priya', 'Agreements')
    await priya.getByText(/^ended /).waitFor()
    expect(await priya.getByRole('button', { name: 'Add an agreement' }).count()).toBe(0)
  })
})
