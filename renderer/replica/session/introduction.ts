import type { Id } from '#app/kernel/index.ts'
import { signInAddress } from '#app/protocol/index.ts'
import type { BrowserIntroduction, Introduction, NamedComputer } from '../contract.ts'
import type { Identity } from '../identity.ts'
import type { SessionKeeper } from './session.ts'

/** How a computer that the server has forgotten makes itself known again, under its own id and key. */
export type OwnIntroduction = {
  byPassword(introduction: Introduction): Promise<void>
  beginByBrowser(computer: NamedComputer): Promise<BrowserIntroduction>
}

export function introductionOf(
  replicaId: Id,
  session: SessionKeeper,
  identity: () => Identity,
): OwnIntroduction {
  const named = ({ deviceLabel: label, host }: NamedComputer) => ({ replicaId, label, host })
  return {
    byPassword({ password, invited, ...computer }) {
      const { login } = identity().user
      return session.introduce({ login, password, ...invited, device: named(computer) })
    },
    async beginByBrowser(computer) {
      const { user, serverUrl } = identity()
      const device = named(computer)
      const { flow, page, minutes } = await session.beginSignIn(device)
      return {
        page,
        minutes,
        address: signInAddress(serverUrl, page),
        introduce({ code, invitation }) {
          const invited = invitation === undefined ? {} : { invitation }
          return session.introduce({ signedIn: { flow, code }, user: user.id, ...invited, device })
        },
      }
    },
  }
}
