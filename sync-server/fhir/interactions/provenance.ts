import { AppError } from '#app/kernel/index.ts'
import type { Caller } from '../access/callers.ts'
import { searchSet } from '../bundle.ts'
import type { Bundle } from '../bundle.ts'
import { provenanceResources, readProvenanceId } from '../convert/provenance.ts'
import type { Resource } from '../convert/index.ts'
import { disclosed, insist, one } from '../desk.ts'
import type { Desk } from '../desk.ts'
import { isFhirType } from '../resource-types.ts'
import type { FhirType } from '../resource-types.ts'
import type { Parameters } from '../search/criteria.ts'
import { provenanceOf } from '../search/includes.ts'
import { refer } from '../convert/index.ts'
import { seeByIds } from '../seen.ts'
import type { Seen } from '../seen.ts'

// Where records come from. A Provenance is made from its record whenever it is asked for, so whoever may see the record
// may see it, and nothing more.

export async function readProvenance(desk: Desk, caller: Caller, id: string): Promise<Resource> {
  const named = readProvenanceId(id)
  if (named === null || !isFhirType(named.type)) throw new AppError('fhir.not-found')
  const { type, target } = named
  insist(caller, 'read', type)
  return disclosed(desk, caller, async (reading) => {
    const seen = await one(reading, type, target)
    const answer = provenanceResources(type, seen.view, refer).find((resource) => resource.id === id)
    if (answer === undefined) throw new AppError('fhir.not-found')
    return { answer, interaction: 'provenance', seen: [seen] }
  })
}

/** By `target` only: at most a hundred records at a time. */
export async function searchProvenance(
  desk: Desk,
  caller: Caller,
  parameters: Parameters,
  base: string,
): Promise<Bundle> {
  insist(caller, 'search', 'Provenance')
  const targets = targetsOf(parameters)
  for (const type of targets.keys()) insist(caller, 'read', type)
  const found = await disclosed(desk, caller, async (reading) => {
    const seen: Seen[] = []
    for (const [type, ids] of targets)
      seen.push(...(await seeByIds(reading, type, ids)).filter(({ removed }) => !removed))
    return { answer: provenanceOf(reading, seen), interaction: 'provenance', seen }
  })
  const self = `${base}/Provenance`
  return searchSet({ base, self, next: null, matches: found, included: [], bounded: null, whole: true })
}

const mostTargets = 100

function targetsOf(parameters: Parameters): ReadonlyMap<FhirType, string[]> {
  const asked = parameters.filter(([name]) => name !== '_format')
  if (asked.length !== 1 || asked[0]?.[0] !== 'target')
    throw new AppError('fhir.not-supported', { what: 'Provenance by anything but one target' })
  const references = asked[0][1].split(',')
  if (references.length > mostTargets) throw new AppError('fhir.invalid', { what: 'too many targets' })
  const targets = new Map<FhirType, string[]>()
  for (const reference of references) {
    const [type = '', id = ''] = reference.split('/').slice(-2)
    if (!isFhirType(type)) throw new AppError('fhir.invalid', { what: 'target is Type/id' })
    targets.set(type, [...(targets.get(type) ?? []), id])
  }
  return targets
}
