import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'

/** The sole right to a replica on this machine, until `release` or the end of the page. */
export type ReplicaHold = { release(): void }

/**
 * One owner window for one replica, by an exclusive Web Lock: two would write over each other's head. Throws
 * `replica.in-use` at once where another window holds it. `locks` is for Node.
 */
export function holdReplica(replicaId: Id, locks: LockManager = navigator.locks): Promise<ReplicaHold> {
  return new Promise((resolve, reject) => {
    const held = locks.request(`rounds-replica-${replicaId}`, { ifAvailable: true }, (lock) => {
      if (lock === null) throw new AppError('replica.in-use')
      return new Promise<void>((release) => resolve({ release }))
    })
    held.catch(reject)
  })
}
