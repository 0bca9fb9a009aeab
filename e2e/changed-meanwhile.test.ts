import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from './harness/client.ts'
import { editRecord, openModule, openRecord } from './harness/screens.ts'
import { openStage } from './trouble/stage.ts'
import type { Stage } from './trouble/stage.ts'

// A form stays open while somebody else changes the same field: the newer value is not overwritten unseen.

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

it('asks before it replaces what came in while the form was open', async () => {
  const page = carla.page()
  await openModule(page, 'Cases')
  await page.locator('[data-row]').first().click()
  await page.locator('[data-record]').waitFor()
  await editRecord(page, { Subject: 'The form that stays open' })
  await openRecord(sofia.page(), 'Cases', 'The form that stays open')
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('textbox', { name: 'Subject', exact: true }).fill('Written by Carla')
  await editRecord(sofia.page(), { Subject: 'Written by Sofia' })
  await page.getByText('Subject: Written by Sofia').waitFor()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Somebody else changed this meanwhile').first().waitFor()
  await sofia.reachesSync('done')
  await sofia.page().getByRole('heading', { level: 1, name: 'Written by Sofia' }).waitFor()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await sofia.page().getByRole('heading', { level: 1, name: 'Written by Carla' }).waitFor()
  expect(carla.faults()).toEqual([])
})
