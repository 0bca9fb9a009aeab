import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { allows } from '../access/smart-scopes.ts'
import { fhirTypes, isFhirType, patientParameterOf } from '../resource-types.ts'
import type { FhirType } from '../resource-types.ts'
import { recordsOfPatient } from '../search/candidates.ts'
import { LARGEST_COUNT, USUAL_COUNT } from '../search/criteria.ts'
import type { Parameters } from '../search/criteria.ts'
import { dateCriterion } from '../search/moments.ts'
import type { SearchPage } from '../search/search-page.ts'
import { seeByIds } from '../seen.ts'
import type { Reading, Seen } from '../seen.ts'

// Patient/ID/$everything (hl7.org/fhir/R4/operation-patient-everything.html): the patient and all that hangs on the
// patient, type by type; beside each page those whom its resources name. `start` and `end` are not supported.

export type EverythingRequest = {
  readonly types: readonly FhirType[]
  /** Of what no patient has of their own: people, organisations and places that are referred to. */
  readonly besides: readonly FhirType[]
  /** Milliseconds; what was stored before is left out. */
  readonly since: number
  readonly count: number
}

const ofPatients = fhirTypes.filter((type) => type === 'Patient' || patientParameterOf(type) !== null)
const ofNobody = fhirTypes.filter((type) => !ofPatients.includes(type))

export function readEverything(parameters: Parameters): EverythingRequest {
  const last = (name: string) => parameters.findLast(([given]) => given === name)?.[1]
  const unknown = parameters.find(([name]) => !['_count', '_since', '_type', '_format'].includes(name))
  if (unknown !== undefined) throw new AppError('fhir.not-supported', { what: 'a parameter of $everything' })
  const types = last('_type')?.split(',')
  if (types?.some((type) => !isFhirType(type)))
    throw new AppError('fhir.not-supported', { what: 'a type of _type' })
  const since = last('_since')
  const from = since === undefined ? null : dateCriterion(since)
  if (since !== undefined && from === null)
    throw new AppError('fhir.invalid', { what: '_since is no instant' })
  const count = Number(last('_count') ?? USUAL_COUNT)
  if (!Number.isInteger(count) || count < 1)
    throw new AppError('fhir.invalid', { what: '_count is no number' })
  const isWanted = (type: FhirType): boolean => types === undefined || types.includes(type)
  return {
    types: ofPatients.filter(isWanted),
    besides: ofNobody.filter(isWanted),
    since: from?.span.low ?? -Infinity,
    count: Math.min(count, LARGEST_COUNT),
  }
}

type Position = { readonly type: FhirType; readonly id: Id }

/** Records opened at a time. */
const batch = 200

/** `after` is the place of the last one of the page before, `Type/id`. Types without a scope are left out. */
export async function everythingPage(
  reading: Reading,
  patientId: Id,
  { types, since, count }: EverythingRequest,
  after: string,
): Promise<SearchPage> {
  const allowed = types.filter((type) => allows(reading.caller.smartScopes, 'read', type))
  const places = (await placesOf(reading, patientId, allowed)).filter((place) => isBehind(place, after))
  const found: Seen[] = []
  for (let start = 0; start < places.length && found.length <= count; start += batch) {
    for (const [type, part] of Map.groupBy(places.slice(start, start + batch), (place) => place.type)) {
      const ids = part.map(({ id }) => id)
      found.push(...(await seeByIds(reading, type, ids)).filter(isWanted))
    }
  }
  const matches = found.slice(0, count)
  const last = found.length > count ? matches.at(-1) : undefined
  return { matches, after: last === undefined ? null : `${last.type}/${last.id}`, bounded: null }

  function isWanted({ removed, lastUpdated }: Seen): boolean {
    return !removed && Date.parse(lastUpdated) >= since
  }
}

/** By type, then by id. */
async function placesOf(
  reading: Reading,
  patientId: Id,
  types: readonly FhirType[],
): Promise<readonly Position[]> {
  const places: Position[] = []
  for (const type of types) {
    const ids = type === 'Patient' ? [patientId] : await recordsOfPatient(reading, type, [patientId])
    places.push(...ids.map((id) => ({ type, id })))
  }
  return places
}

function isBehind({ type, id }: Position, after: string): boolean {
  const [lastType, lastId = ''] = after.split('/')
  const [place, last] = [type, lastType].map((name) => ofPatients.findIndex((known) => known === name))
  return place === last ? id > lastId : (place ?? 0) > (last ?? -1)
}
