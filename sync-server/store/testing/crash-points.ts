import type { KyselyPlugin } from 'kysely'
import type { Dialect, Executor } from '../dialects/dialect.ts'

/** The process is gone. */
export class Crash extends Error {}

/**
 * Numbers every point of a write at which the process could die: between each two statements, before the commit and behind
 * it. It dies at one of them, as far as the database can tell: what was not committed is taken back, what was stays, and
 * nobody hears.
 */
export class CrashPoints {
  #armed = Infinity
  #passed = 0

  /** The next writes die at their point of this number, counted from 1; nothing dies where it is beyond their end. */
  dieAt(point: number): void {
    this.#armed = point
    this.#passed = 0
  }

  /** Writes live again. Answers how many points were passed since `dieAt`. */
  disarm(): number {
    this.#armed = Infinity
    return this.#passed
  }

  /** A dialect with points in its writes. */
  readonly within = (dialect: Dialect): Dialect => ({
    ...dialect,
    write: async (work) => {
      const result = await dialect.write(async (executor) => {
        this.#pass()
        return work(this.#withPoints(executor))
      })
      this.#pass()
      return result
    },
    insert: async (executor, rows) => {
      const written = await dialect.insert(executor, rows)
      this.#pass()
      return written
    },
    runAll: async (executor, statements) => {
      // Where they are no single round trip, each is a step.
      const steps = dialect.name === 'sqlite' ? statements.map((one) => [one]) : [statements]
      for (const step of steps) {
        await dialect.runAll(executor, step)
        this.#pass()
      }
    },
  })

  #withPoints(executor: Executor): Executor {
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: ({ result }) => {
        this.#pass()
        return Promise.resolve(result)
      },
    }
    return executor.withPlugin(plugin)
  }

  #pass(): void {
    this.#passed += 1
    if (this.#passed === this.#armed) throw new Crash('the process died')
  }
}
