import { fork } from 'node:child_process'
import { once } from 'node:events'

// A server or a client in a process of its own that does tasks on order, over Node's own channel between processes.

type Order = { readonly number: number; readonly task: string; readonly input: unknown }
type Done = { readonly number: number; readonly result?: unknown; readonly failure?: string }

export type Worker = {
  readonly pid: number
  /** Throws what the task threw, as text. */
  ask<Result>(task: string, input?: unknown): Promise<Result>
  end(): Promise<void>
}

export function startWorker(script: string, nodeOptions: readonly string[] = []): Worker {
  const child = fork(script, { execArgv: [...nodeOptions], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let orders = 0
  child.on('message', ({ number, result, failure }: Done) => {
    const order = waiting.get(number)
    waiting.delete(number)
    if (failure === undefined) order?.resolve(result)
    else order?.reject(new Error(failure))
  })
  child.on('exit', (code) => {
    for (const order of waiting.values()) order.reject(new Error(`${script} ended with code ${code}`))
  })
  return {
    pid: child.pid ?? 0,
    ask<Result>(task: string, input?: unknown): Promise<Result> {
      const order = Promise.withResolvers<unknown>()
      waiting.set((orders += 1), order)
      child.send({ number: orders, task, input })
      return order.promise as Promise<Result>
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

type Tasks = Readonly<Record<string, (input: never) => unknown>>

/** Within the process: does what is asked for, by name. */
export function answerTasks(tasks: Tasks): void {
  process.on('message', ({ number, task, input }: Order) => {
    void (async () => {
      const done: Done = await run(tasks, task, input).then(
        (result) => ({ number, result }),
        (failure: unknown) => ({
          number,
          failure: failure instanceof Error ? (failure.stack ?? '') : String(failure),
        }),
      )
      process.send?.(done)
    })()
  })
  process.on('SIGTERM', () => process.exit(0))
  // Its driver may be killed.
  process.on('disconnect', () => process.exit(0))
}

async function run(tasks: Tasks, task: string, input: unknown): Promise<unknown> {
  const work = tasks[task]
  if (work === undefined) throw new Error(`no task ${task}`)
  return work(input as never)
}

/** Milliseconds that processes of one machine agree on, finer than `Date.now()`. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}
