import type { Clock, CollectionName, ErrorFacts, Id } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { AuditStore, NewAuditEntry } from '../store/contract.ts'
import type { Caller } from './access/callers.ts'
import { collectionOf } from './resource-types.ts'
import type { Seen } from './seen.ts'

// What went to whom, for what, on which ground: the accounting of disclosures (45 CFR 164.528) reads these entries. They
// are durable before the answer leaves.

export type Disclosed = {
  readonly interaction: 'read' | 'search' | 'everything' | 'provenance' | 'create' | 'update'
  readonly seen: readonly Seen[]
  /** Of a search: the names of what was asked for, never the values. */
  readonly parameters?: readonly string[]
}

export type Disclosures = { record(caller: Caller, disclosed: Disclosed): Promise<void> }

export function createDisclosures(audit: Pick<AuditStore, 'append'>, clock: Clock): Disclosures {
  return {
    async record(caller, { interaction, seen, parameters = [] }) {
      const common = commonOf(caller, instant(clock), interaction, parameters)
      const groups = groupsOf(seen)
      if (groups.length === 0) await audit.append({ ...common, outcome: 'nothing' })
      await Promise.all(
        groups.map(([collection, ids]) => audit.append({ ...common, collection, ids, outcome: 'disclosed' })),
      )
    },
  }
}

/** Who gets it, and on which ground, for the audit. */
export function groundsOf({ client, agreement }: Caller): ErrorFacts {
  return { recipient: agreement.parties.theirs, client: client.name, agreement: agreement.id }
}

function commonOf(
  caller: Caller,
  at: string,
  interaction: string,
  parameters: readonly string[],
): NewAuditEntry {
  const asked =
    parameters.length === 0 ? {} : { parameters: [...new Set(parameters)].join(' ').slice(0, 200) }
  return {
    at,
    actor: caller.client.id,
    address: caller.address,
    action: 'disclosure',
    purpose: caller.client.purpose,
    facts: { ...groundsOf(caller), interaction, ...asked },
  }
}

/** By collection; under `patients` stand all whom anything of it is about. */
function groupsOf(seen: readonly Seen[]): readonly (readonly [CollectionName, readonly Id[]])[] {
  const ids = new Map<CollectionName, Set<Id>>()
  const add = (collection: CollectionName, id: Id) =>
    ids.set(collection, (ids.get(collection) ?? new Set()).add(id))
  for (const { type, id, patientId } of seen) {
    add(collectionOf(type), id)
    if (patientId !== null) add(modules.patients.collection, patientId)
  }
  return [...ids].map(([collection, set]) => [collection, [...set]])
}
