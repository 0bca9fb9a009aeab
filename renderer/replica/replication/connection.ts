import { AppError } from '#app/kernel/index.ts'
import { streamEventSchema } from '#app/protocol/index.ts'
import type { StreamEvent } from '#app/protocol/index.ts'
import type { Environment } from '../environment.ts'
import { serverSentEvents } from '../session/server-sent-events.ts'
import { backOff } from './back-off.ts'

type ConnectionOptions = {
  readonly environment: Pick<Environment, 'wait' | 'random'>
  readonly openStream: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>
  readonly onPhase: (event: 'connect' | 'connected' | 'lost') => void
  readonly onEvent: (event: StreamEvent) => void
  readonly onFailure: (failure: AppError) => void
}

/** The server says something every 20 seconds; after this much silence the line is taken for dead. */
const SILENCE = 45_000

/**
 * One live stream for all collections: opened, listened to, and opened again with growing pauses. While it is open,
 * `online()` lets the handlers through.
 */
export class Connection {
  readonly #options: ConnectionOptions
  #failures = 0
  #attempt = new AbortController()
  #pause = new AbortController()
  #online = Promise.withResolvers<void>()
  #isOpen = false
  #stopped = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#online.promise.catch(() => undefined)
  }

  start(): void {
    void this.#run()
  }

  /** Resolves while the stream is open; throws `replica.locked` once stopped. */
  online(): Promise<void> {
    return this.#online.promise
  }

  /** Ends the pause before the next attempt. */
  wake(): void {
    this.#failures = 0
    this.#pause.abort()
  }

  /** A call has failed: what looks open is looked at again. */
  drop(): void {
    this.#attempt.abort()
  }

  stop(): void {
    this.#stopped = true
    this.#attempt.abort()
    this.#pause.abort()
    this.#online.reject(new AppError('replica.locked'))
  }

  async #run(): Promise<void> {
    const { environment, onPhase, onFailure } = this.#options
    while (!this.#stopped) {
      this.#attempt = new AbortController()
      this.#pause = new AbortController()
      onPhase('connect')
      try {
        await this.#listen(this.#attempt)
      } catch (failure) {
        if (!this.#stopped) onFailure(asAppError(failure))
      }
      this.#close()
      if (this.#isStopped()) return
      onPhase('lost')
      this.#failures += 1
      await environment.wait(backOff(this.#failures, environment.random()), this.#pause.signal)
    }
  }

  async #listen(attempt: AbortController): Promise<void> {
    const bytes = await this.#options.openStream(attempt.signal)
    if (attempt.signal.aborted) return bytes.cancel()
    const heard = this.#watch(attempt)
    this.#isOpen = true
    this.#online.resolve()
    this.#options.onPhase('connected')
    try {
      for await (const data of serverSentEvents(bytes, attempt.signal)) {
        heard()
        this.#failures = 0
        const event = parsed(data)
        if (event !== null && !attempt.signal.aborted) this.#options.onEvent(event)
      }
    } finally {
      attempt.abort()
    }
  }

  /** Ends the attempt after too much silence; returns what is to be called for each sign of life. */
  #watch(attempt: AbortController): () => void {
    let heard = new AbortController()
    void (async () => {
      while (!attempt.signal.aborted) {
        heard = new AbortController()
        const { signal } = heard
        await this.#options.environment.wait(SILENCE, AbortSignal.any([signal, attempt.signal]))
        if (!signal.aborted) attempt.abort()
      }
    })()
    return () => heard.abort()
  }

  /** From here on `online()` waits for the next stream. Who waits already goes on waiting. */
  #close(): void {
    if (this.#stopped || !this.#isOpen) return
    this.#isOpen = false
    this.#online = Promise.withResolvers<void>()
    this.#online.promise.catch(() => undefined)
  }

  #isStopped(): boolean {
    return this.#stopped
  }
}

/** An event that this client does not know is no reason to fall silent. */
function parsed(data: string): StreamEvent | null {
  try {
    return streamEventSchema.safeParse(JSON.parse(data)).data ?? null
  } catch {
    return null
  }
}

function asAppError(failure: unknown): AppError {
  return failure instanceof AppError ? failure : new AppError('network.unreachable', {}, { cause: failure })
}
