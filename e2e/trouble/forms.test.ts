import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../harness/client.ts'
import { choose, findRow, openModule } from '../harness/screens.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// What a person types does not fit the schema. One story: the tests below follow one another.

const family = 'Quillfeather'

let stage: Stage
let carla: Client
let page: Page

beforeAll(async () => {
  stage = await openStage()
  carla = stage.client('carla')
  await carla.open()
  await carla.enrol()
  await carla.reachesSync('done')
  page = carla.page()
})

afterAll(() => stage.end())

/** The words beside a field, and the field in the list of what is to be looked at again. */
async function saysAt(label: string, says: string): Promise<void> {
  const field = page
    .locator('[data-field]')
    .filter({ has: page.getByRole('textbox', { name: label, exact: true }) })
  await field.getByText(says, { exact: true }).waitFor()
  expect(await field.getByRole('textbox', { name: label, exact: true }).getAttribute('aria-invalid')).toBe(
    'true',
  )
  const summary = page.getByRole('alert').filter({ hasText: 'Please look at these fields again' })
  await summary.getByRole('button', { name: label, exact: true }).waitFor()
}

async function fill(label: string, text: string): Promise<void> {
  await page.getByRole('textbox', { name: label, exact: true }).fill(text)
}

describe('a form', () => {
  it('shows a field that is too long and an NPI with a bad check digit, each in its place', async () => {
    await openModule(page, 'Contacts')
    await page.getByRole('button', { name: 'New contact' }).click()
    await fill('Family name', family)
    await choose(page, 'Profession', 'Physician')
    await fill('Job title', 'x'.repeat(121))
    await fill('NPI', '1234567890')
    await page.getByRole('button', { name: 'Save contact' }).click()
    await saysAt('Job title', 'At most 120 characters.')
    await saysAt('NPI', 'This is no valid NPI: its check digit does not match.')
    expect(await page.locator('[data-sync]').innerText()).toBe('Up to date')
  })

  it('saves once it is put right, and saves one record', async () => {
    await fill('Job title', 'Chief of lanterns')
    await fill('NPI', '1234567893')
    await page.getByRole('button', { name: 'Save contact' }).click()
    await page.locator('[data-record]').getByText('1234567893').waitFor()
    await carla.reachesSync('done')
    await findRow(page, 'Contacts', family)
    expect(await page.getByRole('row').filter({ hasText: family }).count()).toBe(1)
  })

  it('does not take an impossible date, and leaves the record as it was when it is left', async () => {
    await openModule(page, 'Patients')
    await page.getByRole('row').nth(1).click()
    await page.locator('[data-record]').waitFor()
    const facts = await page.locator('[data-record] dl').first().innerText()
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await fill('Birth date', '1999-02-31')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await saysAt('Birth date', 'Must be a real date: YYYY, YYYY-MM or YYYY-MM-DD.')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Leave' })
      .click()
    await page.locator('[data-record]').waitFor()
    expect(await page.locator('[data-record] dl').first().innerText()).toBe(facts)
  })

  it('takes a real one', async () => {
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await fill('Birth date', '1996-02-29')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.locator('[data-record]').getByText(/1996/).first().waitFor()
    await carla.reachesSync('done')
  })

  it('ran without a fault in the page', () => expect(carla.faults()).toEqual([]))
})
