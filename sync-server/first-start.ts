import type { Clock } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import { hashPassword } from './access/signing-in/password.ts'
import type { WriteDoor } from './replication/write-door.ts'
import { DEMO_PASSWORD, syntheticOrganisation } from './seed/index.ts'
import type { SyntheticOrganisation } from './seed/index.ts'
import type { Store } from './store/contract.ts'

const seed = 'rounds'
const zone = 'America/New_York'

/** Written at one time, in the order of references. */
const batchSize = 500

export type FirstStartParts = {
  readonly store: Store
  readonly door: WriteDoor
  readonly clock: Clock
  /** How many times the usual size. */
  readonly scale: number
  say(line: string): void
  /** What else the organisation needs, such as its feeds; before its users can come in. */
  prepare(organisation: SyntheticOrganisation): Promise<void>
}

/**
 * Fills an empty store with the synthetic organisation. Goes on where a first start was cut short: the records derive
 * from the day of creation, so the same ones are made again, and those that are there stay. The users come last, so
 * whoever can sign in finds everything.
 */
export async function firstStart(parts: FirstStartParts): Promise<void> {
  const { store, door, clock, scale, say, prepare } = parts
  const known = await store.identity()
  const today = (known?.createdAt ?? instant(clock)).slice(0, 10)
  const synthetic = syntheticOrganisation({ seed, today, zone, scale })
  if (known !== null && known.organisation.id !== synthetic.organisation.id) return
  if (known !== null && (await store.access.users()).length === synthetic.users.length) return
  const { orgId, at } = await begin(store, synthetic)
  say(`making the synthetic organisation "${synthetic.organisation.name}" ...`)
  const records = [...synthetic.documents]
  for (let start = 0; start < records.length; start += batchSize) {
    await door.seed({ type: 'seed', orgId, at }, records.slice(start, start + batchSize))
    say(`  ${Math.min(start + batchSize, records.length)} of ${records.length} records`)
  }
  await prepare(synthetic)
  await addUsers(store, synthetic, at)
}

async function begin(store: Store, { organisation }: SyntheticOrganisation) {
  const identity = (await store.identity()) ?? (await store.createOrganisation(organisation))
  return { orgId: identity.organisation.id, at: identity.createdAt }
}

/** All of them in one commit. */
async function addUsers(store: Store, { users }: SyntheticOrganisation, createdAt: string): Promise<void> {
  // Everybody knows it, so one salt for all of them gives nothing away; each hash would take half a second of all processors.
  const passwordHash = await hashPassword(DEMO_PASSWORD)
  await store.transaction(async (tx) => {
    for (const { id, login, name, grants } of users) {
      await tx.access.saveUser({
        id,
        login,
        name,
        passwordHash,
        secondFactor: null,
        createdAt,
        disabledAt: null,
        enabledAt: null,
      })
      for (const grant of grants) await tx.access.saveGrant(grant)
    }
  })
}
