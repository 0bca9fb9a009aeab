import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routes } from '#app/protocol/index.ts'
import type { Client } from '../harness/client.ts'
import { editRecord } from '../harness/screens.ts'
import { newNoteBook, notesShown, openAnAccount, writeNote } from './notes.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// The server dies while a person writes. One story: the tests below follow one another.

const KILLS = 3
const book = newNoteBook()

let stage: Stage
let ada: Client

beforeAll(async () => {
  stage = await openStage()
  ada = stage.client('ada')
  await ada.open()
  await ada.enrol()
  await ada.reachesSync('done')
  await openAnAccount(ada.page())
})

afterAll(() => stage.end())

describe('a server that is killed in the middle of pushes', () => {
  it('does not stop the person who writes', async () => {
    const page = ada.page()
    for (let kill = 1; kill <= KILLS; kill += 1) {
      // The first of these edits is on its way when the server dies; the others find nobody.
      const pushed = page.waitForRequest((request) => request.url().endsWith(routes.push.path))
      const killed = pushed.then(() => stage.server.kill())
      for (let note = 1; note <= 5; note += 1) await writeNote(page, book, `Kill ${kill}, note ${note}.`)
      await editRecord(page, { Note: `The server was killed ${kill} times.` })
      await killed
      await ada.reachesSync('offline')
      await stage.server.start()
    }
    await ada.reachesSync('done')
  })

  it('has every edit exactly once: this device shows what another one gets', async () => {
    const second = stage.client('ada', 'second laptop')
    await second.open()
    await second.enrol()
    await second.reachesSync('done')
    for (const { page } of [ada, second]) {
      await openAnAccount(page())
      expect(await notesShown(page(), 'Kill ')).toEqual(book.written.toSorted())
      await page().getByText(`The server was killed ${KILLS} times.`).waitFor()
      expect(await page().getByLabel('Not sent yet').count()).toBe(0)
    }
  })

  it('ran without a fault in the page', () => expect(ada.faults()).toEqual([]))
})
