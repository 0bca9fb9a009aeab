import { AppError, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { StoredUser } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'

type Calls = 'passkey-challenge' | 'passkeys' | 'passkey-options' | 'add-passkey' | 'remove-passkey'

/** Everybody's own passkeys. */
export function passkeyHandlers({ store, clock, passkeys }: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  async function userOf(id: Id): Promise<StoredUser> {
    const user = await store.access.user(id)
    if (user === null) throw new AppError('access.revoked')
    return user
  }

  return {
    'passkey-challenge': async () => ({ challenge: passkeys.challenge() }),
    passkeys: async (_, { user }) => {
      const known = await store.access.passkeys(user)
      return {
        passkeys: known.map(({ id, label, createdAt, lastUsedAt }) => ({ id, label, createdAt, lastUsedAt })),
      }
    },
    'passkey-options': async (_, { user, site }) => passkeys.options(await userOf(user), site),
    'add-passkey': async ({ label, response }, { user, site }) => {
      await passkeys.add(await userOf(user), site, response, label)
      return {}
    },
    'remove-passkey': async ({ id }, { user }) => {
      if (!(await store.access.removePasskey(user, id)))
        throw new AppError('request.invalid', { place: 'id' })
      const at = instant(clock)
      await store.audit.append({ at, actor: user, action: 'remove-passkey', purpose: 'console' })
      return {}
    },
  }
}
