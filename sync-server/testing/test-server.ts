import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, Id } from '#app/kernel/index.ts'
import { postgresTables } from '../store/testing/postgres-tables.ts'
import type { TestSchema } from '#build/testing/postgres-for-tests.ts'
import { hashPassword } from '../access/signing-in/password.ts'
import { configFrom } from '../config.ts'
import { startHl7 } from '../hl7/index.ts'
import type { Hl7 } from '../hl7/index.ts'
import { createLog } from '../log.ts'
import { residencyOf } from '../privacy/residency/residency.ts'
import { createWriteDoor } from '../replication/write-door.ts'
import type { WriteDoor } from '../replication/write-door.ts'
import { DEMO_PASSWORD, syntheticOrganisation } from '../seed/index.ts'
import type { SyntheticOrganisation } from '../seed/index.ts'
import { serve } from '../serve.ts'
import type { Serving } from '../serve.ts'
import type { Dialect } from '../store/dialects/dialect.ts'
import { openStore } from '../store/index.ts'
import type { Store } from '../store/index.ts'

export type TestClock = Clock & { pass(milliseconds: number): void }

export type TestServer = {
  readonly url: string
  readonly store: Store
  readonly door: WriteDoor
  readonly hl7: Hl7
  readonly clock: TestClock
  readonly synthetic: SyntheticOrganisation
  /** Where the data lies, for tests that look at it or start on it again. */
  readonly folder: string
  /** Where the data lies on PostgreSQL; null on SQLite. */
  readonly database: TestSchema | null
  /** What the server logged so far. */
  logged(): string
  userId(login: string): Id
  close(): Promise<void>
}

export type TestServerOptions = {
  readonly dialect?: 'sqlite' | 'postgres'
  readonly data?: 'synthetic' | 'real'
  readonly clientFolder?: string
  readonly consoleFolder?: string
  /** Those that it serves; every one unless given. */
  readonly regions?: readonly string[]
  /** Replicas are told to wait. */
  readonly maintenance?: boolean
  /** Milliseconds within which a request has to be here. */
  readonly slowestRequest?: number
  /** Settings beside those of every test. */
  readonly environment?: Readonly<Record<string, string>>
  /** By HTTPS, with a certificate that the server makes. */
  readonly encrypted?: boolean
  /** What stands between the store and its database. */
  readonly between?: (dialect: Dialect) => Dialect
}

/** A real server on a port of its own, over a small synthetic organisation in a store of its own. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-server-'))
  const database = options.dialect === 'postgres' ? await postgresTables() : null
  const dataFolder = join(folder, 'data')
  const place = { dataFolder, databaseUrl: database?.url, schema: database?.schema }
  const store = await openStore(place, options.between)
  const clock = testClock()
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => lines.push(line) })
  const residency = residencyOf(store, options.regions ?? null)
  const door = createWriteDoor({ store, clock, residency, onFault: (fault) => lines.push(String(fault)) })
  const synthetic = await fill(store, door, options.data ?? 'synthetic')
  const config = configFrom({
    ...options.environment,
    ROUNDS_PORT: '0',
    ROUNDS_REGIONS: options.regions?.join(','),
    ROUNDS_DATA: dataFolder,
    ROUNDS_TLS: options.encrypted === true ? 'always' : 'beyond-loopback',
    ROUNDS_MAINTENANCE: options.maintenance === true ? 'yes' : 'no',
    ROUNDS_CLIENT: options.clientFolder ?? join(folder, 'client'),
    ROUNDS_CONSOLE: options.consoleFolder ?? join(folder, 'console'),
  })
  const hl7 = await startHl7({ store, door, config: { host: '127.0.0.1', port: 0 }, log, clock })
  const http = { ...config.http, slowestRequest: options.slowestRequest }
  const serving = await serve({ config: { ...config, http }, store, door, clock, log, hl7 })
  return {
    url: serving.url,
    store,
    door,
    hl7,
    clock,
    synthetic,
    folder,
    database,
    logged: () => lines.join(''),
    userId: (login) => {
      const user = synthetic.users.find((one) => one.login === login)
      if (user === undefined) throw new Error(`no user ${login}`)
      return user.id
    },
    async close() {
      await serving.close()
      await hl7.close()
      await store.close()
      await database?.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Serves the same database once more, as a second process does: it shares nothing else with the first. */
export async function anotherProcess({ folder, database, clock, hl7 }: TestServer): Promise<Serving> {
  if (database === null) throw new Error('only PostgreSQL is shared')
  const dataFolder = join(folder, 'data')
  const store = await openStore({ dataFolder, databaseUrl: database.url, schema: database.schema })
  const log = createLog('silent')
  const door = createWriteDoor({ store, clock, residency: residencyOf(store, null), onFault: () => {} })
  const config = configFrom({ ROUNDS_PORT: '0', ROUNDS_DATA: dataFolder })
  const serving = await serve({ config, store, door, clock, log, hl7 })
  return {
    ...serving,
    async close() {
      await serving.close()
      await store.close()
    },
  }
}

/** Real time, and what a test lets pass beside it. */
function testClock(): TestClock {
  let passed = 0
  return {
    now: () => Date.now() + passed,
    pass: (milliseconds) => {
      passed += milliseconds
    },
  }
}

/** Cheap on purpose: what a strong hash costs is no matter of these tests. */
const weak = { memory: 8192, passes: 1, parallelism: 1 }

async function fill(
  store: Store,
  door: WriteDoor,
  data: 'synthetic' | 'real',
): Promise<SyntheticOrganisation> {
  const made = syntheticOrganisation({
    seed: 'test',
    today: '2026-03-02',
    zone: 'America/New_York',
    scale: 0.02,
  })
  const { createdAt } = await store.createOrganisation({ ...made.organisation, data })
  await door.seed({ type: 'seed', orgId: made.organisation.id, at: createdAt }, [...made.documents])
  const passwordHash = await hashPassword(DEMO_PASSWORD, weak)
  for (const { id, login, name, grants } of made.users) {
    await store.access.saveUser({
      id,
      login,
      name,
      passwordHash,
      secondFactor: null,
      createdAt,
      disabledAt: null,
      enabledAt: null,
    })
    for (const grant of grants) await store.access.saveGrant(grant)
  }
  return made
}
