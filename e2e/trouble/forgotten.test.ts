import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '#sync-server/store/index.ts'
import type { Client } from '../harness/client.ts'
import { newNoteBook, notesShown, openAnAccount, writeNote } from './notes.ts'
import { seesFault } from './sees.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// The server's data is put back to before a laptop came. One story: the tests below follow one another.

const book = newNoteBook()

let stage: Stage
let ada: Client

beforeAll(async () => {
  stage = await openStage()
  const data = join(stage.place.folder, 'data')
  const backup = `${data}-backup`
  await stage.server.stop()
  await cp(data, backup, { recursive: true })
  await stage.server.start()
  ada = stage.client('ada')
  await ada.open()
  await ada.enrol()
  await ada.reachesSync('done')
  await openAnAccount(ada.page())
  await writeNote(ada.page(), book, 'Forgotten: confirmed by the server')
  await ada.reachesSync('done')
  await stage.server.stop()
  await ada.reachesSync('offline')
  await writeNote(ada.page(), book, 'Forgotten: not sent yet')
  await rm(data, { recursive: true })
  await cp(backup, data, { recursive: true })
  // As `npm run restored` does: docs/operations.md, "Restore".
  const store = await openStore({ dataFolder: data })
  await store.renewIncarnation()
  await store.close()
  await stage.server.start()
})

afterAll(() => stage.end())

describe('a laptop that the server has forgotten', () => {
  it('says so, and keeps what it has', async () => {
    await seesFault(ada.page(), 'access.unknown-device')
    expect(await notesShown(ada.page(), 'Forgotten:')).toEqual(book.written.toSorted())
  })

  it('is introduced again by its person, and everything arrives', async () => {
    const page = ada.page()
    await page.getByRole('link', { name: 'Open the sync centre' }).click()
    const form = page.getByRole('form', { name: 'Introduce this computer' })
    await form.getByLabel('Name of this computer').fill('ada’s laptop')
    await form.getByLabel('Password of ada').fill('not the password')
    await form.getByRole('button', { name: 'Introduce this computer' }).click()
    await seesFault(page, 'access.credentials')
    await form.getByLabel('Password of ada').fill(ada.person.password)
    await form.getByRole('button', { name: 'Introduce this computer' }).click()
    await ada.reachesSync('done')

    const second = stage.client('ada', 'second laptop')
    await second.open()
    await second.enrol()
    await second.reachesSync('done')
    await openAnAccount(second.page())
    expect(await notesShown(second.page(), 'Forgotten:')).toEqual(book.written.toSorted())
    expect(ada.faults()).toEqual([])
  })
})
