import { simulatedClient } from './client.ts'
import type { ClientOptions, SimulatedClient } from './client.ts'

/** A laptop that two people share: each has a replica of their own, and one is signed in at a time. */
export type Laptop = {
  active(): SimulatedClient
  /** All who have ever signed in here. */
  seats(): readonly SimulatedClient[]
  start(): Promise<void>
  /** The one locks, with whatever is not sent yet; the other opens. */
  switchUser(): Promise<void>
  /** Opens the replicas of all who were here, at once: whoever comes back to their own. */
  openAll(): Promise<void>
  /** The device of who is signed in was revoked: it is done for. */
  revoke(): void
  isRevoked(): boolean
  end(): Promise<void>
}

export async function simulatedLaptop(
  options: Omit<ClientOptions, 'login'>,
  logins: readonly [string, string],
): Promise<Laptop> {
  const clients = [
    await simulatedClient({ ...options, login: logins[0] }),
    await simulatedClient({ ...options, name: `${options.name}b`, login: logins[1] }),
  ] as const
  let [active, other]: readonly [SimulatedClient, SimulatedClient] = clients
  let revoked = false
  const seats = () => clients.filter((client) => client.deviceId() !== null)
  return {
    active: () => active,
    seats,
    start: () => active.start(),
    async switchUser() {
      await active.lock()
      ;[active, other] = [other, active]
      await active.start()
    },
    async openAll() {
      await Promise.all(
        seats()
          .filter((client) => client !== active)
          .map((client) => client.start()),
      )
    },
    revoke: () => void (revoked = true),
    isRevoked: () => revoked,
    async end() {
      for (const client of clients) await client.end()
    },
  }
}
