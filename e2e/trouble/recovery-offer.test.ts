import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runRecovery } from '#sync-server/recovery/cli.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import type { Client } from '../harness/client.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

// The organisation gets a recovery key after a copy was set up. One story: the tests below follow one another.

const offer = 'A forgotten passphrase could be recovered on this computer'

let stage: Stage
let carla: Client
let fingerprint: string

/** `npm run recovery`, as a holder types it. */
async function recovery(...args: string[]): Promise<string> {
  let said = ''
  const output = { write: (text: string) => void (said += text) }
  expect(await runRecovery(args, { output, password: async () => DEMO_PASSWORD })).toBe(0)
  return said
}

async function opened(): Promise<void> {
  await carla.open()
  await carla.unlock()
  await carla.reachesSync('done')
}

beforeAll(async () => {
  stage = await openStage()
  carla = stage.client('carla')
  await carla.open()
  await carla.enrol()
  await carla.reachesSync('done')
  await carla.close()
  const folder = join(stage.place.folder, 'recovery')
  const made = await recovery('make-key', folder)
  fingerprint = /fingerprint (\w+)/.exec(made)?.[1] ?? ''
  await recovery('set-key', join(folder, 'recovery-key.json'), '--login', 'sam', '--server', stage.server.url)
})

afterAll(() => stage.end())

it('the user is asked, sees which key it is, and says yes by the passphrase', async () => {
  await opened()
  const page = carla.page()
  const banner = page.getByRole('status').filter({ hasText: offer })
  await banner.getByRole('link', { name: 'Look at it' }).click()
  await page.getByText(fingerprint).waitFor()
  await page.getByLabel('Your passphrase, to say yes').fill('not the one that holds')
  await page.getByRole('button', { name: 'Use this recovery key' }).click()
  await page.getByText('The passphrase is wrong.').waitFor()
  expect(await banner.count()).toBe(1)
  await page.getByLabel('Your passphrase, to say yes').fill(carla.person.passphrase)
  await page.getByRole('button', { name: 'Use this recovery key' }).click()
  await banner.waitFor({ state: 'detached' })
})

it('from then on it can be asked for, and is not offered again', async () => {
  await carla.close()
  await carla.open()
  await carla.page().getByRole('button', { name: 'Lost the passphrase?' }).click()
  await carla.page().getByRole('button', { name: 'Ask for recovery' }).waitFor()
  await carla.close()
  await opened()
  expect(await carla.page().getByText(offer).count()).toBe(0)
  expect(carla.faults()).toEqual([])
})
