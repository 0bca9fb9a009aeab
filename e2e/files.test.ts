import { join } from 'node:path'
import { readFile, rm, writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { atConsole } from '#sync-server/testing/console-caller.ts'
import type { Client } from './harness/client.ts'
import { findOnDisk } from './harness/find-on-disk.ts'
import { openModule } from './harness/screens.ts'
import { openStage } from './trouble/stage.ts'
import type { Stage } from './trouble/stage.ts'

// A file from a form on one laptop, added without a network, to the screen of another: one story.

const secret = 'The heron stands in the reeds at half past nine.'
const title = 'Letter about the heron'
const place = 'N 42 39 9 W 73 45 22'

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
  const photo = join(stage.place.folder, 'heron.jpg')
  await writeFile(photo, await takenAt(page, place))
  await openModule(page, 'Patients')
  await page.getByRole('row').nth(1).click()
  await page.getByRole('tab', { name: 'Results' }).click()
  await page.getByRole('button', { name: 'New document' }).click()
  await page.getByRole('textbox', { name: 'Title', exact: true }).fill(title)
  await page.getByRole('textbox', { name: 'Type', exact: true }).fill('Letter')
  await page.locator('input[type=file]').first().setInputFiles([letter, photo])
  await page.locator('[data-file="heron.txt"]').waitFor()
  await page.locator('[data-file="heron.jpg"]').waitFor()
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

it('a photo is the same picture, the right way up, and does not say where it was taken', async () => {
  const page = sofia.page()
  await page
    .locator('[data-record] [data-file="heron.jpg"]')
    .getByRole('button', { name: 'heron.jpg', exact: true })
    .click()
  const picture = page.getByRole('dialog').getByRole('img', { name: 'heron.jpg' })
  await picture.waitFor()
  const shown = await picture.evaluate(async (image: HTMLImageElement) => {
    await image.decode()
    return { width: image.naturalWidth, height: image.naturalHeight, address: image.src }
  })
  // It was taken lying, by a camera that stood on its side.
  expect(shown).toMatchObject({ width: 20, height: 40 })
  const bytes = Buffer.from(shown.address.replace(/^data:image\/jpeg;base64,/, ''), 'base64')
  expect(bytes.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
  expect(bytes.includes(place)).toBe(false)
  await page.keyboard.press('Escape')
})

it('a copy that somebody saves for other programs stands in the audit, with its record', async () => {
  const page = sofia.page()
  const record = (await page.locator('[data-record]').getAttribute('data-record')) ?? ''
  await page.getByRole('button', { name: 'More for heron.txt' }).click()
  const saved = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Save a copy' }).click()
  expect(await readFile(await (await saved).path(), 'utf8')).toBe(secret)
  const priya = await atConsole(stage.server.url, 'priya')
  const exports = async () => {
    const { entries } = (await priya('audit', { record, user: null, before: null })).body
    return entries.filter(({ action }) => action === 'export').map(({ by, ids }) => [by, ids])
  }
  await expect.poll(exports, { timeout: 30_000 }).toEqual([[expect.stringContaining('Sofia'), [record]]])
})

it('the pages ran without a fault, and no byte of the file lies readable on a disk', async () => {
  expect([...carla.faults(), ...sofia.faults()]).toEqual([])
  await carla.close()
  await sofia.close()
  await stage.server.kill()
  // The person's own copies, which they chose the files from.
  for (const name of ['heron.txt', 'heron.jpg']) await rm(join(stage.place.folder, name))
  expect(await findOnDisk(stage.place.folder, [secret, title, place, 'heron.txt', 'heron.jpg'])).toEqual([])
})

/** A photo of 40 by 20 that is to be turned, and says where it was taken, as a phone makes them. */
async function takenAt(page: Page, words: string): Promise<Buffer> {
  const address = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    ;[canvas.width, canvas.height] = [40, 20]
    canvas.getContext('2d')?.fillRect(0, 0, 20, 20)
    return canvas.toDataURL('image/jpeg')
  })
  const picture = Buffer.from(address.replace(/^data:image\/jpeg;base64,/, ''), 'base64')
  const turned = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]
  const tiff = [...Buffer.from('MM\0*'), 0, 0, 0, 8, 0, 1, ...turned, 0, 0, 0, 0]
  const exif = [...Buffer.from('Exif\0\0'), ...tiff, ...Buffer.from(words)]
  const segment = Buffer.from([0xff, 0xe1, 0, exif.length + 2, ...exif])
  return Buffer.concat([picture.subarray(0, 2), segment, picture.subarray(2)])
}
