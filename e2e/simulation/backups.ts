import type { Random } from '#sync-server/seed/random.ts'
import type { Backup } from './backup.ts'
import type { Record, SimulatedClient } from './client.ts'
import type { Scene } from './disturb.ts'
import type { AttachedFile, Holding, JournalEntry } from './journal.ts'

/** What there was when a backup was put back: what of it no device had is lost, and nothing else. */
export type Restoration = {
  readonly edits: ReadonlySet<JournalEntry>
  readonly files: ReadonlySet<AttachedFile>
  /** How many places people had lost by then: what they lost later may have been taken off their devices before these came. */
  readonly lost: number
  /** What each device had that was in use. */
  readonly holdings: readonly { readonly client: string; readonly login: string; readonly holding: Holding }[]
}

type Parts = {
  readonly take: () => Promise<Backup>
  readonly random: Random
  readonly record: Record
  /** That one is taken, or put back, after a round. */
  readonly chance: number
}

/** The backups of a run: one is taken now and then, and put back a while later, as docs/operations.md has it. */
export class Backups {
  readonly restorations: Restoration[] = []
  readonly #parts: Parts
  #kept: { readonly backup: Backup; readonly messages: number } | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async befall(scene: Scene): Promise<void> {
    const { random, take, chance } = this.#parts
    if (!random.chance(chance)) return
    if (this.#kept === null) this.#kept = { messages: scene.hospital.sent(), backup: await take() }
    else {
      const { backup, messages } = this.#kept
      this.#kept = null
      await this.#restore(scene, backup, messages)
    }
  }

  async #restore(scene: Scene, backup: Backup, messages: number): Promise<void> {
    const { servers, laptops, hospital, faults } = scene
    faults.note('backup put back')
    for (const laptop of laptops) laptop.active().setOnline(false)
    await servers.stop()
    this.restorations.push(await this.#whatIsThere(scene))
    await backup.putBack()
    await servers.restored()
    await servers.start()
    await doAgain(scene)
    for (const laptop of laptops) laptop.active().setOnline(true)
    await hospital.sendAgain(messages)
  }

  async #whatIsThere({ laptops, people }: Scene): Promise<Restoration> {
    const { acknowledged, attached } = this.#parts.record
    await Promise.all(laptops.map((laptop) => laptop.openAll()))
    const also = [...new Set(acknowledged.map(({ module, id }) => `${module}/${id}`))]
    const inUse = laptops.flatMap((laptop) => laptop.seats().filter((client) => !laptop.isOut(client)))
    const holdings = await Promise.all(
      inUse.map(async (client) => ({
        client: client.name,
        login: client.login,
        holding: await client.holding(also),
      })),
    )
    await Promise.all(laptops.map((laptop) => laptop.lockOthers()))
    const lost = people.lostSoFar().length
    return { edits: new Set(acknowledged), files: new Set(attached), lost, holdings }
  }
}

/** What was done at the console since the backup is done again before a device comes. */
async function doAgain({ servers, laptops, people }: Scene): Promise<void> {
  await servers.order(people.movesSoFar())
  const { devices } = await servers.admin('devices', {})
  const known = new Set(devices.map(({ id }) => id))
  const isKnown = (client: SimulatedClient) => known.has(client.deviceId() ?? '')
  for (const laptop of laptops) {
    for (const client of laptop.seats()) {
      if (!laptop.isRevoked() || client !== laptop.active()) continue
      if (isKnown(client)) await servers.admin('revoke-device', { id: client.deviceId() ?? '' })
      else laptop.forget(client)
    }
  }
}
