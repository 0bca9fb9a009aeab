import type {
  Address,
  Attachment,
  CodeableConcept,
  Coding,
  HumanName,
  Identifier,
  Moment,
  Period,
  Professional,
  Quantity,
  Telecom,
} from '#app/values/index.ts'
import { element } from './resource.ts'
import type { Element, Refer } from './resource.ts'

// Values of ours as the data types of FHIR R4 (hl7.org/fhir/R4/datatypes.html). Undefined: nothing to say.

type Said = Element | undefined

export const identifierTypes = 'http://terminology.hl7.org/CodeSystem/v2-0203'

function authorityUri({ authority }: Identifier): string | undefined {
  const id = authority?.universalId
  if (id !== undefined && /^[0-2](\.\d+)+$/.test(id)) return `urn:oid:${id}`
  if (id !== undefined && /^[a-z][a-z0-9+.-]*:\S+$/i.test(id)) return id
  const name = id ?? authority?.namespace
  return name === undefined ? undefined : `urn:rounds:authority:${encodeURIComponent(name)}`
}

/** The authority that such a URI names. */
export function authorityOf(uri: string): string {
  const [, oid] = /^urn:oid:(.+)$/.exec(uri) ?? []
  const [, name] = /^urn:rounds:authority:(.+)$/.exec(uri) ?? []
  try {
    return oid ?? (name === undefined ? uri : decodeURIComponent(name))
  } catch {
    return uri
  }
}

export function identifierElement(given: Identifier): Said {
  const { value, type, period } = given
  return element({
    use: given.use === 'usual' ? undefined : given.use,
    type: { coding: [{ system: identifierTypes, code: type }] },
    system: authorityUri(given),
    value,
    period: periodElement(period),
    assigner: { display: given.authority?.namespace },
  })
}

export function nameElement(name: HumanName): Said {
  const { use, family, given, prefix, suffix, text } = name
  const period = periodElement(name.period)
  const anonymous = use === 'anonymous' && family === undefined && given.length === 0
  return element({ use, family, given, prefix, suffix, text: anonymous ? undefined : text, period })
}

export function addressElement(address: Address): Said {
  const { use, lines, city, district, state, postalCode, country } = address
  const mail = use === 'mailing' ? 'postal' : undefined
  const uses: Readonly<Record<string, string>> = {
    home: 'home',
    work: 'work',
    billing: 'billing',
    temp: 'temp',
    old: 'old',
  }
  return element({
    use: uses[use],
    type: mail,
    line: lines,
    city,
    district,
    state,
    postalCode,
    country,
    period: periodElement(address.period),
  })
}

export function telecomElement(telecom: Telecom): Said {
  const { system, value, use, rank } = telecom
  return element({ system, value, use, rank, period: periodElement(telecom.period) })
}

export function periodElement(period: Period | undefined): Said {
  return period === undefined ? undefined : element(period)
}

/** FHIR's `code` has no space at its ends, and none beside another. */
function codeElement(code: string | undefined): string | undefined {
  return code?.trim().replaceAll(/\s+/g, ' ')
}

export function codingElement({ system, code, display, version }: Coding): Said {
  return element({
    system: system.startsWith('urn:rounds:local:feed') ? undefined : system,
    version,
    code: codeElement(code),
    display,
  })
}

export function conceptElement(concept: CodeableConcept | null | undefined): Said {
  if (concept === null || concept === undefined) return undefined
  return element({ coding: concept.codings.map(codingElement), text: concept.text })
}

/** A value of one of our own lists, as a code of a system of FHIR. */
export function coded(system: string, code: string | undefined, display?: string): Said {
  return code === undefined ? undefined : { coding: [{ system, code, ...(display ? { display } : {}) }] }
}

export function quantityElement({ value, comparator, unit, code }: Quantity): Said {
  const system = code === undefined ? undefined : 'http://unitsofmeasure.org'
  return element({ value: Number(value), comparator, unit: unit ?? code, system, code: codeElement(code) })
}

/** A professional who need not be a record of ours: by reference where it is one, by name and identifier. */
export function professionalElement(who: Professional | null | undefined, refer: Refer): Said {
  if (who === null || who === undefined) return undefined
  const [first] = who.identifiers
  return element({
    reference: who.contactId === undefined ? undefined : refer('Practitioner', who.contactId),
    identifier: first === undefined ? undefined : identifierElement(first),
    display: who.name,
  })
}

export const LANGUAGE_TAGS = 'urn:ietf:bcp:47'

export function languageElement(tag: string): Said {
  return { coding: [{ system: LANGUAGE_TAGS, code: tag }] }
}

export function attachmentElement({ mime, size, hash, name }: Attachment): Said {
  return element({ contentType: mime, size, title: name, url: `urn:rounds:sha256:${hash}` })
}

/** A moment of ours is a FHIR dateTime as it is: an instant, a date, a month or a year. */
export function momentElement(moment: Moment | null | undefined): Said {
  return moment ?? undefined
}

export function notesElement(notes: readonly string[] | undefined): Said {
  return notes?.map((text) => ({ text }))
}
