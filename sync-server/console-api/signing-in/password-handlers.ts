import { addUser, forgetPassword } from '../../access/grants/add-user.ts'
import { invite } from '../../access/devices/invitations.ts'
import { giveSecondFactor } from '../../access/signing-in/first-factor.ts'
import { changePassword, setInvitedPassword } from '../../access/signing-in/set-password.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { describeUser } from '../people/describe-user.ts'

type Calls = 'add-user' | 'set-password' | 'change-password' | 'second-factor' | 'forget-password'

/** Users, and the passwords that they alone know. */
export function passwordHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  return {
    'add-user': async (request, { by }) => {
      const user = await addUser(parts, by, request)
      const { code, expiresAt } = await invite(parts, by, user.id)
      return { user: await describeUser(parts.store, user), invitation: { code, expiresAt } }
    },
    'set-password': async (request, visitor) => {
      await setInvitedPassword(parts, request, visitor)
      return {}
    },
    'change-password': async (request, visitor) => {
      await changePassword(parts, request, visitor)
      return {}
    },
    'second-factor': (request, { address }) => giveSecondFactor(parts, 'console', request, address),
    'forget-password': async ({ id }, { by }) => {
      await forgetPassword(parts, by, id)
      return {}
    },
  }
}
