import { addDays } from '#app/values/index.ts'
import { icd, practitionersBySite, professionalOf, reasons } from './care.ts'
import { homeSite, numbered } from './clinical.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import type { World } from './world.ts'

type Patients = readonly SeedRecord<'patients'>[]
type Contacts = readonly SeedRecord<'contacts'>[]

const services = [
  ['Cardiology', 'I10'],
  ['Endocrinology', 'E11.9'],
  ['Pulmonology', 'J45.909'],
  ['Orthopedics', 'M54.50'],
  ['Neurology', 'R51.9'],
  ['Urology', 'N39.0'],
] as const

/** Two in three come to a site, the others are sent elsewhere. Open ones are due around today. */
export function* referralRecords(
  world: World,
  patients: Patients,
  contacts: Contacts,
): Generator<SeedRecord<'referrals'>> {
  const random = world.random.fork('referrals')
  const practitionersAt = practitionersBySite(world, contacts)
  const physiciansAt = new Map(
    world.sites.map(({ id }) => {
      const near = contacts.filter(({ data }) => data.profession === 'physician' && data.siteIds.includes(id))
      return [id, near.length > 0 ? near : contacts] as const
    }),
  )
  for (let number = 0; number < world.amount(90); number += 1) {
    const patient = random.pick(patients)
    const site = homeSite(world, patient)
    const [specialty, why] = random.pick(services)
    const reason = reasons.find(([code]) => code === why) ?? reasons[0]
    const status = random.pick([
      'sent',
      'sent',
      'accepted',
      'scheduled',
      'seen',
      'closed',
      'declined',
    ] as const)
    const age = status === 'closed' || status === 'declined' ? random.int(8, 120) : random.int(0, 25)
    const direction = random.chance(0.65) ? 'in' : 'out'
    const own = practitionersAt(site.id)
    const [us, them] = [
      own.length > 0 ? random.pick(own) : null,
      random.pick(physiciansAt.get(site.id) ?? contacts),
    ]
    const other = professionalOf(them)
    const account = them.data.affiliations[0]?.accountId ?? null
    yield record(
      'referrals',
      { random, by: site.coordinatorId, at: world.daysAgo(age, random) },
      {
        identifiers: [numbered(site, direction === 'in' ? 'FILL' : 'PLAC', 'R', number)],
        patientId: patient.id,
        siteId: site.id,
        direction,
        status,
        statusReason:
          status === 'declined' ? random.pick(['No capacity', 'Not our field', 'No answer']) : null,
        priority: random.pick(['routine', 'routine', 'routine', 'urgent', 'asap']),
        code: { codings: [], text: specialty },
        reason: { codings: [icd(reason)] },
        requester: direction === 'in' ? other : us,
        requesterAccountId: direction === 'in' ? account : null,
        performer: direction === 'in' ? us : other,
        performerAccountId: direction === 'in' ? null : account,
        authoredOn: addDays(world.today, -age),
        expiresOn: addDays(world.today, random.int(30, 180)),
        authorizationNumber: random.chance(0.4) ? `SYN-AUTH-${number + 1}` : null,
        visitsAuthorized: random.chance(0.4) ? random.int(1, 6) : null,
        ownerId: site.coordinatorId,
        dueOn: status === 'closed' || status === 'declined' ? null : addDays(world.today, random.int(-3, 10)),
      },
    )
  }
}
