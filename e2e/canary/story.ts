import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { openProfile } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import { sendMessages } from '#sync-server/hl7/send.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { killBrowser, processOf } from '../harness/laptop.ts'
import { newPlace } from '../harness/place.ts'
import type { Place } from '../harness/place.ts'
import { serverProcess } from '../harness/server-process.ts'
import type { ServerProcess } from '../harness/server-process.ts'
import { codesIn, newCanaries, STEM } from './canaries.ts'
import type { Canaries } from './canaries.ts'
import { canaryMessages } from './feed.ts'
import { LOGIN, prepare, SCALE } from './prepare.ts'
import type { Prepared } from './prepare.ts'

// Canaries go every way that data goes: with the first load and with a feed, by people's hands, into conflict, into
// quarantine, through a search, through a crash and a lock. What is left on the disks is for others to look at.

export type StoryOptions = {
  /** False: the control, whose page seals nothing. */
  readonly sealed: boolean
  readonly databaseUrl?: string | undefined
  /** What people do afterwards with the real screens, on the same profile. */
  readonly withScreens?: (screens: Screens) => Promise<void>
}

export type Screens = {
  readonly profile: string
  readonly url: string
  readonly passphrase: string
  readonly canaries: Canaries
  readonly prepared: Prepared
}

export type Told = {
  /** Where the canary of this number was put first. */
  placeOf(code: string): string
  /** The numbers of those that a document, a change or a message really carried to the client. */
  readonly atClient: ReadonlySet<string>
  readonly atServer: ReadonlySet<string>
  readonly profile: string
  readonly dataFolder: string
  /** What the server and the page printed. */
  readonly logs: string
  end(): Promise<void>
}

export const PASSPHRASE = 'a canary sings under nine lanterns'

export async function tellStory(options: StoryOptions): Promise<Told> {
  const place = await newPlace()
  try {
    return await tellAt(place, options)
  } catch (failure) {
    await place.end()
    throw failure
  }
}

async function tellAt(place: Place, { sealed, databaseUrl, withScreens }: StoryOptions): Promise<Told> {
  const canaries = newCanaries()
  const profile = join(place.folder, 'profile')
  const dataFolder = join(place.folder, 'data')
  const logs: string[] = []
  const client = join(root, sealed ? 'dist/bare-client' : 'dist/bare-client-clear')
  const serve = (clientFolder: string): ServerProcess =>
    serverProcess({
      ...place,
      dataFolder,
      environment: {
        ROUNDS_CLIENT: clientFolder,
        ROUNDS_DEMO_SCALE: String(SCALE),
        ROUNDS_LOG: 'debug',
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      },
    })
  await mkdir(dataFolder, { recursive: true })
  const server = serve(client)
  place.atEnd(() => server.kill())
  await server.start()
  await server.stop()
  const prepared = await prepare({ dataFolder, databaseUrl }, canaries)
  await server.start()
  const written = await atWork({ server, profile, canaries, prepared, note: (line) => void logs.push(line) })
  if (withScreens !== undefined) {
    await server.stop()
    const screens = serve(join(root, 'dist/renderer'))
    place.atEnd(() => screens.kill())
    await screens.start()
    await withScreens({ profile, url: screens.url, passphrase: PASSPHRASE, canaries, prepared })
    logs.push(screens.output())
    await screens.kill()
  }
  // Killed, not stopped: what SQLite has in its log stays there.
  await server.kill()
  logs.push(server.output())
  const seeded = prepared.seeded.map(({ data }) => data)
  return {
    placeOf: (code) => canaries.all()[Number.parseInt(code, 36)]?.place ?? 'nowhere',
    atClient: codesIn(JSON.stringify([seeded, written.byClient])),
    atServer: codesIn(JSON.stringify([seeded, written.byClient, written.sent])),
    profile,
    dataFolder,
    logs: logs.join('\n'),
    end: () => place.end(),
  }
}

type Work = {
  readonly server: ServerProcess
  readonly profile: string
  readonly canaries: Canaries
  readonly prepared: Prepared
  readonly note: (line: string) => void
}

