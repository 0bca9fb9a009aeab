import { AppError } from '#app/kernel/index.ts'
import type { Caller } from '../access/callers.ts'
import type { Resource } from '../convert/index.ts'
import { disclosed, insist, one } from '../desk.ts'
import type { Desk } from '../desk.ts'
import { isFhirType } from '../resource-types.ts'
import { shownOne } from '../shown.ts'
import { readProvenance } from './provenance.ts'

/** Throws `fhir.scope`, `fhir.not-found`, `fhir.gone`. */
export async function readResource(desk: Desk, caller: Caller, type: string, id: string): Promise<Resource> {
  if (type !== 'Provenance' && !isFhirType(type)) throw new AppError('fhir.not-found')
  insist(caller, 'read', type)
  if (type === 'Provenance') return readProvenance(desk, caller, id)
  const found = await disclosed(desk, caller, async (reading) => {
    const seen = await one(reading, type, id)
    return { answer: seen, interaction: 'read', seen: [seen] }
  })
  return shownOne(desk.store.access, found)
}

/** One version: older ones are not told, so any but the present one is not found. */
export async function readVersion(
  desk: Desk,
  caller: Caller,
  type: string,
  id: string,
  versionId: string,
): Promise<Resource> {
  if (!isFhirType(type)) throw new AppError('fhir.not-found')
  insist(caller, 'read', type)
  const found = await disclosed(desk, caller, async (reading) => {
    const seen = await one(reading, type, id)
    if (seen.versionId !== versionId) throw new AppError('fhir.not-found')
    return { answer: seen, interaction: 'read', seen: [seen] }
  })
  return shownOne(desk.store.access, found)
}
