import { allows } from '../access/smart-scopes.ts'
import { provenanceResources } from '../convert/provenance.ts'
import type { Resource } from '../convert/index.ts'
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

/** The origins of resources. */
export function provenanceOf(reading: Reading, seen: readonly Seen[]): readonly Resource[] {
  if (!allows(reading.caller.smartScopes, 'read', 'Provenance')) return []
  return seen.flatMap(({ type, view }) => provenanceResources(type, view, refer))
}
