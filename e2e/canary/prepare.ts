import { permissionFor } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { newId, roles } from '#app/kernel/index.ts'
import type { AnyModule, CollectionName, Id } from '#app/kernel/index.ts'
import { allModules, modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { createWriteDoor } from '#sync-server/replication/write-door.ts'
import { syntheticOrganisation } from '#sync-server/seed/index.ts'
import { openStore } from '#sync-server/store/index.ts'
import type { Canaries } from './canaries.ts'
import { canaryDocument, canaryDocuments } from './documents.ts'
import type { CanaryDocument, World } from './documents.ts'

// An organisation whose records hold canaries in every field, and somebody who may do everything there is.

export const LOGIN = 'sofia'

export type Prepared = {
  readonly world: World
  readonly subject: Subject
  /** What the organisation began with, and what the client is to make in its turn. */
  readonly seeded: readonly (CanaryDocument & { readonly id: Id })[]
  readonly toCreate: readonly CanaryDocument[]
  /** Changes of seeded records, where a record is not made by people but may be changed by them. */
  readonly toUpdate: readonly (CanaryDocument & { readonly id: Id })[]
}

/** The server does not run, and has run before: its synthetic organisation is there. */
export async function prepare(
  place: { readonly dataFolder: string; readonly databaseUrl?: string | undefined },
  canaries: Canaries,
): Promise<Prepared> {
  const store = await openStore(place)
  try {
    const identity = await store.identity()
    const user = await store.access.userByLogin(LOGIN)
    if (identity === null || user === null) throw new Error('the server has no organisation yet')
    const from = identity.createdAt
    for (const role of roles)
      await store.access.saveGrant({ id: newId(), userId: user.id, role, scope: 'org', from, until: null })
    const orgId = identity.organisation.id
    const subject = { id: user.id, orgId, grants: await store.access.grants(user.id) }
    const world = worldOf(from, subject)
    const seeded = allModules.flatMap((module) => documentsWithIds(module, canaries, world))
    const door = createWriteDoor({ store, clock: { now: () => Date.now() }, onFault: () => undefined })
    const writes = seeded.map(({ module, id, data }) => ({ module: module.name as ModuleName, id, data }))
    // Made from the modules' own schemas; the door validates them again.
    await door.seed({ type: 'seed', orgId, at: from }, writes as Parameters<typeof door.seed>[1])
    return { world, subject, seeded, ...forClient(canaries, world, subject, seeded) }
  } finally {
    await store.close()
  }
}

function documentsWithIds(module: AnyModule, canaries: Canaries, world: World) {
  return canaryDocuments(module, canaries, world).map((document) => ({ ...document, id: newId() }))
}

/** Everything of it that this person may write. */
function forClient(
  canaries: Canaries,
  world: World,
  subject: Subject,
  seeded: readonly (CanaryDocument & { readonly id: Id })[],
) {
  const toCreate: CanaryDocument[] = []
  const toUpdate: (CanaryDocument & { readonly id: Id })[] = []
  for (const { module, variant, id, data: held } of seeded) {
    const document = canaryDocument(module, canaries, world, variant)
    const scopes = module.scope({ ...document.data, orgId: world.orgId } as Parameters<
      typeof module.scope
    >[0])
    const { create, write } = permissionFor(subject, module, scopes, new Date().toISOString())
    const data = Object.fromEntries(Object.entries(document.data).filter(([name]) => write.has(name)))
    if (create) toCreate.push({ ...document, data })
    else if (write.size > 0) toUpdate.push({ ...document, id, data: { ...held, ...data } })
  }
  return { toCreate, toUpdate }
}

function worldOf(createdAt: string, subject: Subject): World {
  const options = { seed: 'rounds', today: createdAt.slice(0, 10), zone: 'America/New_York', scale: SCALE }
  const { sites, territories, documents } = syntheticOrganisation(options)
  const firsts = new Map<CollectionName, Id>()
  for (const { module, id } of documents) {
    const { collection } = modules[module]
    if (!firsts.has(collection)) firsts.set(collection, id)
  }
  return {
    orgId: subject.orgId,
    userId: subject.id,
    siteId: sites[0].id,
    territoryId: territories[0].id,
    anyOf: (collection) => firsts.get(collection) ?? newId(),
  }
}

/** A small organisation: the canaries are what counts. */
export const SCALE = 0.1
