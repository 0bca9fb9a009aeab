import type { ModuleName } from '#app/modules/index.ts'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { accountsUi } from './accounts/index.tsx'
import { activitiesUi } from './activities/index.tsx'
import { allergiesUi } from './allergies/index.tsx'
import { appointmentsUi } from './appointments/index.tsx'
import { careTeamsUi } from './care-teams/index.tsx'
import { casesUi } from './cases/index.tsx'
import { conditionsUi } from './conditions/index.tsx'
import { consentsUi } from './consents/index.tsx'
import { contactsUi } from './contacts/index.tsx'
import { coverageUi } from './coverage/index.tsx'
import { diagnosticReportsUi } from './diagnostic-reports/index.tsx'
import { documentsUi } from './documents/index.tsx'
import { encountersUi } from './encounters/index.tsx'
import { immunizationsUi } from './immunizations/index.tsx'
import { locationsUi } from './locations/index.tsx'
import { observationsUi } from './observations/index.tsx'
import { opportunitiesUi } from './opportunities/index.tsx'
import { ordersUi } from './orders/index.tsx'
import { patientActivitiesUi } from './patient-activities/index.tsx'
import { patientTasksUi } from './patient-tasks/index.tsx'
import { patientsUi } from './patients/index.tsx'
import { peopleUi } from './people/index.tsx'
import { pipelinesUi } from './pipelines/index.tsx'
import { practitionerRolesUi } from './practitioner-roles/index.tsx'
import { referralsUi } from './referrals/index.tsx'
import { relatedPersonsUi } from './related-persons/index.tsx'
import { tasksUi } from './tasks/index.tsx'
import { territoriesUi } from './territories/index.tsx'

// The order here is the order of the navigation and of the first page.
const byModule = {
  appointments: appointmentsUi,
  patients: patientsUi,
  referrals: referralsUi,
  cases: casesUi,
  tasks: tasksUi,
  opportunities: opportunitiesUi,
  accounts: accountsUi,
  contacts: contactsUi,
  activities: activitiesUi,
  'patient-activities': patientActivitiesUi,
  'patient-tasks': patientTasksUi,
  encounters: encountersUi,
  observations: observationsUi,
  'diagnostic-reports': diagnosticReportsUi,
  orders: ordersUi,
  documents: documentsUi,
  immunizations: immunizationsUi,
  allergies: allergiesUi,
  conditions: conditionsUi,
  'related-persons': relatedPersonsUi,
  coverage: coverageUi,
  consents: consentsUi,
  'care-teams': careTeamsUi,
  'practitioner-roles': practitionerRolesUi,
  territories: territoriesUi,
  pipelines: pipelinesUi,
  people: peopleUi,
  locations: locationsUi,
} as const satisfies { readonly [Name in ModuleName]: UiModule<Name> }

/** The screens of every module; the compiler asks for those of a new one. */
export const uiModules: readonly UiModule[] = Object.values(byModule)
