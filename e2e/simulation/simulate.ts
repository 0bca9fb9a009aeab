import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../harness/free-port.ts'
import { serverProcess } from '../harness/server-process.ts'
import type { ServerProcess } from '../harness/server-process.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { seededRandom } from '#sync-server/seed/random.ts'
import type { Random } from '#sync-server/seed/random.ts'
import { differences, lostEdits } from './checks.ts'
import type { Findings } from './checks.ts'
import { simulatedClient } from './client.ts'
import type { ClientOptions, Record, SimulatedClient } from './client.ts'
import { verifyAudit } from './verify-audit.ts'

export type SimulationOptions = {
  readonly seed: string
  readonly clients: number
  readonly seconds: number
  /** A PostgreSQL to run on; SQLite in a folder of its own without it. */
  readonly databaseUrl?: string | undefined
}

export type SimulationResult = {
  readonly findings: Findings
  readonly edits: number
  readonly acknowledged: number
  readonly documents: number
  readonly conflicts: number
}

const logins = ['carla', 'ada', 'carla', 'sofia', 'colin', 'amir'] as const
const HOUR = 3_600_000

/**
 * Many people, a real server, bad networks, crashes and wrong clocks; then everything heals, and every replica must
 * equal what the server shows its user, with no acknowledged edit lost. The schedule follows from the seed; how threads
 * and sockets interleave does not.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-simulation-'))
  const [port, mllpPort] = [await freePort(), await freePort()]
  const environment = options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }
  const server = serverProcess({ dataFolder: join(folder, 'data'), port, mllpPort, environment })
  const clients: SimulatedClient[] = []
  try {
    await server.start()
    const record: Record = { intended: [], acknowledged: [] }
    const random = seededRandom(options.seed)
    for (let number = 0; number < options.clients; number += 1) {
      clients.push(await simulatedClient(circumstances(number, options.seed, server.url, record, random)))
    }
    await Promise.all(clients.map((client) => client.start()))
    await disturb(clients, server, random, options.seconds)
    await settleAll(clients)
    return await judge(clients, server, options.seed, record)
  } finally {
    await Promise.all(clients.map((client) => client.end()))
    await server.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

function circumstances(
  number: number,
  seed: string,
  serverUrl: string,
  record: Record,
  random: Random,
): ClientOptions {
  const login = logins[number % logins.length] ?? 'carla'
  const clockSkew = random.pick([0, 0, 26 * HOUR, -26 * HOUR])
  return { name: `client${number}`, login, seed, serverUrl, clockSkew, calm: false, record }
}

/** Everybody works; now and then a network goes, a device dies in the middle of a write, the server is killed. */
async function disturb(
  clients: readonly SimulatedClient[],
  server: ServerProcess,
  random: Random,
  seconds: number,
): Promise<void> {
  const rounds = Math.max(2, Math.round(seconds / 2.5))
  for (let round = 0; round < rounds; round += 1) {
    const away = random.pick(clients)
    const dying = random.pick(clients)
    away.setOnline(false)
    const killed = round % 2 === 1 ? killAndRestart(server) : Promise.resolve()
    await together([killed, ...clients.map((client) => client.run(random.int(1000, 2500)))])
    away.setOnline(true)
    await dying.crash(random.chance(0.5) ? 'done' : 'undone')
  }
}

/** Like `Promise.all`, but waits for the others too before it throws: nothing goes on behind the caller's back. */
async function together(tasks: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(tasks)) {
    if (outcome.status === 'rejected') throw outcome.reason
  }
}

async function killAndRestart(server: ServerProcess): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 400))
  await server.kill()
  await server.start()
}

/** Twice: what one device pushed at the end of the first round others pull in the second. */
async function settleAll(clients: readonly SimulatedClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.settle()))
  await Promise.all(clients.map((client) => client.settle()))
}

async function judge(
  clients: readonly SimulatedClient[],
  server: ServerProcess,
  seed: string,
  record: Record,
): Promise<SimulationResult> {
  const contents = await Promise.all(clients.map((client) => client.content()))
  const findings: string[] = []
  for (const login of new Set(clients.map((client) => client.login))) {
    const reference = await referenceOf(login, seed, server.url)
    for (const content of contents.filter((one) => one.login === login)) {
      findings.push(...differences(content, reference))
    }
  }
  findings.push(...lostEdits(record.acknowledged, record.intended, contents))
  findings.push(...(await verifyAudit(server.url, 'sam', DEMO_PASSWORD)))
  const shown = new Map(contents.flatMap(({ documents }) => [...documents]))
  return {
    findings,
    edits: record.intended.length,
    acknowledged: record.acknowledged.length,
    documents: shown.size,
    conflicts: [...shown.values()].filter((text) => text.includes('"losing":')).length,
  }
}

/** A new device of the user, filled from nothing: what the server shows. */
async function referenceOf(login: string, seed: string, serverUrl: string) {
  const record: Record = { intended: [], acknowledged: [] }
  const name = `reference-${login}`
  const reference = await simulatedClient({ name, login, seed, serverUrl, clockSkew: 0, calm: true, record })
  try {
    await reference.start()
    await reference.settle()
    return await reference.content()
  } finally {
    await reference.end()
  }
}
