import { AppError, instant } from '#app/kernel/index.ts'
import type { ShownProof } from '../../access/signing-in/first-factor.ts'
import { proofBeside } from '../../access/signing-in/first-factor.ts'
import { userByPassword } from '../../access/signing-in/sign-in.ts'
import { userBySignOn } from '../../access/signing-in/user-by-sign-on.ts'
import type { StoredUser } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'

type Calls = 'asking-device' | 'sign-device-in' | 'sign-device-on'

/** A person signs their device in at its page: everybody who may have a device, whether or not the console is open to them. */
export function deviceSignInHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  const { store, clock, signIns } = parts

  async function signed(page: string, user: StoredUser, proof: ShownProof, address: string) {
    const told = signIns.sign(page, { userId: user.id, passwordHash: user.passwordHash, proof })
    const deed = { actor: user.id, action: 'sign-in', purpose: 'enrol', outcome: proof }
    await store.audit.append({ at: instant(clock), ...deed, address })
    return told
  }

  return {
    'asking-device': async ({ page }) => signIns.asking(page),
    'sign-device-in': async ({ page, ...shown }, { address, site }) => {
      // Nobody types a password for a device that does not ask.
      signIns.asking(page)
      let proof: ShownProof = 'password'
      const user = await userByPassword(parts, 'enrol', shown, address, async (found) => {
        const beside = await proofBeside(parts, found, shown, site)
        if (beside instanceof AppError) return beside
        proof = beside
        return null
      })
      return signed(page, user, proof, address)
    },
    'sign-device-on': async ({ page }, visitor) => {
      signIns.asking(page)
      const user = await userBySignOn(parts, 'device', visitor)
      return signed(page, user, 'provider', visitor.address)
    },
  }
}
