import { asAppError } from '#app/kernel/index.ts'
import type { AppError } from '#app/kernel/index.ts'
import type { Environment } from '../environment.ts'
import { backOff } from '../replication/back-off.ts'
import type { SessionKeeper } from '../session/session.ts'
import type { FileBook, FileRecord } from './file-book.ts'
import { passes } from './passing.ts'
import type { Shelf } from './shelf.ts'
import { upload } from './upload.ts'

type OutgoingParts = {
  readonly book: FileBook
  readonly shelf: Pick<Shelf, 'piece'>
  readonly session: Pick<SessionKeeper, 'call' | 'sendPart'>
  readonly environment: Pick<Environment, 'wait' | 'random'>
  /** Resolves while there is a server to speak to; throws `replica.locked` once there never will be. */
  readonly online: () => Promise<void>
  readonly onProgress: (hash: string, done: number | null) => void
  /** The life of the server's data, as far as this device has heard of it. */
  readonly life: () => string
  /** The server has it. */
  readonly onSent: (hash: string) => Promise<void>
  readonly signal: AbortSignal
}

/** Sends what was added here, one file after the other, for as long as there are any. */
export class Outgoing {
  readonly #parts: OutgoingParts
  readonly #problems = new Map<string, AppError>()
  #pause = new AbortController()
  #wakings = 0
  #sending: Promise<void> | undefined

  constructor(parts: OutgoingParts) {
    this.#parts = parts
  }

  /** Why a file was not taken; it is asked for again at the next waking. */
  problem(hash: string): AppError | null {
    return this.#problems.get(hash) ?? null
  }

  /** There is something to send, or a server to send it to: what was refused is tried again, and no pause is waited for. */
  wake(): void {
    if (this.#parts.signal.aborted) return
    this.#wakings += 1
    this.#problems.clear()
    this.#pause.abort()
    if (this.#sending !== undefined || this.#next() === undefined) return
    this.#sending = this.#sendAll().then((end) => {
      this.#sending = undefined
      // Added while the last one ended.
      if (end === 'nothing left' && this.#next() !== undefined) this.wake()
    })
  }

  async ended(): Promise<void> {
    await this.#sending
  }

  #next(): readonly [string, FileRecord] | undefined {
    return this.#parts.book
      .entries()
      .find(([hash, { sent, state }]) => !sent && state === 'here' && !this.#problems.has(hash))
  }

  /** `no server`: there never will be one again, and whatever is left waits for another opening. */
  async #sendAll(): Promise<'nothing left' | 'no server'> {
    const { environment, signal, onProgress } = this.#parts
    let failures = 0
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const [hash, record] = next
      const wakings = this.#wakings
      try {
        await unlessEnded(this.#parts.online(), signal)
        // Bytes that arrived forgive what failed before: a line that is cut often is no line that is dead.
        await this.#send(hash, record, () => (failures = 0))
      } catch (failure) {
        if (signal.aborted || asAppError(failure).code === 'replica.locked') return 'no server'
        if (passes(failure) || isForgotten(failure)) {
          failures += 1
          this.#pause = new AbortController()
          const either = AbortSignal.any([signal, this.#pause.signal])
          await environment.wait(backOff(failures, environment.random()), either)
          // Woken meanwhile: the refusal may be of how it was before.
        } else if (wakings === this.#wakings) this.#problems.set(hash, asAppError(failure))
      } finally {
        onProgress(hash, null)
      }
    }
    return 'nothing left'
  }

  async #send(hash: string, record: FileRecord, onFurther: () => void): Promise<void> {
    const { shelf, session, onProgress, onSent, book } = this.#parts
    const life = this.#parts.life()
    let furthest: number | null = null
    await upload(
      {
        shelf,
        offer: (offer) => session.call('offerBlob', offer),
        sendPart: (part) => session.sendPart(part),
        onProgress(done) {
          if (furthest !== null && done > furthest) onFurther()
          furthest = done
          onProgress(hash, done)
        },
      },
      hash,
      record,
    )
    await book.sent(hash, record, life)
    await onSent(hash)
  }
}

/** What had come of it the server has no more: it was put back to a backup, or has waited for too long. It is offered anew. */
function isForgotten(failure: unknown): boolean {
  return asAppError(failure).code === 'blob.missing'
}

function unlessEnded(waiting: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(asAppError(signal.reason))
    signal.addEventListener('abort', () => reject(asAppError(signal.reason)), { once: true })
    waiting.then(resolve, reject)
  })
}
