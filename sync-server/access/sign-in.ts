import type { Clock } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Store, StoredUser } from '../store/contract.ts'
import { passwordFits } from './password.ts'
import type { Throttle } from './throttle.ts'

export type Credentials = { readonly login: string; readonly password: string }

/**
 * The user behind a login and a password. Throws `access.credentials` (unknown login and wrong password look and last
 * the same), `access.throttled`, `access.revoked` (only to who knows the password). Every outcome is audited; the
 * login is named only where it is a user's.
 */
export async function userByPassword(
  parts: { readonly store: Store; readonly clock: Clock; readonly throttle: Throttle },
  purpose: 'enrol' | 'console',
  credentials: Credentials,
  address: string,
): Promise<StoredUser> {
  const { store, clock, throttle } = parts
  const known = await store.access.userByLogin(credentials.login)
  try {
    const user = await throttle.attempt(credentials.login, address, async () =>
      (await passwordFits(credentials.password, known?.passwordHash ?? null)) ? known : null,
    )
    if (user === null) throw new AppError('access.credentials')
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
