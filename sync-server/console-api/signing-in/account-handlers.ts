import { AppError } from '#app/kernel/index.ts'
import { revokeDevice } from '../../access/devices/revoke.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { writeDown } from '../write-down.ts'
import { callerAgain, callersUser, showsAgain } from './shown-again.ts'

type Calls = 'own-account' | 'end-other-sessions' | 'revoke-own-device'

/** Where one's own account is open, and what its owner may end without asking anybody. */
export function accountHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  const { store, sessions } = parts
  return {
    'own-account': async (_, caller) => {
      const devices = await store.access.devices(caller.user)
      const open = devices.filter(
        ({ revokedAt, wipeOrderedAt }) => revokedAt === null && wipeOrderedAt === null,
      )
      return {
        sessions: sessions.ownOf(caller),
        devices: open.map(({ id, label, host, createdAt, lastSeenAt }) => {
          return { id, label, host, createdAt, lastSeenAt }
        }),
        shows: showsAgain(parts, caller, await callersUser(parts, caller.user)),
      }
    },
    'end-other-sessions': async (shown, caller) => {
      await callerAgain(parts, 'account', caller, shown)
      sessions.endOthersOf(caller)
      await writeDown(parts, caller, { action: 'end-sessions' })
      return {}
    },
    'revoke-own-device': async ({ id, ...shown }, caller) => {
      const { id: user } = await callerAgain(parts, 'account', caller, shown)
      const device = await store.access.device(id)
      if (device?.userId !== user) throw new AppError('request.invalid', { place: 'id' })
      await revokeDevice(parts, caller.by, id)
      return {}
    },
  }
}
