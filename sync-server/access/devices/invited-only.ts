import type { Clock } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { SecondFactorAnswer, SecondFactorRequest } from '#app/protocol/index.ts'
import type { Store, StoredDevice, StoredUser } from '../../store/contract.ts'
import { normalCode } from './invitations.ts'
import { authenticatorUri, newSecondFactor } from '../signing-in/second-factor.ts'
import { userByPassword } from '../signing-in/sign-in.ts'
import type { SignInParts } from '../signing-in/sign-in.ts'

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

/**
 * Gives an invited user an authenticator, the same one until its first code is shown; nothing to who has one. Throws what
 * `userByPassword` throws, and `access.invitation`.
 */
export async function giveSecondFactor(
  parts: SignInParts,
  request: SecondFactorRequest,
  address: string,
): Promise<SecondFactorAnswer> {
  const { store, clock } = parts
  const user = await userByPassword(parts, 'enrol', request, address, (found) =>
    invitationRefusal(parts, found, request.invitation, null),
  )
  if (user.secondFactor !== null && user.secondFactor.confirmedAt !== null) return { authenticator: null }
  const secondFactor = user.secondFactor ?? newSecondFactor()
  await store.transaction(async (tx) => {
    await tx.access.saveUser({ ...user, secondFactor })
    const deed = { actor: user.id, action: 'second-factor', purpose: 'enrol', address }
    tx.stage({ type: 'audit', at: instant(clock), ...deed })
  })
  const identity = await store.identity()
  return {
    authenticator: authenticatorUri(secondFactor, user.login, identity?.organisation.name ?? ''),
  }
}
