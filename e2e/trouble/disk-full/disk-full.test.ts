import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue, remedy } from '#app/kernel/index.ts'
import type { Client } from '../../harness/client.ts'
import { beginNote, newNoteBook, notesShown, openAnAccount, writeNote } from '../notes.ts'
import { openStage } from '../stage.ts'
import type { Stage } from '../stage.ts'
import { leaveRoom } from './quota.ts'
import type { FullDisk } from './quota.ts'

// A disk that runs full: while somebody writes, and while a laptop is being filled. One story: the tests below follow one
// another. The quota is Chromium's own.

const PAGES_BEFORE_THE_DISK_IS_FULL = 3
const MOST_NOTES = 100
const book = newNoteBook()

let stage: Stage
let ada: Client
let disk: FullDisk

beforeAll(async () => {
  stage = await openStage()
  ada = stage.client('ada')
  await ada.open()
  await ada.enrol()
  await ada.reachesSync('done')
})

afterAll(() => stage.end())

const told = (page: Page): Locator =>
  page
    .getByRole('alert')
    .filter({ hasText: catalogue['replica.write-failed'].says })
    .filter({ hasText: remedy('replica.write-failed') })

const box = (page: Page): Locator => page.getByRole('textbox', { name: 'Log a visit, call or note' })

describe('a disk that runs full while somebody writes', () => {
  let last = ''

  it('tells what happened and what to do, and leaves the text where it was typed', async () => {
    const page = ada.page()
    await openAnAccount(page)
    await writeNote(page, book, 'Room: the first note.')
    disk = await leaveRoom(page, 6000)
    for (let note = 1; note <= MOST_NOTES && (await told(page).count()) === 0; note += 1) {
      last = `Room: note ${note}, all of which matters to somebody.`
      await beginNote(page, book, last)
      const outcome = await Promise.race([
        told(page)
          .first()
          .waitFor()
          .then(() => 'told'),
        saved(page).then(() => 'saved'),
      ])
      if (outcome === 'saved') book.written.push(last)
    }
    await told(page).first().waitFor()
    expect(await box(page).inputValue()).toBe(last)
    expect(book.written).not.toContain(last)
    await ada.reachesSync('stopped')
  })

  it('takes no other change, either', async () => {
    const page = ada.page()
    await box(page).fill('Room: one more.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('region', { name: 'Log a visit' }).getByRole('alert').waitFor()
    expect(await box(page).inputValue()).toBe('Room: one more.')
  })

  it('goes on when there is room, with everything that was called written down', async () => {
    const page = ada.page()
    await disk.makeRoom()
    await lock(page)
    await ada.unlock()
    await ada.reachesSync('done')
    await openAnAccount(page)
    expect(await notesShown(page, 'Room: ')).toEqual(book.written.toSorted())
    await writeNote(page, book, last)
    await ada.reachesSync('done')
    await page.getByLabel('Not sent yet').waitFor({ state: 'detached' })
  })
})

describe('a disk that runs full while a laptop is filled', () => {
  it('tells it, and ends the load where there is room', async () => {
    const second = stage.client('ada', 'second laptop')
    await second.open()
    const page = second.page()
    const pulls = await holdAfter(page, PAGES_BEFORE_THE_DISK_IS_FULL)
    await second.enrol()
    await pulls.held
    disk = await leaveRoom(page, 'none')
    pulls.release()
    await told(page).first().waitFor()
    await second.reachesSync('stopped')

    await disk.makeRoom()
    await lock(page)
    await second.unlock()
    await second.reachesSync('done')
    expect(await told(page).count()).toBe(0)
    await openAnAccount(page)
    expect(await notesShown(page, 'Room: ')).toEqual(book.written.toSorted())
    expect(second.faults()).toEqual([])
  })

  it('was no fault of the page', () => expect(ada.faults()).toEqual([]))
})

function saved(page: Page): Promise<void> {
  const region = page.getByRole('region', { name: 'Log a visit' })
  return region.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
}

async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: /: menu$/ }).click()
  await page.getByRole('menuitem', { name: 'Lock' }).click()
  await page.getByLabel('Passphrase', { exact: true }).waitFor()
}

/** Lets so many pages of the first load through; the others wait. */
async function holdAfter(page: Page, pulls: number): Promise<{ held: Promise<void>; release(): void }> {
  const held = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  let passed = 0
  await page.route('**/sync/pull', async (route) => {
    passed += 1
    if (passed > pulls) {
      held.resolve()
      await gate.promise
    }
    await route.continue()
  })
  return { held: held.promise, release: () => gate.resolve() }
}
