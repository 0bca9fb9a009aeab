import { cp, rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../harness/client.ts'
import { openConsole } from './console.ts'
import { newNoteBook, notesShown, openAnAccount, writeNote } from './notes.ts'
import { seesFault } from './sees.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// A backup of the whole profile is put back. One story: the tests below follow one another.

const book = newNoteBook()

let stage: Stage
let ada: Client

const backup = () => `${ada.profile}-backup`

async function restored(): Promise<void> {
  await ada.close()
  await rm(ada.profile, { recursive: true })
  await cp(backup(), ada.profile, { recursive: true })
}

beforeAll(async () => {
  stage = await openStage()
  ada = stage.client('ada')
  await ada.open()
  await ada.enrol()
  await ada.reachesSync('done')
  await openAnAccount(ada.page())
  await writeNote(ada.page(), book, 'Profile: before the backup')
  await ada.reachesSync('done')
  // What was not sent when the backup was made, and was sent after it.
  await stage.server.stop()
  await ada.reachesSync('offline')
  await writeNote(ada.page(), book, 'Profile: not sent yet')
  await ada.close()
  await cp(ada.profile, backup(), { recursive: true })
  await stage.server.start()
})

afterAll(() => stage.end())

describe('a whole older profile that is put back', () => {
  it('after work went on, is told to the user, and everything is there once', async () => {
    await ada.open()
    await ada.unlock()
    await ada.reachesSync('done')
    await openAnAccount(ada.page())
    await writeNote(ada.page(), book, 'Profile: after the backup')
    await ada.reachesSync('done')
    await restored()
    await ada.open()
    await ada.unlock()
    await ada.reachesSync('done')
    await seesFault(ada.page(), 'replica.older-copy')
    await openAnAccount(ada.page())
    expect(await notesShown(ada.page(), 'Profile:')).toEqual(book.written.toSorted())
  })

  it('is told to the administrator', async () => {
    const console = await openConsole(stage)
    await console.getByRole('tab', { name: 'Devices' }).click()
    await console.getByText('older copy put back').waitFor()
  })

  it('is the copy that counts: the next start finds nothing amiss', async () => {
    await ada.close()
    await ada.open()
    await ada.unlock()
    await ada.reachesSync('done')
    expect(await ada.page().locator('[data-code="replica.older-copy"]').count()).toBe(0)
    await openAnAccount(ada.page())
    expect(await notesShown(ada.page(), 'Profile:')).toEqual(book.written.toSorted())
    expect(ada.faults()).toEqual([])
  })
})
