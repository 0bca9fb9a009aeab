import type { Clock } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Store, StoredUser } from '../../store/contract.ts'
import { passwordFits } from './password.ts'
import type { Throttle } from './throttle.ts'

export type Credentials = { readonly login: string; readonly password: string }

export type SignInParts = { readonly store: Store; readonly clock: Clock; readonly throttle: Throttle }

type Purpose = 'enrol' | 'console' | 'set-password' | 'change-password' | 'passkeys' | 'account'

/** Why somebody is not let in; null: they are. Asked of an unknown login, too, with the same work. */
type Judge = (known: StoredUser | null) => Promise<AppError | null>

/**
 * The user behind a login and a password. Throws `access.credentials` (unknown login and wrong password look and last
 * the same), `access.throttled`, `access.revoked` (only to who knows the password), and why `further` refuses, which
 * counts as a failure, too. Every outcome is audited; the login is named only where it is a user's.
 */
export function userByPassword(
  parts: SignInParts,
  purpose: Purpose,
  { login, password }: Credentials,
  address: string,
  further: (user: StoredUser) => Promise<AppError | null> = async () => null,
): Promise<StoredUser> {
  return userJudged(parts, purpose, { login, address }, async (known) => {
    if (!(await passwordFits(password, known?.passwordHash ?? null)))
      return new AppError('access.credentials')
    return known === null || known.disabledAt !== null ? null : further(known)
  })
}

/** The user behind a login, by whatever the judge looks at; slowed down, counted and audited as a password is. */
export async function userJudged(
  { store, clock, throttle }: SignInParts,
  purpose: Purpose,
  { login, address }: { readonly login: string; readonly address: string },
  judge: Judge,
): Promise<StoredUser> {
  const known = await store.access.userByLogin(login)
  try {
    const refusals: AppError[] = []
    const who = { login, address, userId: known?.id ?? null }
    const user = await throttle.attempt(who, async () => {
      const refusal = await judge(known)
      if (refusal !== null) refusals.push(refusal)
      return refusal === null ? known : null
    })
    if (user === null) throw refusals[0] ?? new AppError('access.credentials')
    if (user.disabledAt !== null) throw new AppError('access.revoked')
    return user
  } catch (thrown) {
    if (thrown instanceof AppError) {
      const actor = known?.id ?? 'unknown'
      const at = instant(clock)
      await store.audit.append({ at, actor, action: 'password', purpose, outcome: thrown.code, address })
    }
    throw thrown
  }
}
