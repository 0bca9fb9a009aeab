import { viewSchema } from '#app/kernel/index.ts'
import type { AnyDocument, FieldSpecs, ModuleDefinition, ViewOf } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { appointmentResource } from './appointment.ts'
import { consentResource } from './consent.ts'
import { encounterResource } from './encounter.ts'
import {
  allergyResource,
  conditionResource,
  coverageResource,
  documentResource,
  immunizationResource,
  reportResource,
} from './findings.ts'
import { observationResource } from './observation.ts'
import { locationResource, organizationResource } from './organization.ts'
import { patientResource } from './patient.ts'
import { practitionerResource, practitionerRoleResource } from './practitioner.ts'
import { relatedPersonResource } from './related-person.ts'
import { orderResource, referralResource } from './requests.ts'
import type { Refer, Resource } from './resource.ts'

// From a record of ours, as its reader sees it, to a FHIR R4 resource. Pure: the HL7 converter and the FHIR facade use
// the same.

export { isDisputed, withDisputes } from './disputed.ts'
export { refer } from './resource.ts'
export type { Element, Refer, Resource } from './resource.ts'
export { SITE_TAG, siteTags } from './sites.ts'

type Converter = (view: AnyDocument, refer: Refer) => Resource

function of<Fields extends FieldSpecs>(
  module: ModuleDefinition<string, string, Fields>,
  convert: (view: ViewOf<Fields>, refer: Refer) => Resource,
): Converter {
  return (view, refer) => convert(viewSchema(module).parse(view), refer)
}

const converters: { readonly [Name in ModuleName]?: Converter } = {
  accounts: of(modules.accounts, organizationResource),
  allergies: of(modules.allergies, allergyResource),
  appointments: of(modules.appointments, appointmentResource),
  conditions: of(modules.conditions, conditionResource),
  consents: of(modules.consents, consentResource),
  contacts: of(modules.contacts, practitionerResource),
  coverage: of(modules.coverage, coverageResource),
  'diagnostic-reports': of(modules['diagnostic-reports'], reportResource),
  documents: of(modules.documents, documentResource),
  encounters: of(modules.encounters, encounterResource),
  immunizations: of(modules.immunizations, immunizationResource),
  locations: of(modules.locations, locationResource),
  observations: of(modules.observations, observationResource),
  orders: of(modules.orders, orderResource),
  patients: of(modules.patients, patientResource),
  'practitioner-roles': of(modules['practitioner-roles'], practitionerRoleResource),
  referrals: of(modules.referrals, referralResource),
  'related-persons': of(modules['related-persons'], relatedPersonResource),
}

/** The resource of a record; null for modules that have none. Throws where the view is no view of the module. */
export function resourceOf(module: ModuleName, view: AnyDocument, refer: Refer): Resource | null {
  return converters[module]?.(view, refer) ?? null
}
