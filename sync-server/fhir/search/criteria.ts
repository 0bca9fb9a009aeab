import { AppError, idSchema } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { resourceTypes } from '../resource-types.ts'
import type { FhirType, SearchParameter } from '../resource-types.ts'
import { dateCriterion } from './moments.ts'
import type { DateCriterion } from './moments.ts'

// A search as it is asked, read strictly: a parameter that is not known is refused, never left out, since the answer
// would tell more than was asked for.

export type Parameters = readonly (readonly [name: string, value: string])[]

/** Its values are alternatives; several criteria hold together. References are `Type/id`. */
export type Criterion = {
  readonly name: string
  readonly parameter: SearchParameter
  readonly modifier: 'exact' | 'contains' | null
  readonly values: readonly string[]
}

export type Search = {
  readonly type: FhirType
  readonly ids: readonly Id[] | null
  readonly lastUpdated: readonly DateCriterion[]
  readonly criteria: readonly Criterion[]
  readonly count: number
  /** Names of reference parameters of this type. */
  readonly includes: readonly string[]
  readonly provenance: boolean
}

export const USUAL_COUNT = 50
export const LARGEST_COUNT = 200

/** Parameters of every type, and of a request rather than of a search. */
export const commonParameters = [
  '_id',
  '_lastUpdated',
  '_count',
  '_include',
  '_revinclude',
  '_format',
] as const

export function readSearch(type: FhirType, parameters: Parameters): Search {
  const own = parameters.filter(([name]) => !name.startsWith('_'))
  const of = (name: string) => parameters.filter(([given]) => given === name).map(([, value]) => value)
  const unknown = parameters.find(
    ([name]) => name.startsWith('_') && !commonParameters.some((known) => known === name),
  )
  if (unknown !== undefined) throw unsupported(`the parameter ${nameOnly(unknown[0])}`)
  return {
    type,
    ids: idsOf(of('_id')),
    lastUpdated: of('_lastUpdated').map((value) => {
      const criterion = dateCriterion(value)
      if (criterion === null) throw new AppError('fhir.invalid', { what: '_lastUpdated is no date' })
      return criterion
    }),
    criteria: own.map(([name, value]) => criterionOf(type, name, value)),
    count: countOf(of('_count')),
    includes: of('_include').map((include) => includeOf(type, include)),
    provenance: of('_revinclude').map(onlyProvenance).length > 0,
  }
}

/** Throws `fhir.parameter-in-url` for a parameter that does not belong there. */
export function refuseInUrl(type: FhirType, parameters: Parameters): void {
  for (const [given] of parameters) {
    const [name = ''] = given.split(':')
    const parameter = resourceTypes[type].search[name]
    if (parameter !== undefined && !parameter.inUrl)
      throw new AppError('fhir.parameter-in-url', { parameter: name, type })
  }
}

function criterionOf(type: FhirType, given: string, value: string): Criterion {
  const [name = '', modifier = null, ...rest] = given.split(':')
  const parameter = resourceTypes[type].search[name]
  if (parameter === undefined) throw unsupported(`the parameter ${nameOnly(name)} of ${type}`)
  if (rest.length > 0 || !fitsParameter(modifier, parameter))
    throw unsupported(`the modifier of the parameter ${name}`)
  const values = alternatives(value).map((one) =>
    parameter.target ? referenceOf(parameter.target, one) : one,
  )
  if (parameter.type === 'date' && values.some((one) => dateCriterion(one) === null))
    throw new AppError('fhir.invalid', { what: `${name} is no date` })
  return { name, parameter, modifier, values }
}

function fitsParameter(
  modifier: string | null,
  { type }: SearchParameter,
): modifier is Criterion['modifier'] {
  return modifier === null || (type === 'string' && (modifier === 'exact' || modifier === 'contains'))
}

/** Alternatives are separated by commas; `\,` is a comma, `\|` a bar, `\$` a dollar sign, `\\` a backslash. */
function alternatives(value: string): readonly string[] {
  const found = value.match(/(?:\\.|[^\\,])+/g) ?? []
  return found.map((one) => one.replaceAll(/\\([\\,|$])/g, '$1'))
}

/** `id`, `Type/id` and an address that ends in it are one reference. */
function referenceOf(target: FhirType, value: string): string {
  const [id = '', type = target] = value.split('/').toReversed()
  return `${type}/${id}`
}

function idsOf(given: readonly string[]): readonly Id[] | null {
  if (given.length === 0) return null
  const lists = given.map((value) => alternatives(value).filter((id) => idSchema.safeParse(id).success))
  const [first = [], ...others] = lists
  return first.filter((id) => others.every((list) => list.includes(id)))
}

function countOf(given: readonly string[]): number {
  const [value] = given
  if (value === undefined) return USUAL_COUNT
  if (!/^\d{1,6}$/.test(value)) throw new AppError('fhir.invalid', { what: '_count is no number' })
  return Math.min(Math.max(Number(value), 1), LARGEST_COUNT)
}

function includeOf(type: FhirType, value: string): string {
  const [source, name = '', target, ...rest] = value.split(':')
  const parameter = resourceTypes[type].search[name]
  const fits = parameter?.target !== undefined && (target === undefined || target === parameter.target)
  if (source !== type || !fits || rest.length > 0) throw unsupported('this _include')
  return name
}

function onlyProvenance(value: string): void {
  if (value !== 'Provenance:target') throw unsupported('this _revinclude')
}

function unsupported(what: string): AppError {
  return new AppError('fhir.not-supported', { what })
}

/** A name that a client made up may hold anything: only what looks like a parameter is repeated. */
function nameOnly(name: string): string {
  return /^[a-zA-Z_-]{1,32}$/.test(name) ? name : 'given'
}
