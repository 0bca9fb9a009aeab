import type { ViewOfModule } from '#app/modules/index.ts'
import { addressElement, identifierElement, telecomElement } from './data-types.ts'
import { resource } from './resource.ts'
import type { Refer, Resource } from './resource.ts'

type LocationType = NonNullable<ViewOfModule<'locations'>['type']>

const physicalTypes: Readonly<Record<LocationType, readonly [code: string, display: string]>> = {
  site: ['si', 'Site'],
  building: ['bu', 'Building'],
  ward: ['wa', 'Ward'],
  room: ['ro', 'Room'],
  bed: ['bd', 'Bed'],
  territory: ['jdn', 'Jurisdiction'],
}

const physicalTypeSystem = 'http://terminology.hl7.org/CodeSystem/location-physical-type'

/** Organization (hl7.org/fhir/R4/organization.html) of an account. An organisation has no home (org-2, org-3): where it is at home, it works. */
export function organizationResource(view: ViewOfModule<'accounts'>, refer: Refer): Resource {
  return resource('Organization', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    active: view.status === undefined ? undefined : view.status !== 'closed',
    type: view.type ? [{ coding: [{ system: 'urn:rounds:account-type', code: view.type }] }] : undefined,
    name: view.name,
    telecom: view.telecoms?.map((telecom) => telecomElement(atWork(telecom))),
    address: view.addresses?.map((address) => addressElement(atWork(address))),
    partOf: view.parentId ? { reference: refer('Organization', view.parentId) } : undefined,
  })
}

function atWork<Item extends { readonly use: string }>(item: Item): Item | (Item & { readonly use: 'work' }) {
  return item.use === 'home' ? { ...item, use: 'work' } : item
}

/** Location (hl7.org/fhir/R4/location.html). */
export function locationResource(view: ViewOfModule<'locations'>, refer: Refer): Resource {
  const [code, display] = view.type === undefined ? [] : physicalTypes[view.type]
  return resource('Location', view.id, {
    identifier: view.code ? [{ value: view.code }] : undefined,
    status: view.active === undefined ? undefined : view.active ? 'active' : 'inactive',
    name: view.name,
    mode: 'instance',
    telecom: view.telecoms?.map(telecomElement),
    address: view.address ? addressElement(view.address) : undefined,
    physicalType:
      code === undefined ? undefined : { coding: [{ system: physicalTypeSystem, code, display }] },
    partOf: view.parentId ? { reference: refer('Location', view.parentId) } : undefined,
  })
}
