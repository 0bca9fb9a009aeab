import { AppError, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { SecondFactorAnswer, SecondFactorRequest } from '#app/protocol/index.ts'
import type { AccessStore, StoredUser } from '../../store/contract.ts'
import { invitationRefusal, isInvitedOnly } from '../devices/invited-only.ts'
import type { Passkeys, Site } from './passkeys.ts'
import { authenticatorUri, factorRefusal, hasFactor, newSecondFactor, takeCode } from './second-factor.ts'
import type { ShownFactor } from './second-factor.ts'
import { userByPassword } from './sign-in.ts'
import type { SignInParts } from './sign-in.ts'

// How somebody comes to their first second factor. An invitation gives an authenticator, and the first code of it that is
// shown, by a device that enrols or at the console, confirms it.

/**
 * Gives an invited user an authenticator, the same one until its first code is shown; nothing to who has one. Throws what
 * `userByPassword` throws, and `access.invitation`.
 */
export async function giveSecondFactor(
  parts: SignInParts,
  purpose: 'enrol' | 'console',
  request: SecondFactorRequest,
  address: string,
): Promise<SecondFactorAnswer> {
  const { store, clock } = parts
  const user = await userByPassword(parts, purpose, request, address, (found) =>
    invitationRefusal(parts, found, request.invitation, null),
  )
  if (user.secondFactor !== null && user.secondFactor.confirmedAt !== null) return { authenticator: null }
  const made = newSecondFactor()
  const { result: secondFactor } = await store.transaction(async (tx) => {
    const changed = await tx.access.changeUser(user.id, (now) => ({
      ...now,
      secondFactor: now.secondFactor ?? made,
    }))
    const deed = { actor: user.id, action: 'second-factor', purpose, address }
    tx.stage({ type: 'audit', at: instant(clock), ...deed })
    return changed?.secondFactor ?? null
  })
  // Confirmed meanwhile: it is told to nobody any more.
  if (secondFactor === null || secondFactor.confirmedAt !== null) return { authenticator: null }
  const identity = await store.identity()
  return {
    authenticator: authenticatorUri(secondFactor, user.login, identity?.organisation.name ?? ''),
  }
}

type FactorParts = SignInParts & { readonly passkeys: Passkeys }

/** How somebody has shown who they are. A provider of single sign-on answers for second factors. */
export type ShownProof = 'password' | 'second-factor' | 'provider'

/**
 * What somebody has shown by what stands beside their password, at the console or where they sign a device in; or why that
 * is not enough. Where devices come in by invitation and second factor only, so does everybody here: no way in is weaker than
 * another (ASVS 5.0, 6.3.4).
 */
export async function proofBeside(
  parts: FactorParts,
  user: StoredUser,
  shown: ShownFactor,
  site: Site,
): Promise<ShownProof | AppError> {
  const { store, clock } = parts
  if (await hasFactor(store.access, user))
    return (await factorRefusal(parts, user, shown, site)) ?? 'second-factor'
  if (user.secondFactor === null || shown.code === undefined)
    return (await isInvitedOnly(store)) ? new AppError('access.factor-needed') : 'password'
  const isRight = await takeCode({ access: store.access, clock }, user, shown.code)
  if (!isRight) return new AppError('access.second-factor')
  await confirmFactor(store.access, user.id, instant(clock))
  return 'second-factor'
}

/** Takes down that a code of the user's authenticator was shown. Throws `access.second-factor` where it was taken away meanwhile. */
export async function confirmFactor(
  access: Pick<AccessStore, 'changeUser'>,
  id: Id,
  at: string,
): Promise<void> {
  await access.changeUser(id, (now) => {
    if (now.secondFactor === null) throw new AppError('access.second-factor')
    return { ...now, secondFactor: { ...now.secondFactor, confirmedAt: at } }
  })
}
