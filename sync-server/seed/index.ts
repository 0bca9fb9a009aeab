import type { Organisation, User } from '#app/protocol/index.ts'
import { accountRecords } from './accounts.ts'
import { activityRecords, opportunityRecords, taskRecords } from './business.ts'
import { appointmentRecords, encounterRecords, observationRecords } from './care.ts'
import { documentRecords, immunizationRecords, orderRecords, reportRecords } from './clinical.ts'
import { contactRecords } from './contacts.ts'
import { patientRecords } from './patients.ts'
import type { SeedRecord } from './record.ts'
import {
  careTeamRecords,
  locationRecords,
  peopleRecords,
  pipelineRecords,
  territoryRecords,
} from './reference-data.ts'
import { allergyRecords, conditionRecords } from './health.ts'
import { consentRecords } from './consents.ts'
import { coverageRecords, relatedPersonRecords } from './around-patients.ts'
import { practitionerRoleRecords } from './practitioner-roles.ts'
import { referralRecords } from './referrals.ts'
import { caseRecords, patientActivityRecords, patientTaskRecords } from './service.ts'
import { usersOf } from './users.ts'
import { worldOf } from './world.ts'
import type { CareTeam, SeedOptions, Site, Territory, World } from './world.ts'

export type { SeedRecord } from './record.ts'
export { DEMO_PASSWORD } from './users.ts'
export type { CareTeam, SeedOptions, Site, Territory } from './world.ts'

export type SyntheticOrganisation = {
  readonly organisation: Organisation
  readonly users: readonly User[]
  /** With the codes and authorities by which the sites' feeds name themselves and their patients. */
  readonly sites: readonly [Site, Site]
  readonly territories: readonly [Territory, Territory]
  readonly careTeams: readonly [CareTeam, CareTeam]
  /** Every record, after those it refers to. Each walk makes the same ones again. */
  readonly documents: Iterable<SeedRecord>
}

/**
 * An organisation that is nobody's, for demonstrations, tests and benchmarks. Pure: the same options give the same
 * organisation, and nothing is written.
 */
export function syntheticOrganisation(options: SeedOptions): SyntheticOrganisation {
  const world = worldOf(options)
  const users = usersOf(world)
  return {
    organisation: {
      id: world.organisationId,
      name: 'Hudson Valley Health Partners (synthetic)',
      data: 'synthetic',
      zone: options.zone,
    },
    users,
    sites: world.sites,
    territories: world.territories,
    careTeams: world.careTeams,
    documents: { [Symbol.iterator]: () => records(world, users) },
  }
}

function* records(world: World, users: readonly User[]): Generator<SeedRecord> {
  yield* locationRecords(world)
  yield* territoryRecords(world)
  yield* peopleRecords(world, users)
  yield* pipelineRecords(world)
  const accounts = accountRecords(world)
  yield* accounts
  const contacts = contactRecords(world, accounts)
  yield* contacts
  yield* practitionerRoleRecords(world, contacts)
  yield* careTeamRecords(world, contacts)
  const opportunities = opportunityRecords(world, accounts, contacts)
  yield* opportunities
  yield* activityRecords(world, accounts, opportunities)
  yield* taskRecords(world, accounts)
  const patients = patientRecords(world, contacts)
  yield* patients
  const appointments = [...appointmentRecords(world, patients, contacts)]
  yield* appointments
  // Who opens a record from the schedule of this week is to find something in it.
  const expected = patientsOf(appointments, patients)
  const encounters = encounterRecords(world, expected, contacts)
  yield* encounters
  yield* observationRecords(world, encounters)
  const orders = orderRecords(world, encounters, contacts)
  yield* orders
  yield* reportRecords(world, orders)
  yield* documentRecords(world, encounters)
  yield* immunizationRecords(world, expected, contacts)
  yield* referralRecords(world, expected, contacts)
  yield* allergyRecords(world, expected)
  yield* conditionRecords(world, expected, contacts)
  const relatedPersons = relatedPersonRecords(world, expected)
  yield* relatedPersons
  yield* coverageRecords(world, expected, relatedPersons)
  yield* consentRecords(world, expected)
  const cases = caseRecords(world, accounts, patients)
  yield* cases
  yield* patientActivityRecords(world, patients, cases)
  yield* patientTaskRecords(world, cases)
}

function patientsOf(
  appointments: readonly SeedRecord<'appointments'>[],
  patients: readonly SeedRecord<'patients'>[],
): readonly SeedRecord<'patients'>[] {
  const ids = new Set(appointments.map(({ data }) => data.patientId))
  return patients.filter(({ id }) => ids.has(id))
}
