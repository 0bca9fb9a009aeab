import { Worker } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import { z } from 'zod'

/** Pages (4 KiB) in the log before they are copied into the file: a log of 32 MB, read through in a moment. */
export const CHECKPOINT = 8_000
/** Pages at which the writer copies them itself, and everybody waits: the thread is away, or can't keep up. */
export const CHECKPOINT_AT_LAST = 3 * CHECKPOINT
/** Pages that came while the others were copied: so many the writer adds itself. */
export const MOST_LEFT = 1_000
/** Commits between two looks at the log, which cost some microseconds each. */
const LOOK_AFTER = 16

const countsSchema = z.tuple([z.object({ log: z.number(), checkpointed: z.number() })])

export type Checkpoints = {
  /** To be called after a commit, while no transaction is open. */
  committed(): void
  close(): Promise<void>
}

/**
 * Copies the log into the file beside the writer. To copy 8,000 pages and flush them takes some 40 ms, for which a writer that
 * does it within a commit answers nobody; a thread does it meanwhile, and the writer adds the few pages that came since, after
 * which SQLite begins the log anew. The thread starts with the first log that is long enough.
 */
export function checkpointsBeside(file: string, writer: () => Database): Checkpoints {
  let thread: Worker | null = null
  let phase: 'waiting' | 'copying' | 'copied' = 'waiting'
  let commits = 0

  const pragma = (mode: 'NOOP' | 'PASSIVE') =>
    countsSchema.parse(writer().pragma(`wal_checkpoint(${mode})`))[0]

  /** Pages of the log that are not in the file yet. */
  function left(): number {
    const { log, checkpointed } = pragma('NOOP')
    return log - checkpointed
  }

  function copy(): void {
    if (thread === null) {
      thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: file })
      thread.unref()
      thread.on('message', () => (phase = 'copied'))
      // Then the writer copies by itself, when the log is long enough for that.
      thread.on('error', () => undefined)
    }
    phase = 'copying'
    thread.postMessage('copy')
  }

  function look(): void {
    commits += 1
    if (phase === 'copied') {
      if (left() > MOST_LEFT) return copy()
      pragma('PASSIVE')
      phase = 'waiting'
    } else if (phase === 'waiting' && commits % LOOK_AFTER === 0 && left() >= CHECKPOINT) copy()
  }

  return {
    committed() {
      try {
        look()
      } catch {
        // What was committed is in the log, whether or not there is room to copy it; the next commit looks again.
      }
    },
    close: async () => void (await thread?.terminate()),
  }
}
