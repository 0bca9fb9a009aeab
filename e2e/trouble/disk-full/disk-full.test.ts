import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue, remedy } from '#app/kernel/index.ts'
import type { Client } from '../../harness/client.ts'
import { beginNote, newNoteBook, notesShown, openAnAccount, writeNote } from '../notes.ts'
import { openStage } from '../stage.ts'
import type { Stage } from '../stage.ts'
import { leaveNoRoom, leaveRoom } from './quota.ts'
import type { FullDisk } from './quota.ts'

// A disk that runs full: while somebody writes, and while a laptop is being filled. One story: the tests below follow one
// another. The quota is Chromium's own.

/** A browser that opens a database may need as much as that holds, for a while: notes are long, so that they decide. */
const ROOM_FOR_SOME_NOTES = 3_000_000
const LONG = 'Every word of it matters to somebody. '.repeat(400).trim()
const ROOM_FOR_PART_OF_THE_LOAD = 500_000
const MOST_NOTES = 200
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
  await ada.close()
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
    await ada.open()
    const page = ada.page()
    disk = await leaveRoom(page, ROOM_FOR_SOME_NOTES)
    await ada.unlock()
    await openAnAccount(page)
    for (let note = 1; note <= MOST_NOTES; note += 1) {
      last = `Room: note ${note}.`
      await beginNote(page, book, `${last}\n${LONG}`)
      const outcome = await Promise.race([
        refused(page).then(() => 'refused'),
        saved(page).then(() => 'saved'),
      ])
      if (outcome === 'refused') break
      book.written.push(last)
    }
    expect(book.written.length).toBeGreaterThan(0)
    expect(book.written).not.toContain(last)
    expect(await box(page).inputValue()).toBe(`${last}\n${LONG}`)
    await told(page).first().waitFor()
    await ada.reachesSync('stopped')
  })

  it('takes no other change, and keeps what is typed in a form', async () => {
    const page = ada.page()
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    const note = page.getByRole('textbox', { name: 'Note', exact: true })
    await note.fill('Ask for the blue door.')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('main').getByText(catalogue['replica.write-failed'].says).waitFor()
    expect(await note.inputValue()).toBe('Ask for the blue door.')
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

describe('a disk that is full from the start', () => {
  it('shows what is here, and says that it takes no more', async () => {
    await ada.close()
    await ada.open()
    const page = ada.page()
    disk = await leaveNoRoom(page)
    await ada.unlock()
    await openAnAccount(page)
    expect(await notesShown(page, 'Room: ')).toEqual(book.written.toSorted())
    await beginNote(page, book, 'Room: none.')
    await refused(page)
    await told(page).first().waitFor()
    await disk.makeRoom()
  })

  it('is told to who sets a laptop up', async () => {
    const third = stage.client('ada', 'third laptop')
    await third.open()
    const page = third.page()
    disk = await leaveNoRoom(page)
    const enrolled = third.enrol().then(
      () => 'enrolled',
      () => 'not enrolled',
    )
    await told(page).first().waitFor()
    await disk.makeRoom()
    expect(third.faults()).toEqual([])
    await third.close()
    expect(await enrolled).toBe('not enrolled')
  })
})

describe('a disk that runs full while a laptop is filled', () => {
  it('tells it, and ends the load where there is room', async () => {
    const second = stage.client('ada', 'second laptop')
    await second.open()
    const page = second.page()
    disk = await leaveRoom(page, ROOM_FOR_PART_OF_THE_LOAD)
    await second.enrol()
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

const composer = (page: Page): Locator => page.getByRole('region', { name: 'Log a visit' })

function saved(page: Page): Promise<void> {
  return composer(page).getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
}

function refused(page: Page): Promise<void> {
  return composer(page).getByRole('alert').waitFor()
}

async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: /: menu$/ }).click()
  await page.getByRole('menuitem', { name: 'Lock' }).click()
  await page.getByLabel('Passphrase', { exact: true }).waitFor()
}
