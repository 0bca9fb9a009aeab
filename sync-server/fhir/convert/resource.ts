// A FHIR R4 resource as JSON. Converters leave out what is not known: FHIR has no nulls and no empty lists.

export type Element = string | number | boolean | readonly Element[] | { readonly [member: string]: Element }

export type Resource = {
  readonly resourceType: string
  readonly id: string
  readonly [member: string]: Element
}

/** How a resource of a type is referred to: `Patient/…` in a server's answer, `urn:uuid:…` within a bundle. */
export type Refer = (type: string, id: string) => string

/** As a server refers to its own. */
export function refer(type: string, id: string): string {
  return `${type}/${id}`
}

type Loose = { readonly [member: string]: unknown }

/** The members that say something. Undefined where none does. */
export function element(members: Loose): { readonly [member: string]: Element } | undefined {
  const kept = Object.entries(members).flatMap(([name, value]): [string, Element][] => {
    const said = elementOf(value)
    return said === undefined ? [] : [[name, said]]
  })
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

export function resource(resourceType: string, id: string, members: Loose): Resource {
  return { resourceType, id, ...element(members) }
}

function elementOf(value: unknown): Element | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) {
    const list = value.map(elementOf).filter((one) => one !== undefined)
    return list.length === 0 ? undefined : list
  }
  return typeof value === 'object' && value !== null ? element({ ...value }) : undefined
}
