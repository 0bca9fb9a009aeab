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
  /** Locks all but that of who is signed in. */
  lockOthers(): Promise<void>
  /** The device of who is signed in was revoked: it is done for. */
  revoke(): void
  isRevoked(): boolean
  /** The server was put back to before this device came, which had been revoked since: nobody introduces it again. */
  forget(client: SimulatedClient): void
  /** Whether the server lets nothing through any more, in or out. */
  isOut(client: SimulatedClient): boolean
  /** Whether the server knows it, and tells it so. */
  isTurnedAway(client: SimulatedClient): boolean
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
  const forgotten = new Set<SimulatedClient>()
  const seats = () => clients.filter((client) => client.deviceId() !== null)
  const others = () => seats().filter((client) => client !== active)
  return {
    active: () => active,
    seats,
    start: () => active.start(),
    async switchUser() {
      await active.lock()
      ;[active, other] = [other, active]
      await active.start()
    },
    openAll: async () => void (await Promise.all(others().map((client) => client.start()))),
    lockOthers: async () => void (await Promise.all(others().map((client) => client.lock()))),
    revoke: () => void (revoked = true),
    isRevoked: () => revoked,
    forget(client) {
      forgotten.add(client)
      client.stayAway()
    },
    isOut: (client) => revoked && client === active,
    isTurnedAway: (client) => revoked && client === active && !forgotten.has(client),
    async end() {
      for (const client of clients) await client.end()
    },
  }
}
