import type { AnyModule, CollectionName, DataOf, DocumentOf, ViewOf } from '../kernel/index.ts'
import { accounts } from './accounts/index.ts'
import { activities } from './activities/index.ts'
import { allergies } from './allergies/index.ts'
import { appointments } from './appointments/index.ts'
import { careTeams } from './care-teams/index.ts'
import { cases } from './cases/index.ts'
import { conditions } from './conditions/index.ts'
import { consents } from './consents/index.ts'
import { contacts } from './contacts/index.ts'
import { coverage } from './coverage/index.ts'
import { diagnosticReports } from './diagnostic-reports/index.ts'
import { documents } from './documents/index.ts'
import { encounters } from './encounters/index.ts'
import { immunizations } from './immunizations/index.ts'
import { locations } from './locations/index.ts'
import { observations } from './observations/index.ts'
import { opportunities } from './opportunities/index.ts'
import { orders } from './orders/index.ts'
import { patientActivities } from './patient-activities/index.ts'
import { patientTasks } from './patient-tasks/index.ts'
import { patients } from './patients/index.ts'
import { people } from './people/index.ts'
import { pipelines } from './pipelines/index.ts'
import { practitionerRoles } from './practitioner-roles/index.ts'
import { referrals } from './referrals/index.ts'
import { relatedPersons } from './related-persons/index.ts'
import { tasks } from './tasks/index.ts'
import { territories } from './territories/index.ts'

// The registry. A new module is one line in each of the two lists; the compiler asks for the second.

export const moduleNames = [
  'accounts',
  'activities',
  'allergies',
  'appointments',
  'care-teams',
  'cases',
  'conditions',
  'consents',
  'contacts',
  'coverage',
  'diagnostic-reports',
  'documents',
  'encounters',
  'immunizations',
  'locations',
  'observations',
  'opportunities',
  'orders',
  'patient-activities',
  'patient-tasks',
  'patients',
  'people',
  'pipelines',
  'practitioner-roles',
  'referrals',
  'related-persons',
  'tasks',
  'territories',
] as const
export type ModuleName = (typeof moduleNames)[number]

export const modules = {
  accounts,
  activities,
  allergies,
  appointments,
  'care-teams': careTeams,
  cases,
  conditions,
  consents,
  contacts,
  coverage,
  'diagnostic-reports': diagnosticReports,
  documents,
  encounters,
  immunizations,
  locations,
  observations,
  opportunities,
  orders,
  'patient-activities': patientActivities,
  'patient-tasks': patientTasks,
  patients,
  people,
  pipelines,
  'practitioner-roles': practitionerRoles,
  referrals,
  'related-persons': relatedPersons,
  tasks,
  territories,
} as const satisfies { readonly [Name in ModuleName]: AnyModule & { readonly name: Name } }

type FieldsOf<Name extends ModuleName> = (typeof modules)[Name]['fields']

/** The fields of a record of the module: what a form fills in. */
export type DataOfModule<Name extends ModuleName> = DataOf<FieldsOf<Name>>
/** A record as one user sees it: hidden fields are absent. */
export type ViewOfModule<Name extends ModuleName> = ViewOf<FieldsOf<Name>>
/** A whole record, as the server keeps it. */
export type DocumentOfModule<Name extends ModuleName> = DocumentOf<FieldsOf<Name>>

/** Every module, for what runs over all of them. */
export const allModules: readonly AnyModule[] = moduleNames.map((name) => modules[name])

const byKind = new Map(allModules.map((module) => [`${module.collection}/${module.kind}`, module]))

/** The module of a document, by its collection and kind. */
export function moduleOfKind(collection: CollectionName, kind: string): AnyModule | undefined {
  return byKind.get(`${collection}/${kind}`)
}

export function isModuleName(name: string): name is ModuleName {
  return Object.hasOwn(modules, name)
}
