import { systemClock } from '#app/kernel/index.ts'
import { hashPassword } from '#sync-server/access/signing-in/password.ts'
import { viewOf } from '#sync-server/replication/view.ts'
import { createWriteDoor } from '#sync-server/replication/write-door.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { openStore } from '#sync-server/store/index.ts'
import type { StoreOptions } from '#sync-server/store/index.ts'
import { caseIds, organisation, recordsOf, sites, userOf } from './documents.ts'
import type { Site } from './documents.ts'

/** Cheap on purpose: a strong hash is no matter of this benchmark. */
const weak = { memory: 8192, passes: 1, parallelism: 1 }
const BATCH = 2000

/** Fills a new store with so many cases for each site, by the door that every write takes. */
export async function fillStore(
  options: StoreOptions,
  cases: Readonly<Record<Site, number>>,
  say: (line: string) => void = () => {},
): Promise<void> {
  const store = await openStore(options)
  try {
    const { createdAt } = await store.createOrganisation(organisation)
    const door = createWriteDoor({ store, clock: systemClock, onFault: fail })
    const actor = { type: 'seed', orgId: organisation.id, at: createdAt } as const
    for (const site of sites) {
      let written = 0
      for (const batch of batchesOf(recordsOf(site, cases[site]))) {
        written += await door.seed(actor, batch)
        if (written % 50_000 < BATCH) say(`  ${site}: ${written} documents`)
      }
    }
    const passwordHash = await hashPassword(DEMO_PASSWORD, weak)
    for (const { id, login, name, grants } of sites.map(userOf)) {
      await store.access.saveUser({
        id,
        login,
        name,
        passwordHash,
        secondFactor: null,
        createdAt,
        disabledAt: null,
        enabledAt: null,
      })
      for (const grant of grants) await store.access.saveGrant(grant)
    }
  } finally {
    await store.close()
  }
}

function* batchesOf<Item>(items: Iterable<Item>): Generator<Item[]> {
  let batch: Item[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  yield batch
}

/** The cases of a site as its coordinator sees them: what the peers are given. */
export async function viewsOf(options: StoreOptions, site: Site, count: number): Promise<unknown[]> {
  const store = await openStore(options)
  try {
    const identity = await store.identity()
    if (identity === null) throw new Error('the store is empty')
    const { id, grants } = userOf(site)
    const subject = { id, orgId: organisation.id, grants }
    const viewer = { subject, at: identity.createdAt, incarnation: identity.incarnation }
    const stored = await store.snapshot((read) => read.documents('cases', caseIds(site, count)))
    const views = stored.flatMap((document) => viewOf(viewer, document) ?? [])
    if (views.length !== count) throw new Error('the coordinator does not see every case of the site')
    return views
  } finally {
    await store.close()
  }
}

function fail(fault: unknown): never {
  throw fault
}
