import type { Clock } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Store, StoredUser } from '../store/contract.ts'
import { passwordFits } from './password.ts'
import type { Throttle } from './throttle.ts'

export type Credentials = { readonly login: string; readonly password: string }

export type SignInParts = { readonly store: Store; readonly clock: Clock; readonly throttle: Throttle }

/**
 * The user behind a login and a password. Throws `access.credentials` (unknown login and wrong password look and last
 * the same), `access.throttled`, `access.revoked` (only to who knows the password), and why `further` refuses, which
 * counts as a failure, too. Every outcome is audited; the login is named only where it is a user's.
 */
export async function userByPassword(
  parts: SignInParts,
  purpose: 'enrol' | 'console',
  credentials: Credentials,
  address: string,
  further: (user: StoredUser) => Promise<AppError | null> = async () => null,
): Promise<StoredUser> {
  const { store, clock, throttle } = parts
  const known = await store.access.userByLogin(credentials.login)
  try {
    const refusals: AppError[] = []
    const user = await throttle.attempt(credentials.login, address, async () => {
      if (!(await passwordFits(credentials.password, known?.passwordHash ?? null))) return null
      if (known === null || known.disabledAt !== null) return known
      const refusal = await further(known)
      if (refusal !== null) refusals.push(refusal)
      return refusal === null ? known : null
    })
    if (user === null) throw refusals[0] ?? new AppError('access.credentials')
    if (user.disabledAt !== null) throw new AppError('access.revoked')
    return user
  } catch (thrown) {
    if (thrown instanceof AppError) {
      const actor = known?.id ?? 'unknown'
      await store.audit.append({
        at: instant(clock),
        actor,
        action: 'password',
        purpose,
        outcome: thrown.code,
      })
    }
    throw thrown
  }
}
