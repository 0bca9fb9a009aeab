import { addDays, codeSystems, identifier, instantOf, nameText } from '#app/values/index.ts'
import type { Professional } from '#app/values/index.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import { rooms } from './reference-data.ts'
import type { World } from './world.ts'

// This week at both sites, and what was found in the months before.

type Patients = readonly SeedRecord<'patients'>[]
type Contacts = readonly SeedRecord<'contacts'>[]

const services = [
  'Follow-up visit',
  'New patient visit',
  'Blood draw',
  'Vaccination',
  'Ultrasound',
  'Diabetes education',
]

export const reasons = [
  ['E11.9', 'Type 2 diabetes mellitus without complications'],
  ['I10', 'Essential (primary) hypertension'],
  ['J45.909', 'Unspecified asthma, uncomplicated'],
  ['M54.50', 'Low back pain, unspecified'],
  ['N39.0', 'Urinary tract infection, site not specified'],
  ['R51.9', 'Headache, unspecified'],
  ['Z00.00', 'Encounter for general adult medical examination without abnormal findings'],
] as const

/** Monday to Friday of the week that holds today, and today. */
function workingDays(today: string): readonly string[] {
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7
  const monday = addDays(today, -weekday)
  return [...new Set([0, 1, 2, 3, 4].map((day) => addDays(monday, day)).concat(today))].toSorted()
}

/** The professionals who see patients at each site: four for the usual amount. */
export function practitionersBySite(
  world: World,
  contacts: Contacts,
): (siteId: string) => readonly Professional[] {
  const bySite = new Map(
    world.sites.map(({ id }) => {
      const own = contacts.filter(({ data }) => data.npi !== null && data.siteIds.includes(id))
      return [id, own.slice(0, world.amount(4)).map(professionalOf)] as const
    }),
  )
  return (siteId) => bySite.get(siteId) ?? []
}

export function professionalOf({ id, data }: SeedRecord<'contacts'>): Professional {
  return {
    contactId: id,
    ...(data.names[0] === undefined ? {} : { name: nameText(data.names[0]) }),
    identifiers: data.npi === null ? [] : [identifier({ type: 'NPI', value: data.npi })],
  }
}

/** Half-hours from 8 to 17 without the lunch hour, by practitioner; about two in three are taken. */
export function* appointmentRecords(
  world: World,
  patients: Patients,
  contacts: Contacts,
): Generator<SeedRecord<'appointments'>> {
  const random = world.random.fork('appointments')
  const practitionersAt = practitionersBySite(world, contacts)
  let number = 0
  for (const site of world.sites) {
    const own = patients.filter(({ data }) => data.siteIds.includes(site.id) && data.deceased === null)
    for (const [place, practitioner] of practitionersAt(site.id).entries()) {
      for (const day of workingDays(world.today)) {
        for (let half = 16; half < 34; half += 1) {
          if (half === 24 || half === 25 || random.chance(0.36)) continue
          number += 1
          const clock = `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}:00`
          yield record(
            'appointments',
            { random, by: site.coordinatorId, at: world.daysAgo(random.int(8, 60), random) },
            {
              identifiers: [
                identifier({ type: 'FILL', value: `SYN-S-${number}`, authority: site.authority }),
              ],
              status:
                day < world.today
                  ? random.pick(['fulfilled', 'fulfilled', 'fulfilled', 'noshow', 'cancelled'])
                  : 'booked',
              start: { local: `${day}T${clock}`, zone: world.zone },
              durationMinutes: 30,
              patientId: random.pick(own).id,
              practitioner,
              locationId: rooms(site)[place % 4]?.id ?? null,
              siteId: site.id,
              service: { codings: [], text: random.pick(services) },
              reason: random.chance(0.5) ? { codings: [icd(random.pick(reasons))] } : null,
            },
          )
        }
      }
    }
  }
}

