import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { runRecovery } from '#sync-server/recovery/cli.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { openStore } from '#sync-server/store/index.ts'
import type { Client } from '../harness/client.ts'
import { openConsole, pressInRow } from './console.ts'
import { newNoteBook, notesShown, openAnAccount, writeNote } from './notes.ts'
import { seesFault } from './sees.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// What a person and an administrator do with the keys of a copy. One story: the tests below follow one another.

const book = newNoteBook()
const next = 'ada sails past seven lighthouses'

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
  await writeNote(ada.page(), book, 'Keys: a note from before')
  await ada.reachesSync('done')
})

afterAll(() => stage.end())

/** A colleague of Sam's: approvals take two people. */
async function addAdministrator(login: string): Promise<void> {
  await stage.server.stop()
  const store = await openStore({ dataFolder: join(stage.place.folder, 'data') })
  const sam = await store.access.userByLogin('sam')
  const [grant] = await store.access.grants(sam?.id ?? '')
  if (sam === null || grant === undefined) throw new Error('no administrator to begin with')
  const id = newId()
  await store.access.saveUser({ ...sam, id, login })
  await store.access.saveGrant({ ...grant, id: newId(), userId: id })
  await store.close()
  await stage.server.start()
}

/** `npm run recovery`, as a holder types it. */
async function recovery(...args: string[]): Promise<string> {
  let said = ''
  const output = { write: (text: string) => void (said += text) }
  const server = args[0] === 'make-key' ? [] : ['--server', stage.server.url]
  expect(await runRecovery([...args, ...server], { output, password: async () => DEMO_PASSWORD })).toBe(0)
  return said
}

async function changePassphrase(current: string): Promise<void> {
  const page = ada.page()
  await page.getByLabel('Current passphrase').fill(current)
  await page.getByLabel('New passphrase', { exact: true }).fill(next)
  await page.getByLabel('New passphrase again').fill(next)
  await page.getByRole('button', { name: 'Change the passphrase' }).click()
}

async function unlockWith(passphrase: string): Promise<void> {
  const page = ada.page()
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await page.getByRole('button', { name: 'Unlock' }).click()
}

describe('the keys of a copy', () => {
  it('a new passphrase is chosen from the user menu, with the one that holds', async () => {
    const page = ada.page()
    await page.getByRole('button', { name: /: menu$/ }).click()
    await page.getByRole('menuitem', { name: 'Passphrase' }).click()
    await changePassphrase('not the one that holds')
    await page.getByText('The passphrase is wrong.').waitFor()
    await changePassphrase(ada.person.passphrase)
    await page.getByText('The new passphrase holds from now on.').waitFor()
  })

  it('the data goes under a new key by a command', async () => {
    const page = ada.page()
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type('Renew the key')
    await page.getByText('Renew the key of the local data').click()
    await page.getByText('The local data lies under a new key.').waitFor()
  })

  it('the new passphrase opens all of it, without a server; the old one does not', async () => {
    await ada.close()
    await stage.server.kill()
    await ada.open()
    await unlockWith(ada.person.passphrase)
    await ada.page().getByText('The passphrase is wrong.').waitFor()
    await unlockWith(next)
    await ada.reachesSync('offline', 'connecting')
    await openAnAccount(ada.page())
    expect(await notesShown(ada.page(), 'Keys:')).toEqual(book.written)
    await stage.server.start()
    await ada.reachesSync('done')
  })

  it('a computer that is wiped from the console says so, and has nothing left', async () => {
    console = await openConsole(stage)
    await pressInRow(console, 'Devices', "ada's laptop", 'Wipe')
    await seesFault(ada.page(), 'access.wiped')
    await ada.page().getByText('It was the copy of ada.').waitFor()
    await ada.page().getByLabel('User name').waitFor()
    await console.getByText('wiped', { exact: true }).waitFor()
    const left = await ada.page().evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))
    expect(new Set(left)).toEqual(new Set(['rounds-host', 'rounds-machine']))
    await ada.page().getByRole('button', { name: 'Understood' }).click()
    await ada.enrol()
    await ada.reachesSync('done')
  })

  it('a forgotten passphrase is recovered by two administrators, and the copy opens with a new one', async () => {
    const keyFolder = join(stage.place.folder, 'recovery')
    await addAdministrator('selma')
    await recovery('make-key', keyFolder)
    await recovery('set-key', join(keyFolder, 'recovery-key.json'), '--login', 'sam')
    const carla = stage.client('carla')
    await carla.open()
    await carla.enrol()
    await carla.reachesSync('done')
    await carla.close()
    await carla.open()
    const page = carla.page()
    await page.getByRole('button', { name: 'Lost the passphrase?' }).click()
    await page.getByRole('button', { name: 'Ask for recovery' }).click()
    const code = await page.getByLabel('Recovery code').innerText()
    const request = (await recovery('list', '--login', 'sam')).split('\n').find((line) => line.includes(code))
    const [id = ''] = request?.split(' ') ?? []
    for (const [login, holder] of [
      ['sam', 1],
      ['selma', 3],
    ] as const) {
      await recovery('approve', id, '--key', join(keyFolder, `holder-${holder}.key.json`), '--login', login)
    }
    await page.getByLabel('New passphrase', { exact: true }).fill(next)
    await page.getByLabel('New passphrase again').fill(next)
    await page.getByRole('button', { name: 'Unlock with the new passphrase' }).click()
    await carla.reachesSync('done')
    await carla.close()
    await carla.open()
    await seesFault(carla.page(), 'recovery.done')
    expect(carla.faults()).toEqual([])
  })

  it('ran without a fault in the page', () => expect(ada.faults()).toEqual([]))
})
