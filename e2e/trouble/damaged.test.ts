import { afterAll, beforeAll, expect, it } from 'vitest'
import { remedy } from '#app/kernel/index.ts'
import type { Client } from '../harness/client.ts'
import { damageLargePages } from './damage.ts'
import { newNoteBook, notesShown, openAnAccount, writeNote } from './notes.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// A disk that fails. One story: the tests below follow one another.

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
  await writeNote(ada.page(), book, 'Before the damage.')
  await ada.page().getByLabel('Not sent yet').waitFor({ state: 'detached' })
  await ada.close()
  await stage.server.stop()
})

afterAll(() => stage.end())

const damage = () =>
  ada
    .page()
    .getByRole('alert')
    .filter({ hasText: /Part of the local data is damaged: \d+ pages \(\d+ changed\), .*records.* of / })
    .filter({ hasText: remedy('replica.damaged') })

it('a damaged disk is told without a network, and work goes on', async () => {
  await ada.open()
  await damageLargePages(ada.page())
  await ada.unlock()
  await ada.reachesSync('offline')
  await damage().waitFor()
})

it('what was damaged is whole again when the server is back', async () => {
  await stage.server.start()
  await ada.reachesSync('done')
  await damage().waitFor({ state: 'detached' })
  await openAnAccount(ada.page())
  expect(await notesShown(ada.page(), 'Before the damage.')).toEqual(book.written)
})

it('and stays whole: the next start finds no damage', async () => {
  await ada.close()
  await stage.server.stop()
  await ada.open()
  await ada.unlock()
  await ada.reachesSync('offline')
  expect(await damage().count()).toBe(0)
  await openAnAccount(ada.page())
  expect(await notesShown(ada.page(), 'Before the damage.')).toEqual(book.written)
  expect(ada.faults()).toEqual([])
})
