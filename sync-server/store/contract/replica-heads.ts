import type { Id } from '#app/kernel/index.ts'
import type { ReplicaPlace } from '#app/protocol/index.ts'

/** Where a device's copy stood when it was last here. */
export type StoredReplicaHead = {
  readonly deviceId: Id
  readonly place: ReplicaPlace
  /** Where copies stood whose place another has taken; the last first, a few of them. */
  readonly leftBehind: readonly ReplicaPlace[]
  /** An older copy that has not yet said that it is whole again. */
  readonly healing: boolean
  /** An administrator has said which of two copies goes on: the others are turned away, and this one works on. */
  readonly decided: boolean
}

export type ReplicaHeadStore = {
  replicaHead(deviceId: Id): Promise<StoredReplicaHead | null>
  /** By device: adds it, or replaces it as a whole. */
  saveReplicaHead(head: StoredReplicaHead): Promise<void>
  /**
   * Moves the head on within its opening, and sets one where there is none. False: the head was further on already, or is of
   * another opening. Whoever opens a copy says where it stands before anything else.
   */
  advanceReplicaHead(deviceId: Id, place: ReplicaPlace): Promise<boolean>
  /** Forgets what the device pushed last of each document: its copy knows less of it than this server. */
  forgetShadows(deviceId: Id): Promise<void>
}
