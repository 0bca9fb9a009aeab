import { addDays, codeSystems, identifier } from '#app/values/index.ts'
import type { CodeableConcept } from '#app/values/index.ts'
import { practitionersBySite } from './care.ts'
import type { Random } from './random.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import type { Site, World } from './world.ts'

// What hospitals and laboratories hold about patients: orders with their reports, letters, vaccines.

type Patients = readonly SeedRecord<'patients'>[]
type Contacts = readonly SeedRecord<'contacts'>[]
type Encounters = readonly SeedRecord<'encounters'>[]
type Orders = readonly SeedRecord<'orders'>[]

const HOUR = 3_600_000

export function homeSite(world: World, patient: SeedRecord<'patients'>): Site {
  return world.sites.find(({ id }) => id === patient.data.siteIds[0]) ?? world.sites[0]
}

export function siteOf(world: World, siteId: string): Site {
  return world.sites.find(({ id }) => id === siteId) ?? world.sites[0]
}

export function loinc(code: string, display: string): CodeableConcept {
  return { codings: [{ system: codeSystems.loinc, code, display }] }
}

/** A number that a site's own system gave. */
export function numbered(site: Site, type: string, prefix: string, number: number) {
  return identifier({
    type,
    value: `SYN-${prefix}-${String(number + 1).padStart(6, '0')}`,
    authority: site.authority,
  })
}

/** What is ordered, how it is reported, and what the report usually concludes. */
const examinations = [
  [
    '24323-8',
    'Comprehensive metabolic 2000 panel - Serum or Plasma',
    'Laboratory',
    'Within the usual range.',
  ],
  ['58410-2', 'CBC panel - Blood by Automated count', 'Laboratory', 'Mild anaemia; repeat in three months.'],
  ['24331-1', 'Lipid 1996 panel - Serum or Plasma', 'Laboratory', 'LDL above the goal under treatment.'],
  ['30746-2', 'Portable XR Chest Views', 'Radiology', 'No acute cardiopulmonary process.'],
  ['24558-9', 'US Abdomen', 'Radiology', 'Small gallstone without signs of inflammation.'],
  ['11524-6', 'EKG study', 'Cardiology', 'Sinus rhythm, normal intervals.'],
] as const

/** Some with every second encounter. */
export function orderRecords(world: World, encounters: Encounters, contacts: Contacts): Orders {
  const random = world.random.fork('orders')
  const practitionersAt = practitionersBySite(world, contacts)
  return encounters
    .filter((_encounter, place) => place % 2 === 0)
    .map((encounter, number) => {
      const site = siteOf(world, encounter.data.siteId)
      const [code, display, service] = examinations[number % examinations.length] ?? examinations[0]
      const begun = Date.parse(encounter.data.period.start ?? encounter.createdAt)
      const done = random.chance(0.75)
      return record(
        'orders',
        { random, by: site.coordinatorId, at: begun + HOUR / 4 },
        {
          identifiers: [numbered(site, 'PLAC', 'O', number), numbered(site, 'FILL', 'F', number)],
          patientId: encounter.data.patientId,
          encounterId: encounter.id,
          siteId: site.id,
          status: done ? 'completed' : random.pick(['active', 'active', 'on-hold', 'revoked']),
          priority: random.pick(['routine', 'routine', 'routine', 'urgent', 'stat']),
          category: { codings: [], text: service },
          code: loinc(code, display),
          authoredOn: new Date(begun + HOUR / 4).toISOString(),
          requester: encounter.data.attending ?? practitionersAt(site.id)[0] ?? null,
          reasonCodes: encounter.data.reason === null ? [] : [encounter.data.reason],
        },
      )
    })
}

/** One for each order that was carried out. */
export function* reportRecords(world: World, orders: Orders): Generator<SeedRecord<'diagnostic-reports'>> {
  const random = world.random.fork('diagnostic-reports')
  for (const order of orders) {
    if (order.data.status !== 'completed') continue
    const site = siteOf(world, order.data.siteId)
    const code = order.data.code.codings[0]?.code
    const found = examinations.find(([each]) => each === code) ?? examinations[0]
    const taken = Date.parse(order.createdAt) + HOUR
    const issued = taken + random.int(1, 30) * HOUR
    yield record(
      'diagnostic-reports',
      { random, by: site.coordinatorId, at: issued },
      {
        identifiers: order.data.identifiers,
        patientId: order.data.patientId,
        encounterId: order.data.encounterId,
        siteId: site.id,
        status: random.pick(['final', 'final', 'final', 'preliminary', 'corrected']),
        category: order.data.category,
        code: order.data.code,
        effectivePeriod: { start: new Date(taken).toISOString() },
        issuedAt: new Date(issued).toISOString(),
        orderedBy: order.data.requester,
        conclusion: found[3],
      },
    )
  }
}