export function encounterRecords(
  world: World,
  patients: Patients,
  contacts: Contacts,
): readonly SeedRecord<'encounters'>[] {
  const random = world.random.fork('encounters')
  const practitionersAt = practitionersBySite(world, contacts)
  return Array.from({ length: world.amount(300) }, (_, number) => {
    const patient = random.pick(patients)
    const site = world.sites.find(({ id }) => id === patient.data.siteIds[0]) ?? world.sites[0]
    const practitioners = practitionersAt(site.id)
    const begun = world.daysAgo(random.int(1, 120), random)
    const kind = random.pick(['outpatient', 'outpatient', 'outpatient', 'emergency', 'inpatient'] as const)
    const hours = kind === 'inpatient' ? random.int(20, 120) : random.int(1, 4)
    const finished = begun + hours * 3_600_000 < world.daysAgo(0, random)
    return record(
      'encounters',
      { random, by: site.coordinatorId, at: begun },
      {
        identifiers: [
          identifier({
            type: 'VN',
            value: `SYN-V-${String(number + 1).padStart(6, '0')}`,
            authority: site.authority,
          }),
        ],
        patientId: patient.id,
        siteId: site.id,
        class: kind,
        status: finished ? 'finished' : 'in-progress',
        period: {
          start: new Date(begun).toISOString(),
          ...(finished ? { end: new Date(begun + hours * 3_600_000).toISOString() } : {}),
        },
        location: { locationId: site.id, facility: site.code },
        attending: practitioners.length > 0 ? random.pick(practitioners) : null,
        reason: { codings: [icd(random.pick(reasons))] },
      },
    )
  })
}

export function icd([code, display]: readonly [string, string]) {
  return { system: codeSystems.icd10cm, code, display }
}

/** LOINC code, name, unit, decimals, usual range, and the range that chance draws from. */
const tests = [
  ['2345-7', 'Glucose [Mass/volume] in Serum or Plasma', 'mg/dL', 0, 70, 99, 60, 210],
  ['4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood', '%', 1, 4, 5.6, 4.6, 11],
  ['2160-0', 'Creatinine [Mass/volume] in Serum or Plasma', 'mg/dL', 2, 0.6, 1.3, 0.5, 2.4],
  ['2823-3', 'Potassium [Moles/volume] in Serum or Plasma', 'mmol/L', 1, 3.5, 5.1, 3, 5.9],
  ['2951-2', 'Sodium [Moles/volume] in Serum or Plasma', 'mmol/L', 0, 136, 145, 130, 150],
  ['718-7', 'Hemoglobin [Mass/volume] in Blood', 'g/dL', 1, 12, 17, 8, 18],
] as const

/** Two findings for each encounter. */
export function* observationRecords(
  world: World,
  encounters: readonly SeedRecord<'encounters'>[],
): Generator<SeedRecord<'observations'>> {
  const random = world.random.fork('observations')
  for (const [place, encounter] of encounters.entries()) {
    const site = world.sites.find(({ id }) => id === encounter.data.siteId) ?? world.sites[0]
    for (const turn of [0, 1]) {
      const test = tests[(place + turn * 3) % tests.length]
      if (test === undefined) continue
      const [code, display, unit, decimals, low, high, least, most] = test
      const measured = least + random.next() * (most - least)
      const value = measured.toFixed(decimals)
      const takenAt =
        encounter.data.period.start ?? instantOf({ local: `${world.today}T08:00:00`, zone: world.zone })
      yield record(
        'observations',
        { random, by: site.coordinatorId, at: Date.parse(takenAt) + 3_600_000 },
        {
          identifiers: [identifier({ type: 'FILL', value: `SYN-L-${place + 1}`, authority: site.authority })],
          patientId: encounter.data.patientId,
          encounterId: encounter.id,
          siteId: encounter.data.siteId,
          code: { codings: [{ system: codeSystems.loinc, code, display }] },
          panel: { codings: [], text: 'Chemistry panel' },
          status: 'final',
          value: { type: 'quantity', quantity: { value, unit, code: unit } },
          referenceRange: { low: String(low), high: String(high), unit },
          interpretation: [Number(value) < low ? 'L' : Number(value) > high ? 'H' : 'N'],
          effectiveAt: takenAt,
          issuedAt: new Date(Date.parse(takenAt) + 3_600_000).toISOString(),
        },
      )
    }
  }
}
