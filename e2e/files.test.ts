import { join } from 'node:path'
import { rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from './harness/client.ts'
import { findOnDisk } from './harness/find-on-disk.ts'
import { openModule } from './harness/screens.ts'
import { openStage } from './trouble/stage.ts'
import type { Stage } from './trouble/stage.ts'

// A file from a form on one laptop, added without a network, to the screen of another: one story.

const secret = 'The heron stands in the reeds at half past nine.'
const title = 'Letter about the heron'

let stage: Stage
let carla: Client
let sofia: Client

beforeAll(async () => {
  stage = await openStage()
  ;[carla, sofia] = [stage.client('carla'), stage.client('sofia')]
  for (const client of [carla, sofia]) {
    await client.open()
    await client.enrol()
    await client.reachesSync('done')
  }
})
afterAll(() => stage.end())

it('a file that is attached without a network is on the other laptop soon after the network is back', async () => {
  await stage.server.kill()
  await carla.reachesSync('offline')
  const page = carla.page()
  const letter = join(stage.place.folder, 'heron.txt')
  await writeFile(letter, secret)
  await openModule(page, 'Patients')
  await page.getByRole('row').nth(1).click()
  await page.getByRole('tab', { name: 'Results' }).click()
  await page.getByRole('button', { name: 'New document' }).click()
  await page.getByRole('textbox', { name: 'Title', exact: true }).fill(title)
  await page.getByRole('textbox', { name: 'Type', exact: true }).fill('Letter')
  await page.locator('input[type=file]').first().setInputFiles(letter)
  await page.locator('[data-file="heron.txt"]').waitFor()
  await page.getByRole('button', { name: 'Save document' }).click()
  const row = page.locator('[data-record] [data-file="heron.txt"]')
  await row.locator('[data-standing="waits"]').waitFor()
  // Not sent yet, and looked at all the same.
  await row.getByRole('button', { name: 'heron.txt', exact: true }).click()
  await page.getByRole('dialog').getByText(secret).waitFor()
  await page.keyboard.press('Escape')

  await stage.server.start()
  await carla.reachesSync('done')
  await row.locator('[data-standing="here"]').waitFor()

  const other = sofia.page()
  await other.keyboard.press('Control+K')
  // What is typed before the palette has the focus goes elsewhere.
  await other.getByRole('dialog').locator('input').fill('heron')
  await other.getByRole('dialog').getByText(title).first().waitFor()
  await other.keyboard.press('Enter')
  const theirs = other.locator('[data-record] [data-file="heron.txt"]')
  await theirs.locator('[data-standing="away"]').waitFor()
  await theirs.getByRole('button', { name: 'heron.txt', exact: true }).click()
  await other.getByRole('dialog').getByText(secret).waitFor()
  await other.keyboard.press('Escape')
  await theirs.getByRole('button', { name: 'More for heron.txt' }).click()
  await other.getByRole('menuitem', { name: 'Keep on this computer' }).click()
  await theirs.getByText('Kept on this computer').waitFor()
})

it('the pages ran without a fault, and no byte of the file lies readable on a disk', async () => {
  expect([...carla.faults(), ...sofia.faults()]).toEqual([])
  await carla.close()
  await sofia.close()
  await stage.server.kill()
  // The person's own copy, which they chose the file from.
  await rm(join(stage.place.folder, 'heron.txt'))
  expect(await findOnDisk(stage.place.folder, [secret, title, 'heron.txt'])).toEqual([])
})
