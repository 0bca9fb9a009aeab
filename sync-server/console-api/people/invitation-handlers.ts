import { AppError, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { invite } from '../../access/devices/invitations.ts'
import { isInvitedOnly } from '../../access/devices/invited-only.ts'
import { hasFactor } from '../../access/signing-in/second-factor.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { writeDown } from '../write-down.ts'

type Calls = 'invite' | 'forget-second-factor' | 'invited-only' | 'set-invited-only'

/** Who is invited, and whether devices come in otherwise. */
export function invitationHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  const { store, clock } = parts

  async function state() {
    const identity = await store.identity()
    return { invitedOnly: await isInvitedOnly(store), fixed: identity?.organisation.data !== 'synthetic' }
  }

  async function canShowFactor(id: Id): Promise<boolean> {
    const user = await store.access.user(id)
    return user !== null && hasFactor(store.access, user)
  }

  return {
    invite: async ({ id }, { by }) => {
      const { code, expiresAt } = await invite(parts, by, id)
      return { code, expiresAt }
    },
    'forget-second-factor': async ({ id }, { by }) => {
      await store.transaction(async (tx) => {
        const changed = await tx.access.changeUser(id, (user) => ({ ...user, secondFactor: null }))
        if (changed === null) throw new AppError('request.invalid', { place: 'id' })
        for (const passkey of await tx.access.passkeys(id)) await tx.access.removePasskey(id, passkey.id)
        tx.stage({ type: 'audit', at: instant(clock), ...by, action: 'forget-second-factor', ids: [id] })
      })
      return {}
    },
    'invited-only': state,
    'set-invited-only': async ({ invitedOnly }, caller) => {
      if ((await state()).fixed) throw new AppError('access.forbidden')
      // The next sign-in asks for it: an administrator without one would lock themselves out.
      if (invitedOnly && !(await canShowFactor(caller.user))) throw new AppError('access.factor-needed')
      await store.access.setInvitedOnly(invitedOnly)
      const outcome = invitedOnly ? 'on' : 'off'
      await writeDown(parts, caller, { action: 'invited-only', outcome })
      return state()
    },
  }
}
