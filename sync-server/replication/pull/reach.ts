import { grantHolds, rolesOverSensitive } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { canonicalJson, collections, isSensitivityScope, sha256Hex } from '#app/kernel/index.ts'
import type { AnyModule, CollectionName, FieldSelection } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'
import type { Reach } from '../../store/contract.ts'

/**
 * Which documents of a collection a subject's grants reach: what SQL may narrow by. It is never too narrow; what is
 * sent is decided on the document itself (`view.ts`).
 */
export function reachOf(subject: Subject, collection: CollectionName, at: string): Reach {
  const held = subject.grants.filter((grant) => grantHolds(grant, at) && !isSensitivityScope(grant.scope))
  const overSensitive = rolesOverSensitive(subject.grants, at)
  return allModules
    .filter((module) => module.collection === collection && module.residence === 'device')
    .flatMap((module) => {
      const grants = held.filter(({ role }) => (module.access[role]?.read ?? 'none') !== 'none')
      if (grants.length === 0) return []
      const all = grants.some((grant) => grant.scope === 'org')
      const scopes = all ? ('all' as const) : [...new Set(['org', ...grants.map((grant) => grant.scope)])]
      const sensitive = grants.some(({ role }) => overSensitive.has(role))
      return [{ kinds: [module.kind], scopes, ...(sensitive ? { sensitive } : {}) }]
    })
}

export function reachableCollections(subject: Subject, at: string): readonly CollectionName[] {
  return collections.filter((collection) => reachOf(subject, collection, at).length > 0)
}

/**
 * Names what a replica of this subject is made of: the life of the server's data, the grants, and how each module
 * projects. When it changes, the replica compares all it holds. A grant that came and went leaves its mark: what it let in
 * may be here, by the answer to a push, though no pull ever saw the grant. Pruned departures are looked at apart, by
 * collection (`pull.ts`): a prune concerns only replicas that were away for longer.
 */
export function epochOf(subject: Subject, incarnation: string, at: string): string {
  const grants = subject.grants
    .filter(({ from }) => from <= at)
    .map((grant) => `${grant.id} ${grant.role} ${grant.scope} ${grantHolds(grant, at) ? 'holds' : 'is over'}`)
    .toSorted()
  return sha256Hex(canonicalJson([incarnation, subject.id, grants, projections])).slice(0, 32)
}

const projections = sha256Hex(canonicalJson(allModules.map(projectionRule)))

function projectionRule(module: AnyModule): unknown {
  const fields = Object.entries(module.fields).map(([name, spec]) => [name, spec.phi])
  const reads = Object.entries(module.access).map(([role, { read }]): [string, FieldSelection] => [
    role,
    read,
  ])
  return [module.collection, module.kind, module.version, module.residence, fields, reads]
}
