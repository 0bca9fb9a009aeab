import type { DataOfModule } from '#app/modules/index.ts'
import { addDays } from '#app/values/index.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import type { World } from './world.ts'

// What coordinators follow: cases, what was said about patients, and what is to be done for them.

type Accounts = readonly SeedRecord<'accounts'>[]
type Patients = readonly SeedRecord<'patients'>[]
type Cases = readonly SeedRecord<'cases'>[]
type Category = DataOfModule<'cases'>['category']

const subjects: Readonly<Partial<Record<Category, readonly string[]>>> = {
  referral: [
    'Referral to cardiology not arrived',
    'Referral needs a signed order',
    'Second opinion asked for',
  ],
  scheduling: ['Asks for an earlier appointment', 'Needs transport to the visit', 'Missed two appointments'],
  results: [
    'Asks for laboratory results',
    'Result went to the wrong physician',
    'Critical potassium called in',
  ],
  records: ['Records release to new physician', 'Correction of the address asked for'],
  authorisation: ['Prior authorisation for MRI', 'Insurer refused the infusion'],
  billing: ['Charged twice for one visit', 'Asks for an itemised bill'],
  complaint: ['Waited two hours past the appointment', 'Unhappy with the phone line'],
}
const business: Readonly<Partial<Record<Category, readonly string[]>>> = {
  supplies: ['Reagents delivered late', 'Reader shows an error on start', 'Short of collection tubes'],
  billing: ['Invoice does not match the order', 'Price of the contract not applied'],
  complaint: ['Courier came after closing', 'No answer to three calls'],
}

/** Most cases are about a patient of a site; some are an account's and belong to its territory. */
export function caseRecords(world: World, accounts: Accounts, patients: Patients): Cases {
  const random = world.random.fork('cases')
  return Array.from({ length: world.amount(200) }, () => {
    const patient = random.chance(0.7) ? random.pick(patients) : undefined
    const account = patient === undefined || random.chance(0.3) ? random.pick(accounts) : undefined
    const site =
      world.sites.find(({ id }) => id === (patient?.data.siteIds[0] ?? account?.data.siteIds[0])) ??
      world.sites[0]
    const [category, words] = random.pick(Object.entries(patient === undefined ? business : subjects))
    const status = random.pick(['new', 'open', 'open', 'waiting', 'resolved', 'closed'] as const)
    const age = random.int(1, 60)
    const over = status === 'resolved' || status === 'closed'
    return record(
      'cases',
      { random, by: site.coordinatorId, at: world.daysAgo(age, random) },
      {
        subject: random.pick(words),
        description: random.chance(0.7)
          ? `${random.pick(words)}. Called at the front desk; promised to call back.`
          : null,
        category: category as Category,
        status,
        priority: random.pick(['low', 'normal', 'normal', 'normal', 'high', 'urgent']),
        origin: random.pick(['phone', 'phone', 'email', 'walk-in', 'portal']),
        dueOn: over ? null : addDays(world.today, random.int(-3, 14)),
        patientId: patient?.id ?? null,
        accountId: account?.id ?? null,
        ownerId: site.coordinatorId,
        siteId: site.id,
        territoryId: account?.data.territoryId ?? null,
        resolution: over ? 'Settled by phone.' : null,
        closedAt: over ? new Date(world.daysAgo(random.int(0, age - 1), random)).toISOString() : null,
      },
    )
  })
}

const calls = [
  'Asked for the opening hours',
  'Confirmed the appointment',
  'Left a message to call back',
  'Asked about the preparation for the test',
  'Reported a new phone number',
]

export function* patientActivityRecords(
  world: World,
  patients: Patients,
  cases: Cases,
): Generator<SeedRecord<'patient-activities'>> {
  const random = world.random.fork('patient-activities')
  const patientsById = new Map(patients.map((patient) => [patient.id, patient]))
  const withPatient = cases.filter(({ data }) => data.patientId !== null)
  for (let number = 0; number < world.amount(300); number += 1) {
    const about = random.chance(0.5) ? random.pick(withPatient) : undefined
    const patient = patientsById.get(about?.data.patientId ?? '') ?? random.pick(patients)
    const siteId = about?.data.siteId ?? patient.data.siteIds[0] ?? world.sites[0].id
    const site = world.sites.find(({ id }) => id === siteId) ?? world.sites[0]
    const at = world.daysAgo(random.int(0, 60), random)
    yield record(
      'patient-activities',
      { random, by: site.coordinatorId, at },
      {
        type: random.pick(['call', 'call', 'message', 'email', 'note']),
        subject: random.pick(calls),
        occurredAt: new Date(at).toISOString(),
        durationMinutes: random.int(1, 12),
        direction: random.pick(['in', 'out']),
        ownerId: site.coordinatorId,
        patientId: patient.id,
        caseId: about?.id ?? null,
        siteId,
      },
    )
  }
}

const duties = [
  'Call back',
  'Send the records',
  'Ask the physician',
  'Check the authorisation',
  'Book an interpreter',
  'Confirm the transport',
]

export function* patientTaskRecords(world: World, cases: Cases): Generator<SeedRecord<'patient-tasks'>> {
  const random = world.random.fork('patient-tasks')
  for (let number = 0; number < world.amount(150); number += 1) {
    const about = random.pick(cases)
    const site = world.sites.find(({ id }) => id === about.data.siteId) ?? world.sites[0]
    yield record(
      'patient-tasks',
      { random, by: site.coordinatorId, at: world.daysAgo(random.int(0, 20), random) },
      {
        title: random.pick(duties),
        status: random.pick(['open', 'open', 'in-progress', 'waiting', 'cancelled']),
        priority: random.pick(['normal', 'normal', 'high', 'urgent']),
        dueOn: addDays(world.today, random.int(-2, 10)),
        assigneeId: site.coordinatorId,
        about: { collection: 'cases', kind: 'case', id: about.id },
        patientId: about.data.patientId,
        siteId: site.id,
      },
    )
  }
}
