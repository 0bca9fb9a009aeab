import { addDays, codeSystems } from '#app/values/index.ts'
import { icd, practitionersBySite, reasons } from './care.ts'
import { homeSite } from './clinical.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import type { World } from './world.ts'

// What holds of patients wherever they are cared for: allergies and conditions.

type Patients = readonly SeedRecord<'patients'>[]
type Contacts = readonly SeedRecord<'contacts'>[]

/** SNOMED CT code, name, category, and how it shows. */
const substances = [
  ['91936005', 'Allergy to penicillin', 'medication', 'Hives'],
  ['91934008', 'Allergy to nut', 'food', 'Swelling of the lips'],
  ['300913006', 'Allergy to shellfish', 'food', 'Wheezing'],
  ['300916003', 'Latex allergy', 'environment', 'Contact dermatitis'],
  ['293586001', 'Allergy to aspirin', 'medication', 'Shortness of breath'],
  ['91935009', 'Allergy to peanut', 'food', 'Anaphylaxis'],
] as const

export function* allergyRecords(world: World, patients: Patients): Generator<SeedRecord<'allergies'>> {
  const random = world.random.fork('allergies')
  for (let number = 0; number < world.amount(200); number += 1) {
    const patient = random.pick(patients)
    const site = homeSite(world, patient)
    const [code, display, category, reaction] = random.pick(substances)
    const days = random.int(5, 380)
    const severe = random.chance(0.3)
    const refuted = random.chance(0.04)
    const made = world.daysAgo(days, random)
    yield record(
      'allergies',
      { random, by: site.coordinatorId, at: made },
      {
        patientId: patient.id,
        siteIds: patient.data.siteIds,
        code: { codings: [{ system: codeSystems.snomed, code, display }] },
        clinicalStatus: refuted ? null : random.pick(['active', 'active', 'active', 'inactive']),
        verificationStatus: refuted ? 'refuted' : random.pick(['confirmed', 'confirmed', 'unconfirmed']),
        type: 'allergy',
        categories: [category],
        criticality: severe ? 'high' : random.pick(['low', 'unable-to-assess']),
        reactions: [
          {
            key: 'first',
            manifestations: [{ codings: [], text: reaction }],
            severity: severe ? 'severe' : random.pick(['mild', 'moderate'] as const),
          },
        ],
        onset: random.chance(0.5) ? String(random.int(1975, Number(world.today.slice(0, 4)) - 1)) : null,
        recordedDate: new Date(made).toISOString().slice(0, 10),
        asserter: random.chance(0.6) ? 'The patient' : null,
      },
    )
  }
}

export function* conditionRecords(
  world: World,
  patients: Patients,
  contacts: Contacts,
): Generator<SeedRecord<'conditions'>> {
  const random = world.random.fork('conditions')
  const practitionersAt = practitionersBySite(world, contacts)
  // The examination without findings is a reason to come, and no condition.
  const diagnoses = reasons.filter(([code]) => !code.startsWith('Z'))
  for (let number = 0; number < world.amount(250); number += 1) {
    const patient = random.pick(patients)
    const site = homeSite(world, patient)
    const practitioners = practitionersAt(site.id)
    const days = random.int(30, 4000)
    const over = random.chance(0.25)
    yield record(
      'conditions',
      { random, by: site.coordinatorId, at: world.daysAgo(random.int(5, 380), random) },
      {
        patientId: patient.id,
        siteIds: patient.data.siteIds,
        code: { codings: [icd(random.pick(diagnoses))] },
        clinicalStatus: over ? 'resolved' : random.pick(['active', 'active', 'remission']),
        verificationStatus: random.pick(['confirmed', 'confirmed', 'provisional']),
        onset: addDays(world.today, -days).slice(0, random.pick([4, 7, 10])),
        abatement: over ? addDays(world.today, -random.int(1, 29)) : null,
        recordedDate: addDays(world.today, -Math.min(days, random.int(1, 380))),
        asserter: practitioners.length > 0 ? random.pick(practitioners) : null,
      },
    )
  }
}
