import type { Clock } from '#app/kernel/index.ts'
import { AppError } from '#app/kernel/index.ts'
import { factorRefusal } from '../../access/signing-in/second-factor.ts'
import { userByPassword } from '../../access/signing-in/sign-in.ts'
import type { StoredUser } from '../../store/contract.ts'
import type { ConsoleParts } from '../console-api.ts'
import type { ConsoleRequest } from '../protocol/console.ts'
import type { ConsoleCaller } from './console-sessions.ts'

type Parts = Pick<ConsoleParts, 'store' | 'clock' | 'throttle' | 'passkeys'>

/** For how long it is enough that the provider of single sign-on has answered for somebody. */
const SIGNED_ON_FOR = 5 * 60_000

/** What the caller shows before something of how they come in changes; `nothing`: the provider has just answered for them. */
export function showsAgain(
  { clock }: { readonly clock: Clock },
  { signedOnAt }: Pick<ConsoleCaller, 'signedOnAt'>,
  { passwordHash }: Pick<StoredUser, 'passwordHash'>,
): 'nothing' | 'password' | 'sign-on' {
  if (signedOnAt !== null && clock.now() - Date.parse(signedOnAt) < SIGNED_ON_FOR) return 'nothing'
  return passwordHash === null ? 'sign-on' : 'password'
}

/**
 * The caller, who shows once more who they are before something of how they come in changes: password, and the factor where there
 * is one; or by the provider, for whoever has no password here. Throws what `userByPassword` throws, `access.second-factor`, and
 * `access.sign-on-again`.
 */
export async function callerAgain(
  parts: Parts,
  purpose: 'passkeys' | 'account',
  caller: ConsoleCaller,
  { password, ...shown }: ConsoleRequest<'passkey-options'>,
): Promise<StoredUser> {
  const user = await callersUser(parts, caller.user)
  const needed = showsAgain(parts, caller, user)
  if (needed === 'nothing') return user
  if (needed === 'sign-on') throw new AppError('access.sign-on-again')
  return userByPassword(parts, purpose, { login: user.login, password }, caller.by.address, (found) =>
    factorRefusal(parts, found, shown, caller.site),
  )
}

/** Throws `access.revoked`. */
export async function callersUser({ store }: Pick<Parts, 'store'>, id: string): Promise<StoredUser> {
  const user = await store.access.user(id)
  if (user === null) throw new AppError('access.revoked')
  return user
}
