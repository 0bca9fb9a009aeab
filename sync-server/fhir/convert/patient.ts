import type { ViewOfModule } from '#app/modules/index.ts'
import {
  addressElement,
  conceptElement,
  identifierElement,
  languageElement,
  nameElement,
  professionalElement,
  telecomElement,
} from './data-types.ts'
import { resource } from './resource.ts'
import type { Refer, Resource } from './resource.ts'

/** Patient (hl7.org/fhir/R4/patient.html). A record that ended in a merge is inactive and names the one that lives on. */
export function patientResource(view: ViewOfModule<'patients'>, refer: Refer): Resource {
  const { deceased, mergedIntoId } = view
  return resource('Patient', view.id, {
    active: mergedIntoId ? false : undefined,
    identifier: view.identifiers?.map(identifierElement),
    name: view.names?.map(nameElement),
    telecom: view.telecoms?.map(telecomElement),
    gender: view.administrativeGender,
    birthDate: view.birthDate,
    deceasedDateTime: deceased?.deceased === true ? deceased.at : undefined,
    deceasedBoolean: deceased?.at === undefined ? deceased?.deceased : undefined,
    address: view.addresses?.map(addressElement),
    maritalStatus: conceptElement(view.maritalStatus),
    multipleBirthInteger: view.birthOrder,
    communication: view.languages?.map(({ language, preferred }) => ({
      language: languageElement(language),
      preferred,
    })),
    generalPractitioner: [professionalElement(view.generalPractitioner, refer)],
    link: mergedIntoId
      ? [{ other: { reference: refer('Patient', mergedIntoId) }, type: 'replaced-by' }]
      : undefined,
  })
}
