import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { verifyAudit } from '#sync-server/audit/index.ts'
import { openStore } from '#sync-server/store/index.ts'
import { freePort } from '../../e2e/harness/free-port.ts'
import { fillStore } from '../replication/organisation.ts'
import { startRounds } from '../replication/rounds-server.ts'
import type { RoundsServer } from '../replication/rounds-server.ts'
import { follow, write } from './clients.ts'
import type { Servers, Written } from './clients.ts'

// Several server processes on one PostgreSQL. While clients write and follow, one process after the other is killed and
// started again. In the end every answered edit is in the database once, and every follower has seen every row.

export type Campaign = {
  /** A database of its own. */
  readonly databaseUrl: string
  readonly processes: number
  readonly writers: number
  readonly followers: number
  /** It goes on for so long, and until so many processes were killed. */
  readonly seconds: number
  readonly leastKills: number
  readonly killEverySeconds: number
  say(line: string): void
}

export type Outcome = {
  readonly kills: number
  readonly pushes: number
  readonly documents: number
  /** Milliseconds from the first attempt of a push to its answer, whichever process gave it; sorted. */
  readonly latencies: readonly number[]
  /** What must be empty or zero. */
  readonly lost: readonly string[]
  readonly appliedTwice: number
  readonly skipped: number
  readonly audit: boolean
}

export async function run(campaign: Campaign): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-failover-'))
  const dataFolder = join(folder, 'data')
  const { databaseUrl, processes } = campaign
  await fillStore({ dataFolder, databaseUrl }, { pull: 0, push: 0, live: 0 })
  const places = await Promise.all(Array.from({ length: processes }, () => freePort()))
  const start = (port: number) =>
    startRounds({ ROUNDS_DATA: dataFolder, DATABASE_URL: databaseUrl, ROUNDS_PORT: String(port) })
  const running = await Promise.all(places.map(start))
  try {
    const servers: Servers = {
      urls: running.map(({ url }) => url),
      stop: new AbortController(),
      written: new AbortController(),
    }
    const writers = Array.from({ length: campaign.writers }, (_, number) => write(servers, number))
    const followers = Array.from({ length: campaign.followers }, (_, number) => follow(servers, number))
    const kills = await killInTurns(campaign, running, (index) => start(places[index] ?? 0))
    servers.stop.abort()
    const written = (await Promise.all(writers)).flat()
    servers.written.abort()
    const seen = await Promise.all(followers)
    return { kills, ...(await verdict({ dataFolder, databaseUrl }, written, seen)) }
  } finally {
    for (const server of running) await server.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function killInTurns(
  { seconds, leastKills, killEverySeconds, say }: Campaign,
  running: RoundsServer[],
  start: (index: number) => Promise<RoundsServer>,
): Promise<number> {
  const until = performance.now() + seconds * 1000
  let kills = 0
  while (performance.now() < until || kills < leastKills) {
    await pause(killEverySeconds * 1000)
    const index = kills % running.length
    await running[index]?.kill()
    kills += 1
    say(`killed process ${index + 1}, ${Math.max(0, (until - performance.now()) / 1000).toFixed(0)} s to go`)
    running[index] = await start(index)
  }
  return kills
}

async function verdict(
  options: { readonly dataFolder: string; readonly databaseUrl: string },
  written: readonly Written[],
  seen: readonly ReadonlySet<string>[],
): Promise<Omit<Outcome, 'kills'>> {
  const store = await openStore(options)
  try {
    const ids = written.flatMap((push) => push.ids)
    const { head, held } = await store.snapshot(async (read) => ({
      head: (await read.heads()).cases.seq,
      held: new Set((await read.documents('cases', ids)).map(({ id }) => id)),
    }))
    return {
      pushes: written.length,
      documents: ids.length,
      latencies: written.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b),
      lost: ids.filter((id) => !held.has(id)),
      // Each document was created once and never changed: so many numbers were given.
      appliedTwice: head - held.size,
      skipped: seen.reduce((sum, one) => sum + ids.filter((id) => !one.has(id)).length, 0),
      audit: (await verifyAudit(store)).whole,
    }
  } finally {
    await store.close()
  }
}
