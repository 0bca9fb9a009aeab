import { addDays, nameText } from '#app/values/index.ts'
import { homeSite } from './clinical.ts'
import { familyName, givenName, humanName, mail, phone } from './persons.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import type { World } from './world.ts'

// Who stands around a patient: family, guardians, and who pays.

type Patients = readonly SeedRecord<'patients'>[]
type RelatedPersons = readonly SeedRecord<'related-persons'>[]

const kin = ['Spouse', 'Daughter', 'Son', 'Mother', 'Father', 'Sister', 'Friend'] as const

export function relatedPersonRecords(world: World, patients: Patients): RelatedPersons {
  const random = world.random.fork('related-persons')
  return Array.from({ length: world.amount(200) }, (_, number) => {
    const patient = random.pick(patients)
    const site = homeSite(world, patient)
    const relationship = random.pick(kin)
    const family = patient.data.names[0]?.family
    const name = humanName({
      use: 'official',
      given: [givenName(random, random.pick(['female', 'male']))],
      family: family !== undefined && random.chance(0.6) ? family : familyName(random),
    })
    return record(
      'related-persons',
      { random, by: site.coordinatorId, at: world.daysAgo(random.int(5, 380), random) },
      {
        patientId: patient.id,
        siteIds: patient.data.siteIds,
        names: [name],
        relationship: [{ codings: [], text: relationship }],
        roles: random
          .pick([['emergency-contact'], ['emergency-contact', 'next-of-kin'], ['guarantor']] as const)
          .slice(),
        rank: random.chance(0.7) ? 1 : 2,
        telecoms: [
          phone(random, site.town, 'mobile'),
          ...(random.chance(0.3) ? [mail(nameText(name), number, 'home')] : []),
        ],
      },
    )
  })
}

const insurers = [
  ['Hudson Mutual Health', 'HMO Silver'],
  ['Catskill Blue Plan', 'PPO Gold'],
  ['Mohawk Care Advantage', 'Medicare Advantage'],
  ['Empire Family Cover', 'Medicaid Managed Care'],
] as const

/** Most pay for themselves; some are insured with one of their family. */
export function* coverageRecords(
  world: World,
  patients: Patients,
  relatedPersons: RelatedPersons,
): Generator<SeedRecord<'coverage'>> {
  const random = world.random.fork('coverage')
  const kinOf = Map.groupBy(relatedPersons, ({ data }) => data.patientId)
  for (let number = 0; number < world.amount(250); number += 1) {
    const patient = random.pick(patients)
    const site = homeSite(world, patient)
    const [payor, plan] = random.pick(insurers)
    const insured = random.chance(0.5) ? kinOf.get(patient.id)?.[0] : undefined
    const year = Number(world.today.slice(0, 4))
    yield record(
      'coverage',
      { random, by: site.coordinatorId, at: world.daysAgo(random.int(5, 380), random) },
      {
        patientId: patient.id,
        siteIds: patient.data.siteIds,
        status: random.chance(0.92) ? 'active' : 'cancelled',
        order: 1,
        payor,
        payorTelecoms: [phone(random, site.town, 'work')],
        plan: { codings: [], text: plan },
        groupNumber: `SYN-G-${random.int(100, 999)}`,
        subscriberId: `SYN-M-${String(number + 1).padStart(7, '0')}`,
        relationship: insured === undefined ? 'self' : 'other',
        subscriberPersonId: insured?.id ?? null,
        period: { start: `${year}-01-01`, ...(random.chance(0.5) ? { end: `${year}-12-31` } : {}) },
        copay: { minor: random.pick([0, 1500, 2500, 4000]), currency: 'USD' },
        verifiedAt: random.chance(0.6) ? addDays(world.today, -random.int(0, 60)) : null,
      },
    )
  }
}
