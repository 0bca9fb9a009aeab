import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { root } from '#build/targets.ts'
import type { ServerOrder } from '../simulation/orders.ts'

// The real sync server in a process of its own, so that it can be stopped, killed and brought back as in life.

const READY = 'Rounds is ready'
const START_LIMIT = 90_000
const STOP_LIMIT = 20_000

export type ServerProcess = {
  readonly url: string
  readonly mllpPort: number
  /** Starts it; resolves when it says that it is ready. */
  start(): Promise<void>
  /** Asks it to stop, as Ctrl-C does, and waits. Throws when it ends with a fault or not at all. */
  stop(): Promise<void>
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>
  /** Asks a script that takes orders (e2e/simulation/server.ts, bundled) to do something; resolves when it is done. */
  order(order: ServerOrder): Promise<void>
  /** What it printed so far. */
  output(): string
}

export type ServerPlace = {
  readonly dataFolder: string
  readonly port: number
  readonly mllpPort: number
  readonly environment?: Readonly<Record<string, string>>
  /** What is run: the server alone, or `npm start` with the client. */
  readonly script?: 'sync-server/main.ts' | 'build/scripts/start.ts' | 'dist/simulation/server.js'
}

export function serverProcess({
  dataFolder,
  port,
  mllpPort,
  environment,
  script = 'sync-server/main.ts',
}: ServerPlace): ServerProcess {
  let running: ChildProcess | null = null
  let printed = ''

  return {
    url: `http://127.0.0.1:${port}`,
    mllpPort,
    output: () => printed,
    async start() {
      const child = spawn(process.execPath, ['build/run.js', script], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          ...process.env,
          ROUNDS_PORT: String(port),
          ROUNDS_MLLP_PORT: String(mllpPort),
          ROUNDS_DATA: dataFolder,
          ...environment,
        },
      })
      running = child
      await ready(child, (line) => (printed += `${line}\n`))
    },
    async stop() {
      const code = await ended('SIGTERM')
      if (code !== 0) throw new Error(`the server ended with code ${code}:\n${printed}`)
    },
    async kill() {
      await ended('SIGKILL')
    },
    order: (order) => obeyed(running, order),
  }

  async function ended(signal: NodeJS.Signals): Promise<number | null> {
    const child = running
    running = null
    if (child === null || child.exitCode !== null) return child?.exitCode ?? 0
    child.kill(signal)
    const [code] = (await once(child, 'exit', { signal: AbortSignal.timeout(STOP_LIMIT) })) as [number | null]
    return code
  }
}

/** Throws when the server says why it did not, or dies meanwhile. One order at a time. */
async function obeyed(child: ChildProcess | null, order: ServerOrder): Promise<void> {
  if (child === null || !child.connected) throw new Error('the server does not run')
  const over = new AbortController()
  const died = once(child, 'exit', { signal: over.signal }).then(() => ['the server died'])
  const answered = once(child, 'message', { signal: over.signal }) as Promise<[string]>
  child.send(order)
  const [answer] = await Promise.race([answered, died])
  over.abort()
  await Promise.allSettled([answered, died])
  if (answer !== 'done') throw new Error(answer)
}

async function ready(child: ChildProcess, note: (line: string) => void): Promise<void> {
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('the server has no output')
  await new Promise<void>((resolve, reject) => {
    const lines: string[] = []
    const timer = setTimeout(() => fail('is not ready in time'), START_LIMIT)
    for (const stream of [stdout, stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        note(line)
        lines.push(line)
        if (line.startsWith(READY)) finish(resolve)
      })
    }
    // 'close' comes after the last line, 'exit' may not.
    child.once('close', (code) => fail(`ended with code ${code}`))

    function fail(how: string): void {
      finish(() => reject(new Error(`the server ${how}:\n${lines.join('\n')}`)))
    }
    function finish(action: () => void): void {
      clearTimeout(timer)
      action()
    }
  })
}
