import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { syntheticOrganisation } from '#sync-server/seed/index.ts'
import { seededRandom } from '#sync-server/seed/random.ts'
import { backUpPostgres, backUpSqlite } from './backup.ts'
import type { Backup } from './backup.ts'
import { Backups } from './backups.ts'
import { clockSkews, disturb } from './disturb.ts'
import { Faults } from './faults.ts'
import type { FaultCounts } from './faults.ts'
import type { Record } from './client.ts'
import type { Scene } from './disturb.ts'
import { hospital } from './hospital.ts'
import { judge, settleAll } from './judge.ts'
import type { Verdict } from './judge.ts'
import { simulatedLaptop } from './laptop.ts'
import type { Laptop } from './laptop.ts'
import { ownDatabase } from './own-database.ts'
import { People } from './people.ts'
import { diskOfPostgres, diskOfSqlite } from './server-disk.ts'
import { serverGroup } from './server-group.ts'

export type SimulationOptions = {
  readonly seed: string
  readonly clients: number
  readonly seconds: number
  /** A PostgreSQL server, to run on a database of its own there, by two processes; SQLite and one without it. */
  readonly postgresUrl?: string | undefined
  /** Whether backups are put back, as they are unless this says no: every device then sends all that it holds, at length. */
  readonly restores?: boolean
}

export type SimulationResult = Verdict & {
  readonly edits: number
  readonly acknowledged: number
  readonly faults: FaultCounts
}

/** Who is signed in first, and with whom they share the laptop. */
const pairs = [
  ['carla', 'colin'],
  ['ada', 'amir'],
  ['carla', 'sofia'],
  ['sofia', 'ada'],
  ['colin', 'carla'],
  ['amir', 'ada'],
] as const
/** Of the usual synthetic organisation: enough for several kinds of everything, little enough to begin at once. */
const SCALE = 0.1
/** How long an order may take, in milliseconds: all clients share the machine, and at the end compare all that they hold. */
const patienceFor = (clients: number): number => Math.max(180_000, clients * 36_000)

/**
 * Many people, a real server, bad networks, crashes and wrong clocks; then everything heals, and every replica must
 * equal what the server shows its user, with no acknowledged edit lost. The schedule follows from the seed; how threads
 * and sockets interleave does not. The target `simulation` has to be built.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed, clients, seconds, postgresUrl, restores = true } = options
  const folder = await mkdtemp(join(tmpdir(), 'rounds-simulation-'))
  const database = postgresUrl === undefined ? null : await ownDatabase(postgresUrl)
  const marker = join(folder, 'disk-is-full')
  const environment = {
    ROUNDS_DEMO_SCALE: String(SCALE),
    ...(database === null ? { SIMULATED_DISK: marker } : { DATABASE_URL: database.url }),
  }
  const servers = await serverGroup({ folder, processes: database === null ? 1 : 2, environment })
  const laptops: Laptop[] = []
  try {
    await servers.start()
    const record: Record = {
      intended: new Set(),
      acknowledged: [],
      attached: [],
      found: [],
      faults: new Faults(),
    }
    const random = seededRandom(seed)
    for (let number = 0; number < clients; number += 1) {
      const [first, second] = pairs[number % pairs.length] ?? pairs[0]
      const clockSkew = random.pick(clockSkews)
      if (clockSkew !== 0) record.faults.note('clock hours off')
      const here = { serverUrls: servers.urls, record, patience: patienceFor(clients) }
      const laptop = { ...here, name: `client${number}`, seed, clockSkew }
      laptops.push(await simulatedLaptop(laptop, [first, second]))
    }
    await Promise.all(laptops.map((laptop) => laptop.start()))
    const disk = database === null ? diskOfSqlite(marker) : diskOfPostgres(database)
    const take = () => (database === null ? backUpSqlite(join(folder, 'data')) : backUpPostgres(database.url))
    const scene = sceneOf({ laptops, servers, record, disk, take, seed, restores })
    await disturb(scene, seconds)
    await settleAll(scene)
    const verdict = await judge(scene, record)
    const { intended, acknowledged, faults } = record
    return { ...verdict, edits: intended.size, acknowledged: acknowledged.length, faults: faults.counts() }
  } finally {
    await Promise.all(laptops.map((laptop) => laptop.end()))
    await servers.end()
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

type Setting = Pick<Scene, 'laptops' | 'servers' | 'disk'> & {
  readonly record: Record
  readonly take: () => Promise<Backup>
  readonly seed: string
  readonly restores: boolean
}

function sceneOf({ laptops, servers, record, disk, take, seed, restores }: Setting): Scene {
  const today = new Date().toISOString().slice(0, 10)
  const synthetic = syntheticOrganisation({ seed: 'rounds', today, zone: 'America/New_York', scale: SCALE })
  const random = seededRandom(`${seed}/schedule`)
  return {
    laptops,
    servers,
    people: new People(synthetic),
    hospital: hospital({
      synthetic,
      random: random.fork('hospital'),
      record,
      mllpPort: (which) => servers.mllpPort(which),
    }),
    faults: record.faults,
    random,
    disk,
    // What was added later changes nothing of a seed's other acts.
    diskRandom: random.fork('disk'),
    backups: new Backups({ take, random: random.fork('backups'), record, chance: restores ? 0.5 : 0 }),
  }
}
