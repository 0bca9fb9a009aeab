import { AppError, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { factorRefusal } from '../../access/signing-in/second-factor.ts'
import { userByPassword } from '../../access/signing-in/sign-in.ts'
import type { StoredUser } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleRequest } from '../protocol/console.ts'
import type { ConsoleCaller } from './console-sessions.ts'

type Calls = 'passkey-challenge' | 'passkeys' | 'passkey-options' | 'add-passkey' | 'remove-passkey'

type Shown = ConsoleRequest<'passkey-options'>

/** Everybody's own passkeys. Who adds or removes one shows again who they are. */
export function passkeyHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  const { store, clock, passkeys } = parts

  async function userOf(id: Id): Promise<StoredUser> {
    const user = await store.access.user(id)
    if (user === null) throw new AppError('access.revoked')
    return user
  }

  async function again({ user, address, site }: ConsoleCaller, { password, ...shown }: Shown) {
    const { login } = await userOf(user)
    return userByPassword(parts, 'passkeys', { login, password }, address, (found) =>
      factorRefusal(parts, found, shown, site),
    )
  }

  return {
    'passkey-challenge': async () => ({ challenge: passkeys.challenge() }),
    passkeys: async (_, { user }) => {
      const known = await store.access.passkeys(user)
      return {
        passkeys: known.map(({ id, label, createdAt, lastUsedAt }) => ({ id, label, createdAt, lastUsedAt })),
      }
    },
    'passkey-options': async (shown, caller) => passkeys.options(await again(caller, shown), caller.site),
    'add-passkey': async ({ label, response }, { user, site }) => {
      await passkeys.add(await userOf(user), site, response, label)
      return {}
    },
    'remove-passkey': async ({ id, ...shown }, caller) => {
      const { id: user } = await again(caller, shown)
      if (!(await store.access.removePasskey(user, id)))
        throw new AppError('request.invalid', { place: 'id' })
      const at = instant(clock)
      await store.audit.append({ at, actor: user, action: 'remove-passkey', purpose: 'console' })
      return {}
    },
  }
}
