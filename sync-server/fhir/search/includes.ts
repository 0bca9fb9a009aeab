import { idSchema } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { allows } from '../access/smart-scopes.ts'
import { provenanceResources } from '../convert/provenance.ts'
import type { Element, Resource } from '../convert/index.ts'
import { isFhirType, resourceTypes } from '../resource-types.ts'
import type { FhirType } from '../resource-types.ts'
import { refer } from '../convert/index.ts'
import { seeByIds } from '../seen.ts'
import type { Reading, Seen } from '../seen.ts'
import type { Search } from './criteria.ts'
import { valuesAt } from './matches.ts'

/** What the matches refer to by the parameters asked for; each once, and only what the client may read. */
export async function included(
  reading: Reading,
  { type, includes }: Search,
  matches: readonly Seen[],
): Promise<readonly Seen[]> {
  const wanted = new Map<FhirType, Set<string>>()
  const there = new Set(matches.map((seen) => refer(seen.type, seen.id)))
  for (const name of includes) {
    const { paths = [], target } = resourceTypes[type].search[name] ?? {}
    const found = matches.flatMap(({ resource }) =>
      paths.flatMap((path) => valuesAt(resource, [...path.split('.'), 'reference'])),
    )
    for (const reference of found.filter((one) => typeof one === 'string')) {
      const [named = '', id = ''] = reference.split('/')
      if (named !== target || !isFhirType(named) || there.has(reference)) continue
      wanted.set(named, (wanted.get(named) ?? new Set()).add(id))
    }
  }
  const seen: Seen[] = []
  for (const [target, ids] of wanted) {
    if (!allows(reading.caller.smartScopes, 'read', target)) continue
    seen.push(...(await seeByIds(reading, target, [...ids])).filter(({ removed }) => !removed))
  }
  return seen
}

/**
 * What resources refer to of the given types, and what that refers to in turn; each once, and only what the client may read.
 * What is no resource of the store, such as a name without a record, is left out.
 */
export async function referredTo(
  reading: Reading,
  types: readonly FhirType[],
  from: readonly Seen[],
): Promise<readonly Seen[]> {
  const allowed = types.filter((type) => allows(reading.caller.smartScopes, 'read', type))
  const asked = new Set(from.map(({ type, id }) => refer(type, id)))
  const found: Seen[] = []
  for (let latest = from; latest.length > 0;) {
    const references = latest.flatMap(({ resource }) => referencesIn(resource))
    const next = [...new Set(references)].filter((reference) => !asked.has(reference))
    for (const reference of next) asked.add(reference)
    const seen: Seen[] = []
    for (const type of allowed) {
      const ids = next.flatMap((reference) => idIn(reference, type) ?? [])
      if (ids.length > 0) seen.push(...(await seeByIds(reading, type, ids)).filter(({ removed }) => !removed))
    }
    found.push(...seen)
    latest = seen
  }
  return found
}

function idIn(reference: string, type: FhirType): Id | null {
  const [named, id] = reference.split('/')
  return named === type ? (idSchema.safeParse(id).data ?? null) : null
}

/** Every `reference` of an element and of what is in it. */
function referencesIn(element: Element): string[] {
  if (typeof element !== 'object') return []
  return Object.entries(element).flatMap(([name, value]: [string, Element]) =>
    name === 'reference' && typeof value === 'string' ? [value] : referencesIn(value),
  )
}

/** The origins of resources. */
export function provenanceOf(reading: Reading, seen: readonly Seen[]): readonly Resource[] {
  if (!allows(reading.caller.smartScopes, 'read', 'Provenance')) return []
  return seen.flatMap(({ type, view }) => provenanceResources(type, view, refer))
}
