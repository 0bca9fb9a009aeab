import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { root } from '#build/targets.ts'
import type { ConsoleAnswer, ConsoleCall, ConsoleRequest } from '#sync-server/console-api/protocol/console.ts'
import { freePort } from '../harness/free-port.ts'
import { serverProcess } from '../harness/server-process.ts'
import type { ServerProcess } from '../harness/server-process.ts'
import { asAdmin } from './admin.ts'
import type { ServerOrder } from './orders.ts'

/** The processes of one server: one on SQLite, several on PostgreSQL. Any of them may be killed at any moment. */
export type ServerGroup = {
  readonly urls: readonly string[]
  start(): Promise<void>
  /** Kills one of them in the middle of whatever it does, and starts it again. */
  killOne(which: number): Promise<void>
  /** Ends all of them. */
  stop(): Promise<void>
  /** `npm run restored`, with their settings. */
  restored(): Promise<void>
  order(order: ServerOrder): Promise<void>
  admin<Call extends ConsoleCall>(call: Call, request: ConsoleRequest<Call>): Promise<ConsoleAnswer<Call>>
  /** Where HL7 is taken in, by one of those that run. */
  mllpPort(which: number): number
  end(): Promise<void>
}

type Options = {
  readonly folder: string
  readonly processes: number
  readonly environment: Readonly<Record<string, string>>
}

const ATTEMPTS = 40
const execute = promisify(execFile)

export async function serverGroup({ folder, processes, environment }: Options): Promise<ServerGroup> {
  const dataFolder = join(folder, 'data')
  const servers: ServerProcess[] = []
  const firstPort = await freePort()
  // Devices call the first by its address; whichever answers must know that name, as behind a balancer.
  const named = { ...environment, ROUNDS_NAMES: `127.0.0.1:${firstPort}` }
  for (let number = 0; number < processes; number += 1) {
    servers.push(
      serverProcess({
        dataFolder,
        port: number === 0 ? firstPort : await freePort(),
        mllpPort: await freePort(),
        environment: named,
        script: 'dist/simulation/server.js',
      }),
    )
  }
  const chosen = (which: number): ServerProcess => {
    const server = servers[which % servers.length]
    if (server === undefined) throw new Error('there is no server')
    return server
  }

  /** By whichever process lives long enough: what is asked for may be done twice. */
  async function byAnyone<Answer>(work: (server: ServerProcess) => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work(chosen(attempt))
      } catch (failure) {
        if (attempt === ATTEMPTS) throw failure
        await pause(150)
      }
    }
  }

  async function stop(): Promise<void> {
    await Promise.all(servers.map((server) => server.kill()))
  }

  /** A process that does not start is started again, as its supervisor would: its disk may be full. */
  async function startAgain(server: ServerProcess): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await server.start()
      } catch (failure) {
        if (attempt === ATTEMPTS) throw failure
        await pause(150)
      }
    }
  }

  return {
    urls: servers.map(({ url }) => url),
    async start() {
      // The first fills the store; the others find it filled.
      await chosen(0).start()
      await Promise.all(servers.slice(1).map((server) => server.start()))
    },
    async killOne(which) {
      await chosen(which).kill()
      await startAgain(chosen(which))
    },
    stop,
    async restored() {
      const env = { ...process.env, ROUNDS_DATA: dataFolder, ...environment }
      await execute(process.execPath, ['build/run.js', 'build/scripts/restored.ts'], { cwd: root, env })
    },
    order: (order) => byAnyone((server) => server.order(order)),
    admin: (call, request) => byAnyone(({ url }) => asAdmin(url, call, request)),
    mllpPort: (which) => chosen(which).mllpPort,
    end: stop,
  }
}
