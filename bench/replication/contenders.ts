import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '#build/targets.ts'
import { freePort } from '../../e2e/harness/free-port.ts'
import { peers } from './peers.ts'
import type { PeerName } from './peers.ts'
import type { Site } from './documents.ts'
import { startRounds } from './rounds-server.ts'
import { startWorker } from './tasks.ts'
import type { Worker } from './tasks.ts'

// Who takes part: a server in a process of its own, and clients in processes of theirs.

export const ours = ['rounds', 'rounds-postgres'] as const
export type ContenderName = (typeof ours)[number] | PeerName

export type Contender = {
  readonly url: string
  readonly pid: number
  client(): Worker
  /** What a client is told: where its site's documents are, and how many at a time. */
  order(site: Site): object
  /** Throws when the server holds another number of pushed documents. */
  check(pushed: number): Promise<void>
  end(): Promise<void>
}

export type Prepared = {
  readonly template: string
  readonly postgres: string
  readonly files: Readonly<Record<'views' | 'live' | 'drafts', string>>
}

const roundsClient = fileURLToPath(new URL('rounds-client.ts', import.meta.url))
const clients = { ROUNDS_CLIENT: join(root, 'dist/bench-smoke') }

export function enter(name: ContenderName, prepared: Prepared): Promise<Contender> {
  if (name === 'rounds') return enterRounds(prepared)
  if (name === 'rounds-postgres') return enterPostgres(prepared)
  return enterPeer(name, prepared)
}

async function enterRounds({ template }: Prepared): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-replication-'))
  await cp(template, folder, { recursive: true })
  const server = await startRounds({ ROUNDS_DATA: join(folder, 'data'), ...clients })
  const end = async () => {
    await server.end()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...roundsContender(server.url), pid: server.pid, end }
}

async function enterPostgres({ postgres, template }: Prepared): Promise<Contender> {
  const keys = { ROUNDS_DATA: join(template, 'postgres'), DATABASE_URL: postgres }
  const server = await startRounds({ ...keys, ...clients })
  return { ...roundsContender(server.url), pid: server.pid, end: () => server.end() }
}

/** Every item of a push is answered, and the client throws for one that is refused. */
function roundsContender(url: string) {
  return {
    url,
    client: () => startWorker(roundsClient),
    order: (site: Site) => ({ url, login: site }),
    check: async () => {},
  }
}

async function enterPeer(name: PeerName, { files }: Prepared): Promise<Contender> {
  const plan = peers[name]
  const server = startWorker(plan.server)
  const url = await server.ask<string>('start', {
    port: await freePort(),
    pages: join(root, 'dist/bench-replication'),
    collections: { pull: files.views, push: null, live: files.live },
  })
  return {
    url,
    pid: server.pid,
    client: () => startWorker(plan.client),
    order: (site) => ({ url, name: site, batch: site === 'push' ? plan.batch.push : plan.batch.pull }),
    async check(pushed) {
      const held = await server.ask<number>('count', 'push')
      if (held !== pushed) throw new Error(`${name} holds ${held} of ${pushed} pushed documents`)
    },
    end: () => server.end(),
  }
}
