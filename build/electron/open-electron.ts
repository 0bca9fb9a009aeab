import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from '../targets.ts'

export type ElectronWindow = {
  /** Resolves when the person has closed it, or it has ended otherwise. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/** How long the application may take to end itself. */
const GRACE = 5_000

/** Opens the desktop application from this checkout, for the server at `url`. */
export async function openElectron(program: string, url: string): Promise<ElectronWindow> {
  const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env
  const child = spawn(program, [root], {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment, ROUNDS_SERVER: url },
  })
  await once(child, 'spawn')
  const closed = once(child, 'exit').then(() => undefined)
  return {
    closed,
    async close() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE)
      await closed
      clearTimeout(timer)
    },
  }
}
