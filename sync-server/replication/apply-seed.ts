import type { AnyModule, Id } from '#app/kernel/index.ts'
import { AppError, blankOf, sameJson } from '#app/kernel/index.ts'
import type { DataOfModule, ModuleName } from '#app/modules/index.ts'
import { modules } from '#app/modules/index.ts'
import type { WriteTransaction } from '../store/contract.ts'
import type { RuleActor, SeedActor } from './actor.ts'
import { teamsFor } from './care-teams.ts'
import { compose } from './compose.ts'
import { identifiersOf } from './identifiers.ts'

/** One first document, or one that a rule makes. Fields that are left out are blank; who made it and when stands in its stamps. */
export type SeedWrite<Name extends ModuleName = ModuleName> = {
  readonly [One in Name]: {
    readonly module: One
    readonly id: Id
    readonly data: Partial<DataOfModule<One>>
    readonly createdBy?: Id
    readonly createdAt?: string
  }
}[Name]

/** Writes documents that are not there yet; one that is there stays as it is. Throws `sync.invalid` (field, module). */
export async function applySeed(
  tx: WriteTransaction,
  actor: SeedActor | RuleActor,
  writes: readonly SeedWrite[],
): Promise<number> {
  const there = new Set((await tx.load(writes.map(refOf))).map(({ id }) => id))
  const fresh = writes.filter(({ id }) => !there.has(id))
  // All at once; from then on memory answers, and knows whom this batch has made.
  await teamsFor(
    tx,
    fresh.map(({ data }) => data),
  )
  for (const write of fresh) {
    const module: AnyModule = modules[write.module]
    const blank: Readonly<Record<string, unknown>> = blankOf(module)
    const data: Readonly<Record<string, unknown>> = write.data
    const by = write.createdBy ?? (actor.type === 'rule' ? actor.rule : 'seed')
    const stamp = { at: write.createdAt ?? actor.at, by, origin: actor.type } as const
    const changes = { ...blank, ...data }
    const stamped = Object.keys(data).filter((name) => !sameJson(data[name], blank[name]))
    const { orgId } = actor
    const teamsOf = await teamsFor(tx, [data])
    const composed = compose({ module, id: write.id, orgId, before: null, changes, stamped, stamp, teamsOf })
    if (!composed.ok) throw new AppError('sync.invalid', { field: composed.field, module: module.name })
    const { body } = composed
    tx.stage({ type: 'document', ...refOf(write), body, identifiers: identifiersOf(body.doc) })
  }
  return fresh.length
}

function refOf(write: SeedWrite) {
  return { collection: modules[write.module].collection, id: write.id }
}