const letters = [
  [
    '18842-5',
    'Discharge summary',
    'Went home in good condition. Follow-up with the family physician in a week.',
  ],
  ['11488-4', 'Consult note', 'Seen in consultation. No change of the medicines; review in six months.'],
  ['34133-9', 'Summary of episode note', 'Summary of the episode for the physician who goes on treating.'],
  ['57133-1', 'Referral note', 'Please see and advise; the findings so far are enclosed.'],
] as const

export function* documentRecords(world: World, encounters: Encounters): Generator<SeedRecord<'documents'>> {
  const random = world.random.fork('documents')
  for (const [number, encounter] of encounters.entries()) {
    if (number % 4 !== 1) continue
    const site = siteOf(world, encounter.data.siteId)
    const [code, display, text] = random.pick(letters)
    const written = Date.parse(encounter.data.period.end ?? encounter.createdAt) + HOUR
    const signed = random.chance(0.8)
    yield record(
      'documents',
      { random, by: site.coordinatorId, at: written },
      {
        identifiers: [numbered(site, 'RI', 'D', number)],
        patientId: encounter.data.patientId,
        encounterId: encounter.id,
        siteId: site.id,
        docStatus: signed ? 'final' : 'preliminary',
        type: loinc(code, display),
        description: `${display}, ${new Date(written).toISOString().slice(0, 10)}`,
        date: new Date(written).toISOString(),
        author: encounter.data.attending,
        authenticator: signed ? encounter.data.attending : null,
        authenticatedAt: signed ? new Date(written + HOUR).toISOString() : null,
        text,
      },
    )
  }
}

/** CVX code, name, what it protects from, manufacturer (MVX), and how it is given. */
const vaccines = [
  ['208', 'COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose', 'COVID-19', 'PFR', '0.3'],
  ['141', 'Influenza, seasonal, injectable', 'Influenza', 'SKB', '0.5'],
  ['115', 'Tdap', 'Tetanus, diphtheria, pertussis', 'SKB', '0.5'],
  ['187', 'Zoster vaccine recombinant', 'Herpes zoster', 'SKB', '0.5'],
  ['133', 'Pneumococcal conjugate PCV 13', 'Pneumococcal disease', 'PFR', '0.5'],
] as const

const cvx = 'http://hl7.org/fhir/sid/cvx'
const mvx = 'http://hl7.org/fhir/sid/mvx'

export function* immunizationRecords(
  world: World,
  patients: Patients,
  contacts: Contacts,
): Generator<SeedRecord<'immunizations'>> {
  const random = world.random.fork('immunizations')
  const practitionersAt = practitionersBySite(world, contacts)
  for (let number = 0; number < world.amount(150); number += 1) {
    const patient = random.pick(patients)
    const site = homeSite(world, patient)
    const [code, display, disease, maker, dose] = random.pick(vaccines)
    const given = random.chance(0.94)
    const here = random.chance(0.7)
    const days = random.int(1, 900)
    const practitioners = practitionersAt(site.id)
    yield record(
      'immunizations',
      { random, by: site.coordinatorId, at: world.daysAgo(Math.min(days, 300), random) },
      {
        identifiers: [numbered(site, 'FILL', 'I', number)],
        patientId: patient.id,
        siteId: site.id,
        status: given ? 'completed' : 'not-done',
        statusReason: given ? null : { codings: [], text: 'Patient declined' },
        vaccineCode: { codings: [{ system: cvx, code, display }] },
        occurrence: addDays(world.today, -days),
        primarySource: here,
        reportOrigin: here ? null : { codings: [], text: 'Told by the patient' },
        manufacturer: given ? { codings: [{ system: mvx, code: maker }] } : null,
        lotNumber: given && here ? lotOf(random) : null,
        expirationDate: given && here ? addDays(world.today, random.int(30, 500)) : null,
        doseQuantity: given ? { value: dose, unit: 'mL', code: 'mL' } : null,
        bodySite: given ? { codings: [], text: random.pick(['Left deltoid', 'Right deltoid']) } : null,
        route: given ? { codings: [], text: 'Intramuscular' } : null,
        performer: here && practitioners.length > 0 ? random.pick(practitioners) : null,
        doseNumber: String(random.int(1, 2)),
        targetDiseases: [{ codings: [], text: disease }],
      },
    )
  }
}

function lotOf(random: Random): string {
  return `SYN${String(random.int(1000, 9999))}${random.pick(['A', 'B', 'C'])}`
}
