import { idSchema } from '#app/kernel/index.ts'
import { identifier } from '#app/values/index.ts'
import type { Authority, CodeableConcept, Identifier, Period, Professional } from '#app/values/index.ts'
import { authorityOf, identifierTypes } from '../convert/data-types.ts'
import { notKept, notValid } from './refusals.ts'
import type { SaidConcept, SaidIdentifier, SaidPeriod, SaidReference } from './shapes.ts'

// Data types of FHIR R4 as values of ours: the way back from `convert/data-types.ts`. `at` is the path of the element.

/** A dateTime as a moment: what has an offset becomes an instant in UTC. */
export function momentFrom(said: string): string {
  return said.length <= 10 ? said : new Date(said).toISOString()
}

export function periodFrom(said: SaidPeriod | undefined): { readonly period?: Period } {
  if (said === undefined) return {}
  const { start, end } = said
  return {
    period: {
      ...(start === undefined ? {} : { start: momentFrom(start) }),
      ...(end === undefined ? {} : { end: momentFrom(end) }),
    },
  }
}

export function conceptFrom({ coding = [], text }: SaidConcept, at: string): CodeableConcept {
  const codings = coding.map(({ system, code, ...rest }, index) => {
    if (system === undefined) throw notValid(`${at}.coding[${index}].system`, 'it is needed')
    if (code === undefined) throw notValid(`${at}.coding[${index}].code`, 'it is needed')
    return { system, code, ...rest }
  })
  return { codings, ...(text === undefined ? {} : { text }) }
}

/** Systems that say themselves what kind of identifier they give out. */
const typesOfSystems: Readonly<Record<string, string>> = {
  'http://hl7.org/fhir/sid/us-ssn': 'SS',
  'http://hl7.org/fhir/sid/us-npi': 'NPI',
}

export function identifierFrom(said: SaidIdentifier, at: string): Identifier {
  const { value, use, system, assigner } = said
  const type = typeFrom(said, at)
  const authority = authorityFrom(system, assigner?.display)
  return identifier({
    value,
    type,
    ...(authority === undefined ? {} : { authority }),
    ...(use === undefined ? {} : { use }),
    ...periodFrom(said.period),
  })
}

/** A record is found again by value, authority and type: without the type it would be another. */
function typeFrom({ type, system = '' }: SaidIdentifier, at: string): string {
  const [coding, ...others] = type?.coding ?? []
  const known = typesOfSystems[system]
  if (coding === undefined && known !== undefined) return known
  if (coding?.code === undefined) throw notValid(`${at}.type`, 'a code of HL7 table 0203 is needed')
  if (others.length > 0) throw notKept(`${at}.type.coding[1]`)
  if (coding.system !== identifierTypes)
    throw notValid(`${at}.type.coding[0].system`, `it is not ${identifierTypes}`)
  return coding.code
}

function authorityFrom(system: string | undefined, namespace: string | undefined): Authority | undefined {
  if (system === undefined) return namespace === undefined ? undefined : { namespace }
  const name = authorityOf(system)
  const own = namespace === undefined ? {} : { namespace }
  if (system.startsWith('urn:oid:')) return { ...own, universalId: name, universalIdType: 'ISO' }
  if (name === system) return { ...own, universalId: name, universalIdType: 'URI' }
  return namespace === undefined || namespace === name
    ? { namespace: name }
    : { namespace, universalId: name }
}

/** Somebody who is a contact of ours, or whom a name and an identifier tell. */
export function professionalFrom(said: SaidReference, at: string): Professional {
  const { reference, display } = said
  const contactId = reference === undefined ? undefined : idIn('Practitioner', reference, at)
  return {
    ...(contactId === undefined ? {} : { contactId }),
    ...(display === undefined ? {} : { name: display }),
    identifiers: said.identifier === undefined ? [] : [identifierFrom(said.identifier, `${at}.identifier`)],
  }
}

export function idIn(type: string, reference: string, at: string): string {
  const [named, id] = reference.split('/')
  const read = idSchema.safeParse(id)
  if (named !== type || !read.success) throw notValid(`${at}.reference`, `it names no ${type}`)
  return read.data
}

/** The only one of a list; what is beyond it has no place here. */
export function onlyOne<Said>(said: readonly Said[] | undefined, at: string): Said | undefined {
  if (said !== undefined && said.length > 1) throw notKept(`${at}[1]`)
  return said?.[0]
}
