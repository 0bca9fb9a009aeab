import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { root } from '#build/targets.ts'

export type RoundsServer = {
  readonly url: string
  readonly pid: number
  end(): Promise<void>
  /** In the middle of whatever it does. */
  kill(): Promise<void>
}

/** A load asks more than any person's device does; the bound itself is counted with. */
const unbounded = { ROUNDS_REQUESTS: '1000000' }

/** The real server in a process of its own. `nodeOptions` for profiles. */
export async function startRounds(
  environment: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<RoundsServer> {
  const child = spawn(process.execPath, [...nodeOptions, join(root, 'sync-server/main.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ROUNDS_PORT: '0', ROUNDS_MLLP_PORT: '0', ...unbounded, ...environment },
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = /^Rounds is ready on (\S+)$/.exec(line)?.[1]
      if (ready !== undefined) resolve(ready)
    })
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code}`)))
  })
  const ended = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  return { url, pid: child.pid ?? 0, end: () => ended('SIGTERM'), kill: () => ended('SIGKILL') }
}
