import { BehaviorSubject } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { EscrowRequest, Session } from '#app/protocol/index.ts'
import { fingerprintOf } from '#app/recovery/index.ts'
import type { RecoveryKeys } from '#app/recovery/index.ts'
import type { RecoveryOffer } from './contract.ts'
import type { ReplicaKeys } from './keys/index.ts'

type Parts = {
  /** Absent where another keeps the keys: then nothing is offered. */
  readonly keys: ReplicaKeys | undefined
  readonly deviceId: () => Id
  readonly escrow: (request: EscrowRequest) => Promise<unknown>
}

/**
 * A recovery key that this copy is not set aside for: the organisation got one, or another, after the copy was set up.
 * A server could name keys of its own, so nothing happens without the user, who says yes by the passphrase.
 */
export class RecoveryOffers {
  readonly #parts: Parts
  readonly offer$ = new BehaviorSubject<RecoveryOffer | null>(null)
  #keys: RecoveryKeys | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Each session names the organisation's keys of now. */
  heard({ recoveryKeys }: Session): void {
    const pinned = this.#parts.keys?.recovery() ?? null
    const fingerprint = recoveryKeys === null ? null : fingerprintOf(recoveryKeys)
    const isNew = this.#parts.keys !== undefined && fingerprint !== null && fingerprint !== pinned
    this.#keys = isNew ? recoveryKeys : null
    this.offer$.next(isNew ? { fingerprint, replaces: pinned !== null } : null)
  }

  /** Throws `replica.passphrase`, `recovery.none` where nothing is offered, and what the server says to the escrow. */
  async accept(passphrase: string): Promise<void> {
    const { keys: own, deviceId, escrow } = this.#parts
    const keys = this.#keys
    if (own === undefined || keys === null) throw new AppError('recovery.none')
    await own.setAside({ passphrase, deviceId: deviceId(), keys, escrow })
    this.#keys = null
    this.offer$.next(null)
  }

  close(): void {
    this.offer$.complete()
  }
}
