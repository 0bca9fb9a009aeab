import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant, newId } from '#app/kernel/index.ts'
import type { AuditAgent, Store, StoredInvitation } from '../../store/contract.ts'
import { inGroups, newCode } from '../typed-code.ts'

const length = 16
const holdsFor = 3 * 24 * 3_600_000

export type NewInvitation = StoredInvitation & {
  /** Told once, and never kept: 80 random bits, in groups of four. */
  readonly code: string
}

/**
 * An invitation for one user and one device, for three days. One that was not used yet ends. Throws `request.invalid`
 * for a user who is not there, or is disabled.
 */
export async function invite(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  by: AuditAgent,
  userId: Id,
): Promise<NewInvitation> {
  const at = instant(clock)
  const code = newCode(length)
  const expiresAt = new Date(clock.now() + holdsFor).toISOString()
  const invitation = {
    id: newId(),
    userId,
    createdBy: by.actor,
    createdAt: at,
    expiresAt,
    usedAt: null,
    deviceId: null,
  }
  await store.transaction(async (tx) => {
    const user = await tx.access.user(userId)
    if (user === null || user.disabledAt !== null) throw new AppError('request.invalid', { place: 'id' })
    await tx.access.endInvitations(userId, at)
    await tx.access.addInvitation(invitation, code)
    tx.stage({ type: 'audit', at, ...by, action: 'invite', ids: [userId] })
  })
  return { ...invitation, code: inGroups(code) }
}
