import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/** `main.ts` in a process of its own, as `npm run server` runs it. */
export type ServerProcess = {
  /** The address of a successful start; null when it failed. */
  readonly ready: Promise<string | null>
  /** Resolves with the exit code; null after a signal. */
  readonly exit: Promise<number | null>
  output(): string
  errors(): string
  signal(name: NodeJS.Signals): void
}

export function startServerProcess(settings: Readonly<Record<string, string>>): ServerProcess {
  const ports = { ROUNDS_PORT: '0', ROUNDS_MLLP_PORT: '0' }
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const env = { PATH, NODE_COMPILE_CACHE, ...ports, ...settings }
  const child: ChildProcess = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk))
  const exit = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  const announced = new Promise<string | null>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      const url = /^Rounds is ready on (\S+)$/m.exec(output)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
  return {
    ready: Promise.race([announced, exit.then(() => null)]),
    exit,
    output: () => output,
    errors: () => errors,
    signal: (name) => void child.kill(name),
  }
}
