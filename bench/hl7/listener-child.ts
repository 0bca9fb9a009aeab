import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { ListenerName } from './peers.ts'

const program = fileURLToPath(new URL('./listener-process.ts', import.meta.url))

/** As long as ours may need to apply what it has acknowledged, and more. */
const ANSWERS_WITHIN = 90_000
/** From its last word on: a peer that holds on to a broken connection would never go. */
const ENDS_WITHIN = 10_000

/** `cpu`: µs of processor time that the listener has used. */
export type ListenerState = { readonly applied: number; readonly rss: number; readonly cpu: number }

export type ListenerChild = {
  readonly port: number
  ask(question: 'idle' | 'state'): Promise<ListenerState>
  close(): Promise<void>
}

const portSchema = z.object({ port: z.number() })
const stateSchema = z.object({ applied: z.number(), rss: z.number(), cpu: z.number() })

/** A listener in a process of its own, with an empty store. With `profile` the process writes a CPU profile there. */
export async function startListener(
  name: ListenerName,
  databaseUrl: string | null,
  profile: string | null = null,
): Promise<ListenerChild> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-bench-hl7-'))
  const schema = `bench_${process.pid}_${Math.trunc(performance.now())}`
  const execArgv = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const child = fork(program, [name, folder, databaseUrl ?? '', schema], { execArgv })
  const gone = once(child, 'exit')
  const hear = async (): Promise<unknown> => {
    // A peer that turns in circles under the load answers nobody any more.
    const limit = setTimeout(() => child.kill('SIGKILL'), ANSWERS_WITHIN)
    try {
      const [said] = (await Promise.race([once(child, 'message'), gone.then(failed)])) as unknown[]
      return said
    } finally {
      clearTimeout(limit)
    }
  }
  const { port } = portSchema.parse(await hear())
  return {
    port,
    async ask(question) {
      child.send(question)
      return stateSchema.parse(await hear())
    },
    async close() {
      if (child.connected) {
        child.send('close')
        await hear()
      }
      const limit = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN)
      await gone
      clearTimeout(limit)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function failed(): never {
  throw new Error('the listener ended by itself')
}
