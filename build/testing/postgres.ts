import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { preparePrograms, serverUser } from './postgres-programs.ts'
import type { Programs, ServerUser } from './postgres-programs.ts'

export type RunningPostgres = { readonly url: string; stop(): Promise<void> }

type Options = {
  /** Off for tests, which lose nothing by a power failure; on where durability is measured. */
  readonly durable?: boolean
}

const ATTEMPTS = 3
const START_TIMEOUT = 30_000
const STOP_TIMEOUT = 10_000

/**
 * A real PostgreSQL on a free port of this machine, brought by npm, with a database of its own that goes when it stops;
 * or the one that DATABASE_URL names, which is left as it is.
 */
export async function startPostgres(options: Options = {}): Promise<RunningPostgres> {
  const given = process.env['DATABASE_URL']
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} }
  const user = await serverUser()
  const folder = await mkdtemp(join(tmpdir(), 'rounds-postgres-'))
  const cleanUp = () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    if (user !== null) await chown(folder, user.uid, user.gid)
    const programs = await preparePrograms(join(folder, 'programs'), user)
    const data = join(folder, 'data')
    await initialise(programs, data, user)
    const { url, child } = await startWithRetries(programs, data, user, options)
    const endWithUs = () => void child.kill('SIGKILL')
    process.once('exit', endWithUs)
    return {
      url,
      async stop() {
        process.off('exit', endWithUs)
        await end(child)
        await cleanUp()
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}

async function initialise(programs: Programs, data: string, user: ServerUser): Promise<void> {
  await mkdir(data, { mode: 0o700 })
  if (user !== null) await chown(data, user.uid, user.gid)
  const flags = ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  const child = spawn(programs.initdb, flags, { ...user, stdio: ['ignore', 'ignore', 'pipe'] })
  const told = collect(child)
  await finished(child)
  if (child.exitCode !== 0) throw new Error(`initdb failed: ${told()}`)
}

/** The port may be taken between finding and using it, and a start right after a crash can fail for a moment. */
async function startWithRetries(programs: Programs, data: string, user: ServerUser, options: Options) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(programs, data, user, options)
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      await pause(1_000)
    }
  }
}

async function start(programs: Programs, data: string, user: ServerUser, { durable = false }: Options) {
  const port = await freePort()
  const switches = durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...switches,
  ].flatMap((setting) => ['-c', setting])
  const child = spawn(programs.postgres, ['-D', data, '-p', String(port), ...settings], {
    ...user,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const told = collect(child)
  const ended = finished(child)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const outcome = await Promise.race([answers(url, child), ended.then(() => 'ended' as const)])
  if (outcome === 'ready') return { url, child }
  await end(child)
  throw new Error(`PostgreSQL did not start: ${told()}`)
}

async function answers(url: string, child: ChildProcess): Promise<'ready' | 'too late'> {
  const until = Date.now() + START_TIMEOUT
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return 'ready'
    } catch {
      await pause(50)
    } finally {
      await client.end().catch(() => {})
    }
  }
  return 'too late'
}

/** SIGINT is PostgreSQL's fast shutdown: it ends sessions and closes the database cleanly. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT)
  await ended
  clearTimeout(timer)
}

/** Resolves when the process has ended, or could not be started at all. */
async function finished(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
}

/** The last that a process said on its error output. */
function collect(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-4_000)))
  child.once('error', (error) => (text += error.message))
  return () => text.trim()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
