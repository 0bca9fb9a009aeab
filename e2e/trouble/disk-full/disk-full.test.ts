import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { catalogue, remedy } from '#app/kernel/index.ts'
import type { Client } from '../../harness/client.ts'
import { beginNote, newNoteBook, notesShown, openAnAccount, writeNote } from '../notes.ts'
import { openStage } from '../stage.ts'
import type { Stage } from '../stage.ts'
import { leaveNoRoom, leaveRoom } from './quota.ts'
import type { FullDisk } from './quota.ts'

// A disk that runs full: while somebody writes, from the start, and while a laptop is being filled. One story: the tests
// below follow one another. The quota is Chromium's own; all laptops wait together until it is believed.

/** A browser that opens a database may need as much as that holds, for a while: notes are long, so that they decide. */
const ROOM_FOR_SOME_NOTES = 3_000_000
const LONG = 'Every word of it matters to somebody. '.repeat(400).trim()
const ROOM_FOR_PART_OF_THE_LOAD = 500_000
const MOST_NOTES = 200
const PREPARED_WITHIN = 240_000
const LOADS_WITHIN = 90_000
const room = newNoteBook()
const kept = newNoteBook()

/** A laptop whose disk is full, or will soon be. */
type Cramped = { readonly client: Client; readonly disk: FullDisk }

let stage: Stage
let writing: Cramped
let full: Cramped
let fullAndNew: Cramped
let filling: Cramped

beforeAll(async () => {
  stage = await openStage()
  const writer = await enrolled('laptop')
  const reader = await enrolled('second laptop')
  await openAnAccount(reader.page())
  await writeNote(reader.page(), kept, 'Kept: one.')
  await reader.reachesSync('done')
  for (const client of [writer, reader]) await client.close()
  ;[writing, full, fullAndNew, filling] = await Promise.all([
    cramped(writer, (page) => leaveRoom(page, ROOM_FOR_SOME_NOTES)),
    cramped(reader, leaveNoRoom),
    cramped(stage.client('ada', 'third laptop'), leaveNoRoom),
    cramped(stage.client('ada', 'fourth laptop'), (page) => leaveRoom(page, ROOM_FOR_PART_OF_THE_LOAD)),
  ])
}, PREPARED_WITHIN)

afterAll(() => stage.end())

async function enrolled(device: string): Promise<Client> {
  const client = stage.client('ada', device)
  await client.open()
  await client.enrol()
  await client.reachesSync('done')
  return client
}

async function cramped(client: Client, leave: (page: Page) => Promise<FullDisk>): Promise<Cramped> {
  await client.open()
  return { client, disk: await leave(client.page()) }
}

const told = (page: Page): Locator =>
  page
    .getByRole('alert')
    .filter({ hasText: catalogue['replica.write-failed'].says })
    .filter({ hasText: remedy('replica.write-failed') })

const box = (page: Page): Locator => page.getByRole('textbox', { name: 'Log a visit, call or note' })

describe('a disk that runs full while somebody writes', () => {
  let last = ''

  it('tells what happened and what to do, and leaves the text where it was typed', async () => {
    const { client } = writing
    const page = client.page()
    await client.unlock()
    await openAnAccount(page)
    for (let note = 1; note <= MOST_NOTES; note += 1) {
      last = `Room: note ${note}.`
      await beginNote(page, room, `${last}\n${LONG}`)
      const outcome = await Promise.race([
        refused(page).then(() => 'refused'),
        saved(page).then(() => 'saved'),
      ])
      if (outcome === 'refused') break
      room.written.push(last)
    }
    expect(room.written.length).toBeGreaterThan(0)
    expect(room.written).not.toContain(last)
    expect(await box(page).inputValue()).toBe(`${last}\n${LONG}`)
    await told(page).first().waitFor()
    await client.reachesSync('stopped')
  })

  it('takes no other change, and keeps what is typed in a form', async () => {
    const page = writing.client.page()
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    const note = page.getByRole('textbox', { name: 'Note', exact: true })
    await note.fill('Ask for the blue door.')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('main').getByText(catalogue['replica.write-failed'].says).waitFor()
    expect(await note.inputValue()).toBe('Ask for the blue door.')
  })

  it('goes on when there is room, with everything that was called written down', async () => {
    const { client, disk } = writing
    const page = client.page()
    await disk.makeRoom()
    await lock(page)
    await client.unlock()
    await client.reachesSync('done')
    await openAnAccount(page)
    expect(await notesShown(page, 'Room: ')).toEqual(room.written.toSorted())
    await writeNote(page, room, last)
    await client.reachesSync('done')
    await page.getByLabel('Not sent yet').waitFor({ state: 'detached' })
    await client.close()
  })
})

describe('a disk that is full from the start', () => {
  it('shows what is here, and says that it takes no more', async () => {
    const { client } = full
    const page = client.page()
    await client.unlock()
    await openAnAccount(page)
    expect(await notesShown(page, 'Kept: ')).toEqual(kept.written)
    await beginNote(page, kept, 'Kept: none.')
    await refused(page)
    await told(page).first().waitFor()
    await client.close()
  })

  it('is told to who sets a laptop up', async () => {
    const { client, disk } = fullAndNew
    const page = client.page()
    const enrolling = client.enrol().then(
      () => 'enrolled',
      () => 'not enrolled',
    )
    await told(page).first().waitFor()
    await disk.makeRoom()
    await client.close()
    expect(await enrolling).toBe('not enrolled')
  })
})

describe('a disk that runs full while a laptop is filled', () => {
  it('tells it, and ends the load where there is room', async () => {
    const { client, disk } = filling
    const page = client.page()
    await client.enrol()
    // As long as the load may take to use the room up.
    await told(page).first().waitFor({ timeout: LOADS_WITHIN })
    await client.reachesSync('stopped')

    await disk.makeRoom()
    await lock(page)
    await client.unlock()
    await client.reachesSync('done')
    expect(await told(page).count()).toBe(0)
    await openAnAccount(page)
    expect(await notesShown(page, 'Room: ')).toEqual(room.written.toSorted())
  })
})

test('none of it was a fault of a page', () => {
  for (const { client } of [writing, full, fullAndNew, filling]) expect(client.faults()).toEqual([])
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
