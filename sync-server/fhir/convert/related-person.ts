import type { ViewOfModule } from '#app/modules/index.ts'
import {
  addressElement,
  conceptElement,
  identifierElement,
  languageElement,
  nameElement,
  periodElement,
  telecomElement,
} from './data-types.ts'
import { resource } from './resource.ts'
import type { Refer, Resource } from './resource.ts'

/** RelatedPerson (hl7.org/fhir/R4/relatedperson.html). */
export function relatedPersonResource(view: ViewOfModule<'related-persons'>, refer: Refer): Resource {
  const organization = view.organization ? [{ text: view.organization }] : undefined
  return resource('RelatedPerson', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    active: view.active,
    patient: view.patientId === undefined ? undefined : { reference: refer('Patient', view.patientId) },
    relationship: view.relationship?.map(conceptElement),
    name: view.names?.length ? view.names.map(nameElement) : organization,
    telecom: view.telecoms?.map(telecomElement),
    gender: view.administrativeGender,
    birthDate: view.birthDate,
    address: view.addresses?.map(addressElement),
    period: periodElement(view.period),
    communication: view.languages?.map(({ language, preferred }) => ({
      language: languageElement(language),
      preferred,
    })),
  })
}
