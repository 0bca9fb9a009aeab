import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../harness/client.ts'
import { openConsole, pressInRow } from './console.ts'
import { newNoteBook, notesShown, openAnAccount, writeNote } from './notes.ts'
import { seesFault } from './sees.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// An administrator takes away what a person is working with. One story: the tests below follow one another.

const book = newNoteBook()

let stage: Stage
let console: Page
let ada: Client

beforeAll(async () => {
  stage = await openStage()
  console = await openConsole(stage)
  ada = stage.client('ada')
  await ada.open()
  await ada.enrol()
  await ada.reachesSync('done')
  await openAnAccount(ada.page())
})

afterAll(() => stage.end())

/** Writes while the network is away, so that the edit waits; what `act` does happens meanwhile. */
async function writeWhile(text: string, act: () => Promise<void>): Promise<void> {
  const page = ada.page()
  await page.context().setOffline(true)
  await ada.reachesSync('offline')
  await writeNote(page, book, text)
  await act()
  await page.context().setOffline(false)
}

async function keepsTheEdit(text: string): Promise<void> {
  await ada.reachesSync('stopped')
  const page = ada.page()
  await seesFault(page, 'access.revoked')
  await page.getByRole('link', { name: 'Open the sync centre' }).click()
  const sentence = page.locator('[data-sync-sentence]')
  expect(await sentence.innerText()).toBe('Not sending. 1 change to send. It is stored on this computer.')
  await openAnAccount(page)
  expect(await notesShown(page, text)).toEqual([text])
}

describe('a user who is disabled', () => {
  it('is told at once, and keeps what was not sent', async () => {
    await writeWhile('Revoked: the first note', () => pressInRow(console, 'Users', 'ada', 'Disable'))
    await keepsTheEdit('Revoked: the first note')
  })

  it('is told again after a restart, and still has it', async () => {
    await ada.close()
    await ada.open()
    await ada.unlock()
    await keepsTheEdit('Revoked: the first note')
  })

  it('sends it once the administrator has enabled them again', async () => {
    await pressInRow(console, 'Users', 'ada', 'Enable')
    await ada.close()
    await ada.open()
    await ada.unlock()
    await ada.reachesSync('done')
    const second = stage.client('ada', 'second laptop')
    await second.open()
    await second.enrol()
    await second.reachesSync('done')
    await openAnAccount(second.page())
    expect(await notesShown(second.page(), 'Revoked:')).toEqual(book.written)
    await second.close()
  })
})

describe('a device that is revoked', () => {
  it('is told at once, and keeps what was not sent', async () => {
    await openAnAccount(ada.page())
    await writeWhile('Revoked: the second note', () => revokeFirstDevice())
    await keepsTheEdit('Revoked: the second note')
  })

  it('ran without a fault in the page', () => expect(ada.faults()).toEqual([]))
})

async function revokeFirstDevice(): Promise<void> {
  await pressInRow(console, 'Devices', "ada's laptop", 'Revoke')
}
