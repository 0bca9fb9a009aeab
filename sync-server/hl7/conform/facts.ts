import type { Resource } from '../../fhir/convert/index.ts'

// What two conversions of one message are compared by: plain values, read from FHIR resources whoever made them.

/** Of a resource: for each compared field, its values. */
export type Facts = Readonly<Record<string, readonly string[]>>

type Node = unknown

/** The values at a path of members; lists on the way are walked. */
function at(node: Node, ...path: readonly string[]): unknown[] {
  if (Array.isArray(node)) return node.flatMap((one: unknown) => at(one, ...path))
  const [member, ...rest] = path
  if (member === undefined) return node === undefined || node === null ? [] : [node]
  if (typeof node !== 'object' || node === null) return []
  const next: unknown = Object.entries(node).find(([name]) => name === member)?.[1]
  return next === undefined ? [] : at(next, ...rest)
}

function texts(node: Node, ...path: readonly string[]): string[] {
  return at(node, ...path)
    .filter((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .map((value) => folded(String(value)))
    .filter((value) => value !== '')
}

function folded(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/g, ' ').trim().toLowerCase()
}

/** A date as precise as it is; a date and time as the instant it names. */
export function instantText(text: string): string {
  if (!text.includes('t') && !text.includes('T')) return text
  const epoch = Date.parse(text)
  return Number.isNaN(epoch) ? text : new Date(epoch).toISOString().replace('.000Z', 'Z')
}

function instants(node: Node, ...path: readonly string[]): string[] {
  return texts(node, ...path).map((text) => instantText(text.toUpperCase()))
}

function number(text: string): string {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? String(Number(text)) : text
}

function identifiers(resource: Node): string[] {
  return at(resource, 'identifier').flatMap((one) => {
    const [value] = texts(one, 'value')
    return value === undefined ? [] : [value]
  })
}

/** Value with type, where both sides name a type. */
function typedIdentifiers(resource: Node): string[] {
  return at(resource, 'identifier').flatMap((one) => {
    const [value] = texts(one, 'value')
    const [type] = texts(one, 'type', 'coding', 'code')
    return value === undefined || type === undefined ? [] : [`${value} (${type})`]
  })
}

/** What people dial, or the address of the mail. */
function telecoms(resource: Node): string[] {
  return texts(resource, 'telecom', 'value').flatMap((value) => {
    if (value.includes('@')) return [value]
    const digits = value.replaceAll(/\D/g, '')
    return digits === '' ? [] : [digits]
  })
}

function person(resource: Node): Facts {
  return {
    'identifier.value': identifiers(resource),
    'identifier.type': typedIdentifiers(resource),
    'name.family': texts(resource, 'name', 'family'),
    'name.given': at(resource, 'name').flatMap((name) => texts(name, 'given').slice(0, 1)),
    birthDate: texts(resource, 'birthDate'),
    gender: texts(resource, 'gender'),
    'address.city': texts(resource, 'address', 'city'),
    'address.state': texts(resource, 'address', 'state'),
    'address.postalCode': texts(resource, 'address', 'postalCode'),
    telecom: telecoms(resource),
  }
}

function value(resource: Node): string[] {
  const quantity = at(resource, 'valueQuantity').flatMap((one) => [
    texts(one, 'comparator').join('') + texts(one, 'value').map(number).join(''),
  ])
  const concept = at(resource, 'valueCodeableConcept').flatMap((one) => {
    const [code] = [
      ...texts(one, 'coding', 'code'),
      ...texts(one, 'coding', 'display'),
      ...texts(one, 'text'),
    ]
    return code === undefined ? [] : [code]
  })
  const range = at(resource, 'valueRange').map((one) =>
    [texts(one, 'low', 'value'), texts(one, 'high', 'value')]
      .map((ends) => ends.map(number).join(''))
      .join('-'),
  )
  const ratio = at(resource, 'valueRatio').map((one) =>
    [texts(one, 'numerator', 'value'), texts(one, 'denominator', 'value')]
      .map((ends) => ends.map(number).join(''))
      .join(':'),
  )
  const plain = [
    ...texts(resource, 'valueString').map(number),
    ...texts(resource, 'valueTime'),
    ...instants(resource, 'valueDateTime'),
  ]
  return [...quantity, ...concept, ...range, ...ratio, ...plain]
}

const readers: Readonly<Record<string, (resource: Node) => Facts>> = {
  Patient: person,
  RelatedPerson: person,
  Encounter: (one) => ({
    'identifier.value': identifiers(one),
    'identifier.type': typedIdentifiers(one),
    class: texts(one, 'class', 'code'),
    'period.start': instants(one, 'period', 'start'),
    'period.end': instants(one, 'period', 'end'),
  }),
  Observation: (one) => ({
    code: at(one, 'code').flatMap((code) =>
      [...texts(code, 'coding', 'code'), ...texts(code, 'text')].slice(0, 1),
    ),
    value: value(one),
    unit: at(one, 'valueQuantity').flatMap((quantity) =>
      [...texts(quantity, 'unit'), ...texts(quantity, 'code')].slice(0, 1),
    ),
    range: texts(one, 'referenceRange', 'text'),
    status: texts(one, 'status'),
  }),
  Appointment: (one) => ({
    'identifier.value': identifiers(one),
    'identifier.type': typedIdentifiers(one),
    'period.start': instants(one, 'start'),
    'period.end': instants(one, 'end'),
    status: texts(one, 'status'),
  }),
}

export const comparedTypes: readonly string[] = Object.keys(readers)

export function factsOf(resource: Resource | { readonly resourceType: string }): Facts {
  return readers[resource.resourceType]?.(resource) ?? {}
}