async function atWork(work: Work): Promise<{ byClient: unknown[]; sent: string[] }> {
  const { server, profile, canaries, prepared, note } = work
  const byClient: unknown[] = []
  const context = await openProfile(profile)
  const main = await processOf(context)
  const page = await openBare(await context.newPage(), server.url, note)
  await enrol(page)

  const ids = await writeByHand(page, prepared)
  const caseId = ids.get('cases') ?? ''
  byClient.push(...[...prepared.toCreate, ...prepared.toUpdate].map(({ data }) => data))
  byClient.push(await attachFile(page, ids.get('documents') ?? '', canaries))

  const messages = canaryMessages(canaries)
  const answers = await Promise.all(
    messages.map((message) => sendMessages('127.0.0.1', server.mllpPort, [message])),
  )
  if (!String(answers[0]?.[0]).includes('MSA|AA|')) throw new Error('the feed was not taken')

  byClient.push(
    ...(await quarrel(page, await openBare(await context.newPage(), server.url, note), caseId, canaries)),
  )
  byClient.push(await beRefused(page, caseId, canaries))
  if ((await page.evaluate((text) => bare.search(text), STEM)).length === 0)
    throw new Error('no canary was found by the search')

  // In the middle of a write.
  const last = { resolution: canaries.next('cases.resolution') }
  void page
    .evaluate(([id, change]) => bare.update('cases', id, change), [caseId, last] as const)
    .catch(() => undefined)
  await killBrowser(context, main)
  await comeBack(work)
  return { byClient, sent: messages.map(String) }
}

/** Every module's record, made and changed as people do it. Answers one of each, for what is done with it afterwards. */
async function writeByHand(page: Page, { toCreate, toUpdate }: Prepared): Promise<ReadonlyMap<string, Id>> {
  const ids = new Map<string, Id>()
  for (const { module, data } of toCreate) {
    const name = module.name as ModuleName
    ids.set(name, await page.evaluate(([name, data]) => bare.create(name, data), [name, data] as const))
  }
  for (const { module, id, data } of toUpdate) {
    await page.evaluate(([name, id, data]) => bare.update(name, id, data), [
      module.name as ModuleName,
      id,
      data,
    ] as const)
  }
  await page.evaluate(() => bare.settled())
  return ids
}

/** A file of several pieces, with canaries in each; sent, and read again. Answers its text. */
async function attachFile(page: Page, id: Id, canaries: Canaries): Promise<string> {
  const lines = Array.from({ length: 60 }, () => `${canaries.next('a file')} ${'.'.repeat(10_000)}`)
  const text = lines.join('\n')
  await page.evaluate(([id, text]) => bare.attach(id, text), [id, text] as const)
  await page.evaluate(() => bare.settled())
  return text
}

/** The next start after the crash: opened, sent, and locked. */
async function comeBack({ server, profile, note }: Work): Promise<void> {
  const context = await openProfile(profile)
  const page = await openBare(await context.newPage(), server.url, note)
  await page.evaluate((passphrase) => bare.unlock(passphrase), PASSPHRASE)
  await page.evaluate(() => bare.settled())
  await page.evaluate(() => bare.lock())
  await context.close()
}

/** Two devices of one person change one field; the value that loses goes into the ledger, and everywhere with it. */
async function quarrel(page: Page, other: Page, id: Id, canaries: Canaries): Promise<unknown[]> {
  const [mine, theirs] = [canaries.next('cases.subject'), canaries.next('cases.subject')]
  await enrol(other)
  await page.evaluate(() => bare.setOnline(false))
  const change = (at: Page, subject: string) =>
    at.evaluate(([id, subject]) => bare.update('cases', id, { subject }), [id, subject] as const)
  await change(page, mine)
  await change(other, theirs)
  await other.evaluate(() => bare.settled())
  await page.evaluate(() => bare.setOnline(true))
  await page.evaluate(() => bare.settled())
  const view = JSON.stringify(await page.evaluate((id) => bare.get('cases', id), id))
  if (!view.includes(mine) || !view.includes(theirs)) throw new Error('the conflict is not in the ledger')
  await other.close()
  return [mine, theirs]
}

/** A link to somebody who is not there: refused, and kept in quarantine with what came along. */
async function beRefused(page: Page, id: Id, canaries: Canaries): Promise<unknown> {
  const change = { patientId: newId(), description: canaries.next('cases.description') }
  await page.evaluate(([id, change]) => bare.update('cases', id, change), [id, change] as const)
  await page.waitForFunction(async () => (await bare.quarantine()).length > 0)
  return change
}

async function enrol(page: Page): Promise<void> {
  await page.evaluate(([login, password, passphrase]) => bare.enrol(login, password, passphrase), [
    LOGIN,
    DEMO_PASSWORD,
    PASSPHRASE,
  ] as const)
  await page.evaluate(() => bare.settled())
}

async function openBare(page: Page, url: string, note: (line: string) => void): Promise<Page> {
  page.on('console', (message) => note(message.text()))
  page.on('pageerror', (failure) => note(failure.stack ?? failure.message))
  await page.goto(url)
  await page.waitForFunction(() => 'bare' in globalThis)
  return page
}
