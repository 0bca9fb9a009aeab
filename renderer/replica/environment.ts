import { systemClock } from '#app/kernel/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import { newId } from './new-id.ts'

/** Everything that is not the replica's own: injected, so that tests and the simulation own network, time and chance. */
export type Environment = {
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** From 0 up to, but not, 1. */
  readonly random: () => number
  /** A UUIDv7. */
  readonly newId: () => Id
  /** Resolves after so many milliseconds, or at once when the signal ends the wait. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

export const systemEnvironment: Environment = {
  fetch: (input, init) => globalThis.fetch(input, init),
  clock: systemClock,
  random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
  newId,
  wait,
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(finish, milliseconds)
    signal?.addEventListener('abort', finish, { once: true })
    function finish(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      resolve()
    }
  })
}
