import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '#build/targets.ts'
import { sendMessages } from '#sync-server/hl7/send.ts'
import type { Client } from './harness/client.ts'
import { choose, editRecord, openModule, openRecord } from './harness/screens.ts'
import { openStage } from './trouble/stage.ts'
import type { Stage } from './trouble/stage.ts'

// An account manager on the road and a supervisor at a desk, as one story; and what the tour of the README promises.

const visit = 'Walked the new wing with the practice manager.'
const subject = 'The lift is out of order on Tuesdays'
const corrected = `${subject} and on Fridays`
const allergen = 'Marigold tincture'
const tour = ['1-admission', '2-appointment', '3-result']

let stage: Stage
let ada: Client
let carla: Client
let sofia: Client
let opportunity: string

beforeAll(async () => {
  stage = await openStage()
  ada = stage.client('ada')
  carla = stage.client('carla')
  sofia = stage.client('sofia')
  for (const client of [ada, carla, sofia]) {
    await client.open()
    await client.enrol()
    await client.reachesSync('done')
  }
})

afterAll(() => stage.end())

describe('an account manager without a network', () => {
  it('has no way to patients', async () => {
    const navigation = ada.page().getByRole('navigation', { name: 'Main' })
    expect(await navigation.getByRole('link').allInnerTexts()).not.toContain('Patients')
  })

  it('moves an opportunity along its pipeline and writes a visit note', async () => {
    await stage.server.stop()
    await ada.reachesSync('offline')
    const page = ada.page()
    await openModule(page, 'Opportunities')
    await page.getByRole('region', { name: 'Qualified' }).getByRole('button').first().click()
    await page.locator('[data-record]').waitFor()
    opportunity = await page.getByRole('heading', { level: 1 }).innerText()
    await page.getByRole('button', { name: 'Move to' }).click()
    await page.getByRole('menuitem', { name: 'Negotiation' }).click()
    await page.getByText('Negotiation').first().waitFor()
    const composer = page.getByRole('region', { name: 'Log a visit, call or note' })
    await composer.getByRole('textbox', { name: 'Log a visit, call or note' }).fill(visit)
    await composer.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Written down').waitFor()
  })

  it('finds both after a restart without the server', async () => {
    await ada.close()
    await ada.open()
    await ada.unlock()
    await ada.reachesSync('offline')
    await openOpportunity(ada)
    await seesTheWork(ada)
  })

  it('sees them arrive at the desk when the server is back', async () => {
    await stage.server.start()
    await ada.reachesSync('done')
    await openOpportunity(sofia)
    await seesTheWork(sofia)
  })
})

describe('two people in one case', () => {
  it('keeps the edits of both where they touch different fields', async () => {
    await openModule(carla.page(), 'Cases')
    await carla.page().locator('[data-row]').first().click()
    await carla.page().locator('[data-record]').waitFor()
    await editRecord(carla.page(), { Subject: subject })
    await openRecord(sofia.page(), 'Cases', subject)
    await stage.server.stop()
    for (const client of [carla, sofia]) await client.reachesSync('offline')
    await editRecord(sofia.page(), { Subject: corrected })
    await carla.page().getByRole('button', { name: 'Edit', exact: true }).click()
    await choose(carla.page(), 'Priority', 'Urgent')
    await carla.page().getByRole('button', { name: 'Save', exact: true }).click()
    await carla.page().locator('[data-record]').waitFor()
    await stage.server.start()
    for (const client of [carla, sofia]) {
      await client.reachesSync('done')
      await client.page().getByRole('heading', { level: 1, name: corrected }).waitFor()
      await client.page().getByText('Urgent').first().waitFor()
      expect(await client.page().locator('[data-conflict]').count()).toBe(0)
    }
  })
})

describe('a coordinator at the front desk', () => {
  it('moves a referral on, on the board, and the supervisor sees it there', async () => {
    const page = carla.page()
    await openModule(page, 'Referrals')
    const card = page.getByRole('region', { name: 'Sent' }).locator('[data-card]').first()
    const id = await card.getAttribute('data-card')
    await card.focus()
    await page.keyboard.press('Alt+ArrowRight')
    const accepted = `[data-column="accepted"] [data-card="${id ?? ''}"]`
    await page.locator(accepted).waitFor()
    await openModule(sofia.page(), 'Referrals')
    await sofia.page().locator(accepted).waitFor()
  })

  it('writes an allergy down, and whoever opens the patient knows it first', async () => {
    const page = carla.page()
    await openModule(page, 'Patients')
    await page.locator('[data-row]').first().click()
    await page.locator('[data-record]').waitFor()
    const address = page.url()
    await page.getByRole('tab', { name: 'Health' }).click()
    await page.getByRole('button', { name: 'New allergy' }).click()
    await page.getByRole('textbox', { name: 'Allergic to' }).fill(allergen)
    await choose(page, 'Criticality', 'High')
    await page.getByRole('button', { name: 'Save allergy' }).click()
    await page.locator('[data-record]').waitFor()
    for (const client of [carla, sofia]) {
      await client.page().goto(address)
      const first = client.page().getByRole('region', { name: 'Know first' })
      await first.getByText(`${allergen} (high risk)`).waitFor()
    }
  })
})

describe('what a hospital sends', () => {
  it('appears with where it came from: the patient, the stay, the appointment and the results', async () => {
    const messages = await Promise.all(tour.map((name) => readFile(join(root, 'docs/hl7', `${name}.hl7`))))
    const answers = await sendMessages('127.0.0.1', stage.server.mllpPort, messages)
    for (const answer of answers) expect(answer?.toString('utf8')).toContain('MSA|AA|TOUR-')
    const page = sofia.page()
    await openRecord(page, 'Patients', 'Vahl')
    await page.getByRole('button', { name: /feed/i }).first().waitFor()
    await page.getByRole('tab', { name: 'Results' }).click()
    const results = page.getByRole('region', { name: 'Results', exact: true })
    await results.getByText('132 mmol/L').waitFor()
    await results.getByText('168 mg/dL').waitFor()
    await page.getByRole('tab', { name: 'Now' }).click()
    await page.getByText('Follow-up visit').first().waitFor()
    await page.getByText('Inpatient').first().waitFor()
  })

  it('ran without a fault in the pages', () => {
    for (const client of [ada, carla, sofia]) expect(client.faults()).toEqual([])
  })
})

async function openOpportunity(client: Client): Promise<void> {
  const page = client.page()
  await openModule(page, 'Opportunities')
  await page.getByText('List', { exact: true }).click()
  await page.getByLabel('Filter opportunities').fill(opportunity)
  await page.getByRole('row').filter({ hasText: opportunity }).first().click()
  await page.locator('[data-record]').waitFor()
}

async function seesTheWork(client: Client): Promise<void> {
  await client.page().getByText('Negotiation').first().waitFor()
  await client.page().getByText(visit).first().waitFor()
}
