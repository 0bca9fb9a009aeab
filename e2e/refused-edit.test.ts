import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from './harness/client.ts'
import { editRecord, openModule, openRecord } from './harness/screens.ts'
import { openStage } from './trouble/stage.ts'
import type { Stage } from './trouble/stage.ts'

// What the server refuses waits in the sync centre, beside what the record says by then, and is put right and sent again there.

let stage: Stage
let carla: Client
let sofia: Client

beforeAll(async () => {
  stage = await openStage()
  carla = stage.client('carla')
  sofia = stage.client('sofia')
  for (const client of [carla, sofia]) {
    await client.open()
    await client.enrol()
    await client.reachesSync('done')
  }
})

afterAll(() => stage.end())

it('shows what would be replaced, and sends the corrected change', async () => {
  const page = carla.page()
  await openModule(page, 'Cases')
  await page.locator('[data-row]').first().click()
  await page.locator('[data-record]').waitFor()
  await editRecord(page, { Subject: 'Needs a ride' })
  await openRecord(sofia.page(), 'Cases', 'Needs a ride')

  await page.context().setOffline(true)
  await carla.reachesSync('offline')
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('textbox', { name: 'Subject', exact: true }).fill('Needs a van')
  const patient = page.getByRole('combobox', { name: 'Patient', exact: true })
  const before = await patient.inputValue()
  await patient.fill('an')
  const option = page.getByRole('option').filter({ hasNotText: before }).first()
  const chosen = (await option.textContent()) ?? ''
  await option.click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.locator('[data-record]').waitFor()

  // Meanwhile a colleague changes the subject, too, and takes away the patient whom it is now about.
  const other = sofia.page()
  await editRecord(other, { Subject: 'Needs a taxi' })
  await openRecord(other, 'Patients', chosen)
  await other.getByRole('button', { name: 'More' }).click()
  await other.getByRole('menuitem', { name: 'Remove' }).click()
  await sofia.reachesSync('done')

  await page.context().setOffline(false)
  await page.locator('[data-sync]').click()
  await page.getByRole('tab', { name: 'To correct 1' }).click()
  const entry = page.locator('[data-quarantine]')
  await entry.waitFor()
  expect(await entry.getAttribute('data-code')).toBe('sync.parent-removed')
  await entry.locator('[data-now=subject]', { hasText: 'Needs a taxi' }).waitFor()
  await entry.getByRole('combobox', { name: 'Patient', exact: true }).fill(before)
  await page.getByRole('option').filter({ hasText: before }).first().click()
  await entry.getByRole('button', { name: 'Send again' }).click()
  await entry.waitFor({ state: 'detached' })
  await openRecord(other, 'Cases', 'Needs a van')
  expect(carla.faults()).toEqual([])
})
