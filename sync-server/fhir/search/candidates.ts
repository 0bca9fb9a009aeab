import type { Id } from '#app/kernel/index.ts'
import { ownerMark } from '../../replication/identifiers.ts'
import { reachOf } from '../../replication/pull/reach.ts'
import type { Identifier } from '../../store/contract.ts'
import { authorityOf } from '../convert/data-types.ts'
import { collectionOf, modulesOf } from '../resource-types.ts'
import type { FhirType } from '../resource-types.ts'
import type { Reading } from '../seen.ts'
import type { Criterion, Search } from './criteria.ts'
import { identifierTypes } from './identifier-types.ts'

// Where a search begins. Bodies are sealed: the database knows ids, scopes and keyed hashes of identifiers. A search by
// id, by patient or by identifier reads only what these name; any other looks through what lies within the client's
// reach, in the order of ids, a bounded part at a time.

export type Candidates = {
  /** Whether the database could narrow it. */
  readonly selective: boolean
  /** The next ids after one, in their order; fewer than asked for means that there are no more. */
  next(after: string, limit: number): Promise<readonly Id[]>
}

export async function candidatesOf(reading: Reading, search: Search): Promise<Candidates> {
  const named = search.ids ?? (await byPatient(reading, search)) ?? (await byIdentifier(reading, search))
  return named === null ? withinReach(reading, search.type) : listed(named)
}

/** Every record of a type that hangs on a patient. */
export async function recordsOfPatient(
  { read }: Pick<Reading, 'read'>,
  type: FhirType,
  patientIds: readonly Id[],
): Promise<readonly Id[]> {
  const marks = patientIds.map(ownerMark)
  const found: Id[] = []
  for (const { collection, kind } of modulesOf(type)) {
    found.push(...(await read.findByIdentifiers(collection, kind, marks)).flat())
  }
  return [...new Set(found)].toSorted()
}

function listed(ids: readonly Id[]): Candidates {
  const ordered = ids.toSorted()
  return {
    selective: true,
    next: async (after, limit) => ordered.filter((id) => id > after).slice(0, limit),
  }
}

function withinReach({ read, viewer }: Reading, type: FhirType): Candidates {
  const collection = collectionOf(type)
  const kinds = modulesOf(type).map(({ kind }) => kind)
  const reach = reachOf(viewer.subject, collection, viewer.at).flatMap((part) => {
    const own = part.kinds.filter((kind) => kinds.includes(kind))
    return own.length === 0 ? [] : [{ ...part, kinds: own }]
  })
  return {
    selective: false,
    async next(after, limit) {
      const rows = await read.range(collection, reach, { after, through: null, limit })
      return rows.map(({ id }) => id)
    },
  }
}

async function byPatient(reading: Reading, { type, criteria }: Search): Promise<readonly Id[] | null> {
  const criterion = criteria.find(({ parameter }) => parameter.target === 'Patient')
  if (criterion === undefined) return null
  const ids = criterion.values.map((value) => value.slice(value.indexOf('/') + 1))
  return recordsOfPatient(reading, type, ids)
}

/** Only where all of it names the authority: without one an identifier is not in the index. */
async function byIdentifier({ read }: Reading, { type, criteria }: Search): Promise<readonly Id[] | null> {
  const criterion = criteria.find(({ name }) => name === 'identifier')
  const wanted = criterion === undefined ? null : identifiersAsked(criterion)
  if (wanted === null) return null
  const found: Id[] = []
  for (const { collection, kind } of modulesOf(type)) {
    found.push(...(await read.findByIdentifiers(collection, kind, wanted)).flat())
  }
  // One of a type that no table knows is found by looking through.
  return found.length === 0 ? null : [...new Set(found)]
}

/** Each with every type that it may have; null where one names no authority. */
export function identifiersAsked({ values }: Criterion): readonly Identifier[] | null {
  const wanted: Identifier[] = []
  for (const token of values) {
    const bar = token.indexOf('|')
    const authority = bar < 1 ? null : authorityOf(token.slice(0, bar))
    const value = token.slice(bar + 1)
    if (authority === null || value === '') return null
    for (const type of identifierTypes) wanted.push({ authority, type, value })
  }
  return wanted
}
