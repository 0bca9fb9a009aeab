import type { Id } from '#app/kernel/index.ts'
import type { Boxes, RecoveryKeys } from '#app/recovery/index.ts'

/** A device's recovery secret, sealed for any two of the three holders. */
export type StoredEscrow = {
  readonly deviceId: Id
  /** Of the recovery key that it is sealed to. */
  readonly fingerprint: string
  readonly boxes: Boxes
  readonly createdAt: string
}

/** A locked device's request, and how far two people have got with it. */
export type StoredRecovery = {
  readonly id: Id
  readonly deviceId: Id
  readonly publicKey: string
  readonly requestedAt: string
  readonly firstBy: Id | null
  /** What the first has left for the others. */
  readonly boxes: Boxes | null
  readonly secondBy: Id | null
  /** The secret, sealed to the request's own key. */
  readonly box: string | null
}

export type RecoveryStore = {
  recoveryKeys(): Promise<RecoveryKeys | null>
  setRecoveryKeys(keys: RecoveryKeys): Promise<void>
  saveEscrow(escrow: StoredEscrow): Promise<void>
  escrow(deviceId: Id): Promise<StoredEscrow | null>
  /** By id: adds it, or replaces it as a whole. A new one takes the place of the device's others. */
  saveRecovery(recovery: StoredRecovery): Promise<void>
  recovery(id: Id): Promise<StoredRecovery | null>
  recoveries(): Promise<readonly StoredRecovery[]>
}
