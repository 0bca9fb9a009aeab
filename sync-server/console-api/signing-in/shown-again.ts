import { AppError } from '#app/kernel/index.ts'
import { factorRefusal } from '../../access/signing-in/second-factor.ts'
import { userByPassword } from '../../access/signing-in/sign-in.ts'
import type { StoredUser } from '../../store/contract.ts'
import type { ConsoleParts } from '../console-api.ts'
import type { ConsoleRequest } from '../protocol/console.ts'
import type { ConsoleCaller } from './console-sessions.ts'

type Parts = Pick<ConsoleParts, 'store' | 'clock' | 'throttle' | 'passkeys'>

/**
 * The caller, who shows once more who they are before something of how they come in changes: password, and the factor where there
 * is one. Throws what `userByPassword` throws, and `access.second-factor`.
 */
export async function callerAgain(
  parts: Parts,
  purpose: 'passkeys' | 'account',
  { user, address, site }: ConsoleCaller,
  { password, ...shown }: ConsoleRequest<'passkey-options'>,
): Promise<StoredUser> {
  const { login } = await callersUser(parts, user)
  return userByPassword(parts, purpose, { login, password }, address, (found) =>
    factorRefusal(parts, found, shown, site),
  )
}

/** Throws `access.revoked`. */
export async function callersUser({ store }: Pick<Parts, 'store'>, id: string): Promise<StoredUser> {
  const user = await store.access.user(id)
  if (user === null) throw new AppError('access.revoked')
  return user
}
