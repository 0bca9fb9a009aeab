import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../harness/client.ts'
import { createRecord, editRecord, openRecord } from '../harness/screens.ts'
import { beginNote, newNoteBook, notesShown, openAnAccount, writeNote } from './notes.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// A laptop without a network, whose power goes again and again. One story: the tests below follow one another.

const KILLS = 3
const PAGES_BEFORE_THE_POWER_GOES = 4
const book = newNoteBook()
const clinic = { Name: 'Lantern Hill Clinic', Note: 'Ask for the blue door.' }

let stage: Stage
let ada: Client

beforeAll(async () => {
  stage = await openStage()
  ada = stage.client('ada')
})

afterAll(() => stage.end())

describe('a laptop whose power goes while it is being filled', () => {
  it('goes on where it was', async () => {
    await ada.open()
    await holdAfter(ada.page(), PAGES_BEFORE_THE_POWER_GOES)
    await ada.enrol()
    await ada.reachesSync('syncing')
    await ada.kill()
    await ada.open()
    await ada.unlock()
    await ada.reachesSync('done')
    expect(await ada.page().getByRole('alert').allInnerTexts()).toEqual([])
    await openAnAccount(ada.page())
  })
})

describe('a laptop without a network', () => {
  it('opens from what it keeps, takes new records and edits, and has them after a restart', async () => {
    await ada.close()
    await stage.server.stop()
    await ada.open()
    await ada.unlock()
    await ada.reachesSync('offline')
    await createRecord(ada.page(), 'Accounts', 'account', {
      texts: { Name: clinic.Name },
      choices: { Type: 'Clinic' },
    })
    await editRecord(ada.page(), { Note: clinic.Note })
    await ada.page().getByText('Not sent yet').waitFor()
    await ada.close()
    await ada.open()
    await ada.unlock()
    await ada.reachesSync('offline')
    await openRecord(ada.page(), 'Accounts', clinic.Name)
    await ada.page().getByText(clinic.Note).waitFor()
  })

  it.for(Array.from({ length: KILLS }, (_, index) => index + 1))(
    'loses nothing that it called written down, kill %i',
    async (kill) => {
      await openAnAccount(ada.page())
      for (let note = 1; note <= kill + 2; note += 1)
        await writeNote(ada.page(), book, `Kill ${kill}, note ${note}.`)
      await beginNote(ada.page(), book, `Kill ${kill}, the last note.`)
      await ada.kill()
      await ada.open()
      await ada.unlock()
      await ada.reachesSync('offline')
      expect(await ada.page().getByRole('alert').allInnerTexts()).toEqual([])
      await openAnAccount(ada.page())
      const shown = await notesShown(ada.page(), 'Kill ')
      expect(book.written.filter((note) => !shown.includes(note))).toEqual([])
      // What was under way is there whole or not at all.
      expect(shown.filter((note) => !book.begun.includes(note))).toEqual([])
    },
  )

  it('sends everything when the server is back', async () => {
    const page = ada.page()
    const kept = await notesShown(page, 'Kill ')
    await stage.server.start()
    await ada.reachesSync('done')
    const second = stage.client('ada', 'second laptop')
    await second.open()
    await second.enrol()
    await second.reachesSync('done')
    await openAnAccount(second.page())
    expect(await notesShown(second.page(), 'Kill ')).toEqual(kept)
    await openRecord(second.page(), 'Accounts', clinic.Name)
    await second.page().getByText(clinic.Note).waitFor()
  })

  it('ran without a fault in the page', () => expect(ada.faults()).toEqual([]))
})

/** Lets so many pages of the first load through and holds the others, so that the load can't end. */
async function holdAfter(page: Page, pulls: number): Promise<void> {
  let passed = 0
  await page.route('**/sync/pull', async (route) => {
    passed += 1
    if (passed <= pulls) await route.continue()
  })
}
