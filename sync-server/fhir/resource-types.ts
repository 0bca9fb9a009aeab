import type { AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'

// What is served: a line for each type, and for each search parameter where it looks in the resource. Serving, the
// CapabilityStatement, the tests and docs/fhir.md follow from this table.

export const fhirTypes = [
  'Patient',
  'RelatedPerson',
  'Coverage',
  'Encounter',
  'Appointment',
  'Observation',
  'DiagnosticReport',
  'ServiceRequest',
  'Condition',
  'AllergyIntolerance',
  'Immunization',
  'Consent',
  'DocumentReference',
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Location',
] as const
/** The types that are records of ours. Provenance is derived from all of them (`provenance.ts`). */
export type FhirType = (typeof fhirTypes)[number]

/** What a client may create and update. */
const writableTypes = ['Patient', 'Appointment'] as const satisfies readonly FhirType[]
export type WritableType = (typeof writableTypes)[number]

export type SearchParameter = {
  readonly type: 'token' | 'string' | 'date' | 'reference'
  /** Members of the resource, `a.b` for a member of a member; lists are looked through. */
  readonly paths: readonly string[]
  /** Whether its values may stand in an address: ids and codes may, what points to a person or a day of theirs may not. */
  readonly inUrl: boolean
  /** Of a reference. */
  readonly target?: FhirType
  /** Of a ContactPoint: only those of this system. */
  readonly system?: 'phone' | 'email'
}

export type ResourceType = {
  readonly modules: readonly ModuleName[]
  readonly search: Readonly<Record<string, SearchParameter>>
}

const code = (...paths: string[]): SearchParameter => ({ type: 'token', paths, inUrl: true })
const personal = (...paths: string[]): SearchParameter => ({ type: 'token', paths, inUrl: false })
const text = (...paths: string[]): SearchParameter => ({ type: 'string', paths, inUrl: false })
const date = (...paths: string[]): SearchParameter => ({ type: 'date', paths, inUrl: false })
const to = (target: FhirType, ...paths: string[]): SearchParameter => ({
  type: 'reference',
  paths,
  inUrl: true,
  target,
})

const identifier = personal('identifier')
const reachable = {
  telecom: personal('telecom'),
  phone: { ...personal('telecom'), system: 'phone' },
  email: { ...personal('telecom'), system: 'email' },
} as const
const named = { name: text('name'), family: text('name.family'), given: text('name.given') }
const placed = {
  address: text('address'),
  'address-city': text('address.city'),
  'address-postalcode': text('address.postalCode'),
}
const ofSubject = { identifier, patient: to('Patient', 'subject'), subject: to('Patient', 'subject') }
const ofPatient = { identifier, patient: to('Patient', 'patient') }

export const resourceTypes: Readonly<Record<FhirType, ResourceType>> = {
  Patient: {
    modules: ['patients'],
    search: {
      identifier,
      ...named,
      birthdate: date('birthDate'),
      gender: code('gender'),
      active: code('active'),
      deceased: code('deceasedBoolean'),
      ...reachable,
      ...placed,
      'general-practitioner': to('Practitioner', 'generalPractitioner'),
    },
  },
  RelatedPerson: {
    modules: ['related-persons'],
    search: {
      ...ofPatient,
      name: text('name'),
      relationship: code('relationship'),
      active: code('active'),
      birthdate: date('birthDate'),
      ...reachable,
    },
  },
  Coverage: {
    modules: ['coverage'],
    search: {
      identifier,
      patient: to('Patient', 'beneficiary'),
      beneficiary: to('Patient', 'beneficiary'),
      status: code('status'),
      type: code('type'),
    },
  },
  Encounter: {
    modules: ['encounters'],
    search: {
      ...ofSubject,
      status: code('status'),
      class: code('class'),
      date: date('period'),
      'reason-code': code('reasonCode'),
      practitioner: to('Practitioner', 'participant.individual'),
    },
  },
  Appointment: {
    modules: ['appointments'],
    search: {
      identifier,
      patient: to('Patient', 'participant.actor'),
      status: code('status'),
      date: date('start'),
      'service-type': code('serviceType'),
      'reason-code': code('reasonCode'),
      practitioner: to('Practitioner', 'participant.actor'),
      location: to('Location', 'participant.actor'),
    },
  },
  Observation: {
    modules: ['observations'],
    search: {
      ...ofSubject,
      status: code('status'),
      category: code('category'),
      code: code('code'),
      date: date('effectiveDateTime'),
      encounter: to('Encounter', 'encounter'),
      performer: to('Practitioner', 'performer'),
    },
  },
  DiagnosticReport: {
    modules: ['diagnostic-reports'],
    search: {
      ...ofSubject,
      status: code('status'),
      category: code('category'),
      code: code('code'),
      date: date('effectivePeriod'),
      issued: date('issued'),
      encounter: to('Encounter', 'encounter'),
      performer: to('Practitioner', 'performer'),
    },
  },
  ServiceRequest: {
    modules: ['orders', 'referrals'],
    search: {
      ...ofSubject,
      status: code('status'),
      intent: code('intent'),
      category: code('category'),
      code: code('code'),
      priority: code('priority'),
      authored: date('authoredOn'),
      encounter: to('Encounter', 'encounter'),
      requester: to('Practitioner', 'requester'),
      performer: to('Practitioner', 'performer'),
    },
  },
  Condition: {
    modules: ['conditions'],
    search: {
      ...ofSubject,
      'clinical-status': code('clinicalStatus'),
      'verification-status': code('verificationStatus'),
      category: code('category'),
      code: code('code'),
      'onset-date': date('onsetDateTime'),
      'recorded-date': date('recordedDate'),
      encounter: to('Encounter', 'encounter'),
    },
  },
  AllergyIntolerance: {
    modules: ['allergies'],
    search: {
      ...ofPatient,
      'clinical-status': code('clinicalStatus'),
      'verification-status': code('verificationStatus'),
      code: code('code'),
      criticality: code('criticality'),
      date: date('recordedDate'),
    },
  },
  Immunization: {
    modules: ['immunizations'],
    search: {
      ...ofPatient,
      status: code('status'),
      'vaccine-code': code('vaccineCode'),
      date: date('occurrenceDateTime'),
    },
  },
  Consent: {
    modules: ['consents'],
    search: {
      ...ofPatient,
      status: code('status'),
      category: code('category'),
      scope: code('scope'),
      date: date('dateTime'),
      period: date('provision.period'),
    },
  },
  DocumentReference: {
    modules: ['documents'],
    search: {
      ...ofSubject,
      status: code('status'),
      type: code('type'),
      category: code('category'),
      date: date('date'),
      period: date('context.period'),
      encounter: to('Encounter', 'context.encounter'),
      author: to('Practitioner', 'author'),
    },
  },
  Practitioner: {
    modules: ['contacts'],
    search: { identifier, ...named, active: code('active'), ...reachable },
  },
  PractitionerRole: {
    modules: ['practitioner-roles'],
    search: {
      identifier,
      practitioner: to('Practitioner', 'practitioner'),
      organization: to('Organization', 'organization'),
      location: to('Location', 'location'),
      role: code('code'),
      specialty: code('specialty'),
      active: code('active'),
    },
  },
  Organization: {
    modules: ['accounts'],
    search: {
      identifier,
      name: { ...text('name'), inUrl: true },
      type: code('type'),
      active: code('active'),
      partof: to('Organization', 'partOf'),
      ...placed,
    },
  },
  Location: {
    modules: ['locations'],
    search: {
      identifier: { ...identifier, inUrl: true },
      name: { ...text('name'), inUrl: true },
      status: code('status'),
      partof: to('Location', 'partOf'),
    },
  },
}

export function isFhirType(type: string): type is FhirType {
  return Object.hasOwn(resourceTypes, type)
}

export function isWritable(type: string): type is WritableType {
  return writableTypes.some((writable) => writable === type)
}

export function modulesOf(type: FhirType): readonly AnyModule[] {
  return resourceTypes[type].modules.map((name) => modules[name])
}

/** All modules of a type lie in one collection. */
export function collectionOf(type: FhirType): AnyModule['collection'] {
  const [first] = modulesOf(type)
  if (first === undefined) throw new Error(`${type} has no module`)
  return first.collection
}

/** The search parameter by which a type hangs on a patient; null for what does not. */
export function patientParameterOf(type: FhirType): string | null {
  return type !== 'Patient' && resourceTypes[type].search['patient'] !== undefined ? 'patient' : null
}
