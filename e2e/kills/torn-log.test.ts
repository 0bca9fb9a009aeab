import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blankOf } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { root } from '#build/targets.ts'
import { DEMO_PASSWORD, syntheticOrganisation } from '#sync-server/seed/index.ts'
import { freePort } from '../harness/free-port.ts'
import { serverProcess } from '../harness/server-process.ts'
import type { ServerProcess } from '../harness/server-process.ts'
import { LOGIN } from './subject.ts'
import { newVictim } from './victim.ts'
import type { Victim } from './victim.ts'

// A kill in the middle of a write of LevelDB's, and a second one before the log was begun anew: Chromium alone would
// throw the whole of IndexedDB away at the third start. See `renderer/replica/storage/machine/new-log.ts`.

const PASSPHRASE = 'walks under nine lanterns'
let folder = ''
let server: ServerProcess
let victim: Victim

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rounds-torn-'))
  const [port, mllpPort] = [await freePort(), await freePort()]
  const environment = { ROUNDS_CLIENT: join(root, 'dist/bare-client') }
  server = serverProcess({ dataFolder: join(folder, 'data'), port, mllpPort, environment })
  victim = newVictim(
    join(folder, 'profile'),
    () => server.url,
    () => undefined,
  )
  await server.start()
})

afterEach(async () => {
  await victim.close()
  await server.kill()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

test('what was saved outlives a torn record at the end of the log, and the kill after it', async () => {
  await victim.start()
  await victim
    .page()
    .evaluate(([login, password, passphrase]) => bare.enrol(login, password, passphrase), [
      LOGIN,
      DEMO_PASSWORD,
      PASSPHRASE,
    ] as const)
  await victim.page().evaluate(() => bare.settled())
  await victim.page().evaluate(() => bare.setOnline(false))
  const first = await write('written before the first kill')
  await victim.kill()
  await tearLog()

  await reopen()
  const second = await write('written after it')
  await victim.kill()

  await reopen()
  expect(await subjectsOf([first, second])).toEqual(['written before the first kill', 'written after it'])
})

async function reopen(): Promise<void> {
  await victim.start()
  expect(await victim.page().evaluate(() => bare.isEnrolled())).toBe(true)
  await victim.page().evaluate(() => bare.setOnline(false))
  expect(await victim.page().evaluate((given) => bare.unlock(given), PASSPHRASE)).toBe(true)
}

function write(subject: string): Promise<string> {
  const { sites } = syntheticOrganisation({ seed: 'rounds', today: '2026-01-01', zone: 'America/New_York' })
  const data = { ...blankOf(modules.cases), subject, category: 'other', siteId: sites[0].id }
  return victim.page().evaluate((given) => bare.create('cases', given), data)
}

function subjectsOf(ids: readonly string[]): Promise<unknown[]> {
  return victim.page().evaluate(async (asked) => {
    const views = await Promise.all(asked.map((id) => bare.get('cases', id)))
    return views.map((view) => (view !== null && 'subject' in view ? view.subject : null))
  }, ids)
}

/** The head of a record that says it is longer than what follows: as a write leaves it that was cut off. */
async function tearLog(): Promise<void> {
  const place = join(folder, 'profile/Default/IndexedDB')
  const database = (await readdir(place)).find((name) => name.endsWith('.leveldb')) ?? ''
  const logs = (await readdir(join(place, database))).filter((name) => name.endsWith('.log')).toSorted()
  const head = Buffer.from([1, 2, 3, 4, 0x40, 0x1f, 1])
  await appendFile(join(place, database, logs.at(-1) ?? ''), Buffer.concat([head, Buffer.alloc(100, 7)]))
}
