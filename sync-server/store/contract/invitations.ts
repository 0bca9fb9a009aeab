import type { Id } from '#app/kernel/index.ts'

/** A one-time way in for one user. Of its code only a keyed hash is kept. */
export type StoredInvitation = {
  readonly id: Id
  readonly userId: Id
  readonly createdBy: Id
  readonly createdAt: string
  readonly expiresAt: string
  readonly usedAt: string | null
  /** The device that came in by it. */
  readonly deviceId: Id | null
}

export type InvitationStore = {
  /** Whether a device comes in by invitation and second factor only. False unless set. */
  invitedOnly(): Promise<boolean>
  setInvitedOnly(invitedOnly: boolean): Promise<void>

  addInvitation(invitation: StoredInvitation, code: string): Promise<void>
  invitations(userId: Id): Promise<readonly StoredInvitation[]>
  /** Used or not, ended or not; uses nothing up. */
  invitationByCode(userId: Id, code: string): Promise<StoredInvitation | null>
  /** Uses an invitation of the user up: true once, and only before it expires. */
  takeInvitation(userId: Id, code: string, deviceId: Id, at: string): Promise<boolean>
  /** Ends what the user has not used yet. */
  endInvitations(userId: Id, at: string): Promise<void>

  /** Uses a time step of the user's second factor up: true for each step once, and never for an earlier one. */
  takeFactorStep(userId: Id, step: number): Promise<boolean>
}
