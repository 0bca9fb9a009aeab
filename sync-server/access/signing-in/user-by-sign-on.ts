import type { Clock } from '#app/kernel/index.ts'
import { AppError, codeOf, instant } from '#app/kernel/index.ts'
import type { Store, StoredUser } from '../../store/contract.ts'
import { isInvitedOnly } from '../devices/invited-only.ts'
import type { SignOnPlace, SingleSignOn } from './single-sign-on.ts'
import type { Visitor } from './visitor.ts'

type Parts = { readonly store: Store; readonly clock: Clock; readonly signOn: SingleSignOn }

/**
 * The user whom the provider has named to this browser. Where a second factor is needed the provider has to say that one was shown.
 * Throws `access.sso`, `access.sso-unreachable`, `access.sso-unknown`, `access.sso-factor` and `access.revoked`, each written down.
 */
export async function userBySignOn(
  { store, clock, signOn }: Parts,
  place: SignOnPlace,
  { flow, address }: Visitor,
): Promise<StoredUser> {
  let actor = 'unknown'
  try {
    if (flow === null) throw new AppError('access.sso')
    const { identity, factor } = signOn.take(flow, place)
    const id = await store.access.userByIdentity(identity)
    const user = id === null ? null : await store.access.user(id)
    if (user === null) throw new AppError('access.sso-unknown')
    actor = user.id
    if (user.disabledAt !== null) throw new AppError('access.revoked')
    if (!factor && (await isInvitedOnly(store))) throw new AppError('access.sso-factor')
    return user
  } catch (thrown) {
    const deed = { actor, action: 'sign-on', outcome: codeOf(thrown) }
    await store.audit.append({ at: instant(clock), ...deed, address })
    throw thrown
  }
}
