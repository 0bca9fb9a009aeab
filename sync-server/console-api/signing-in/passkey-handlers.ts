import { AppError } from '#app/kernel/index.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { writeDown } from '../write-down.ts'
import { callerAgain, callersUser } from './shown-again.ts'

type Calls = 'passkey-challenge' | 'passkeys' | 'passkey-options' | 'add-passkey' | 'remove-passkey'

/** Everybody's own passkeys. Who adds or removes one shows again who they are. */
export function passkeyHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  const { store, passkeys } = parts

  return {
    'passkey-challenge': async () => ({ challenge: passkeys.challenge() }),
    passkeys: async (_, { user }) => {
      const known = await store.access.passkeys(user)
      return {
        passkeys: known.map(({ id, label, createdAt, lastUsedAt }) => ({ id, label, createdAt, lastUsedAt })),
      }
    },
    'passkey-options': async (shown, caller) =>
      passkeys.options(await callerAgain(parts, 'passkeys', caller, shown), caller.site),
    'add-passkey': async ({ label, response }, { user, by, site }) => {
      await passkeys.add(await callersUser(parts, user), { by, site, response, label })
      return {}
    },
    'remove-passkey': async ({ id, ...shown }, caller) => {
      const { id: user } = await callerAgain(parts, 'passkeys', caller, shown)
      if (!(await store.access.removePasskey(user, id)))
        throw new AppError('request.invalid', { place: 'id' })
      await writeDown(parts, caller, { action: 'remove-passkey' })
      return {}
    },
  }
}
