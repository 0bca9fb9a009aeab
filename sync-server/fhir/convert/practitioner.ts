import type { ViewOfModule } from '#app/modules/index.ts'
import {
  addressElement,
  codingElement,
  conceptElement,
  identifierElement,
  languageElement,
  nameElement,
  periodElement,
  professionalElement,
  telecomElement,
} from './data-types.ts'
import { element, resource } from './resource.ts'
import type { Refer, Resource } from './resource.ts'

const npiSystem = 'http://hl7.org/fhir/sid/us-npi'

/** Practitioner (hl7.org/fhir/R4/practitioner.html) of a contact. */
export function practitionerResource(view: ViewOfModule<'contacts'>): Resource {
  const npi = view.npi ? [{ system: npiSystem, value: view.npi }] : []
  return resource('Practitioner', view.id, {
    identifier: [...npi, ...(view.identifiers ?? []).map(identifierElement)],
    active: view.active,
    name: view.names?.map(nameElement),
    telecom: view.telecoms?.map(telecomElement),
    address: view.addresses?.map(addressElement),
    communication: view.languages?.map(languageElement),
  })
}

/** PractitionerRole (hl7.org/fhir/R4/practitionerrole.html). R4 has no place for its address. */
export function practitionerRoleResource(view: ViewOfModule<'practitioner-roles'>, refer: Refer): Resource {
  return resource('PractitionerRole', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    active: view.active,
    period: periodElement(view.period),
    practitioner: professionalElement(view.practitioner, refer),
    organization: element({
      reference: view.organizationId ? refer('Organization', view.organizationId) : undefined,
      display: view.organizationName,
    }),
    code: view.codes?.map(conceptElement),
    specialty: view.specialties?.map((specialty) => ({ coding: [codingElement(specialty)] })),
    location: view.locationIds?.map((id) => ({ reference: refer('Location', id) })),
    telecom: view.telecoms?.map(telecomElement),
    availabilityExceptions: view.availability,
  })
}
