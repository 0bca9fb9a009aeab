import type { HostEvent } from '#app/host/index.ts'

type Why = Extract<HostEvent, { type: 'lock' }>['why']

export type LockGuard = {
  /** The machine goes to sleep, locks its screen, or goes down. */
  machineLocks(why: Why): void
  /** The client has locked by itself. */
  clientRestarted(): void
}

export type LockGuardParts = {
  send(event: HostEvent): void
  restart(): void
  after(milliseconds: number, action: () => void): () => void
}

/** How long the client may take to bring its last write to the disk. */
const GRACE = 2_000

/** Tells the client to lock, and does not rely on it: a client that is still there after the grace time is ended. */
export function createLockGuard({ send, restart, after }: LockGuardParts): LockGuard {
  let cancel: (() => void) | null = null
  return {
    machineLocks(why) {
      send({ type: 'lock', why })
      cancel ??= after(GRACE, () => {
        cancel = null
        restart()
      })
    },
    clientRestarted() {
      cancel?.()
      cancel = null
    },
  }
}
