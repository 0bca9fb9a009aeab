import type { Clock } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Store, StoredDevice, StoredUser } from '../../store/contract.ts'
import { normalCode } from '../typed-code.ts'

type Parts = { readonly store: Store; readonly clock: Clock }

/** Whether a device comes in by invitation and second factor only: always where the data is real. */
export async function isInvitedOnly(store: Store): Promise<boolean> {
  const identity = await store.identity()
  return identity?.organisation.data !== 'synthetic' || store.access.invitedOnly()
}

/** Why an invitation does not hold for a user; one that was used holds for the device that came in by it. Null: it holds. */
export async function invitationRefusal(
  { store, clock }: Parts,
  user: StoredUser | null,
  typed: string | undefined,
  device: StoredDevice | null,
): Promise<AppError | null> {
  const code = normalCode(typed ?? '')
  const invitation = code === '' ? null : await store.access.invitationByCode(user?.id ?? 'nobody', code)
  const isCurrent = invitation !== null && invitation.expiresAt > instant(clock)
  const isFree = invitation?.usedAt === null || (device !== null && invitation?.deviceId === device.id)
  return isCurrent && isFree ? null : new AppError('access.invitation')
}
