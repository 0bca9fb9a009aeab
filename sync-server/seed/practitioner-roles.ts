import { addDays } from '#app/values/index.ts'
import { professionalOf } from './care.ts'
import { phone } from './persons.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import type { World } from './world.ts'

/** One for each place at which a licensed contact works. */
export function* practitionerRoleRecords(
  world: World,
  contacts: readonly SeedRecord<'contacts'>[],
): Generator<SeedRecord<'practitioner-roles'>> {
  const random = world.random.fork('practitioner-roles')
  for (const contact of contacts) {
    const { npi, jobTitle, siteIds, specialties, affiliations } = contact.data
    if (npi === null || jobTitle === null) continue
    const site = world.sites.find(({ id }) => id === siteIds[0]) ?? world.sites[0]
    for (const { accountId } of affiliations) {
      yield record(
        'practitioner-roles',
        { random, by: site.coordinatorId, at: world.daysAgo(random.int(5, 380), random) },
        {
          practitioner: professionalOf(contact),
          organizationId: accountId,
          codes: [{ codings: [], text: jobTitle }],
          specialties,
          telecoms: [phone(random, site.town, 'work')],
          period: { start: addDays(world.today, -random.int(400, 2000)) },
          acceptsReferrals: random.pick([true, true, false, null]),
          availability: random.chance(0.5) ? 'Monday to Thursday, mornings' : null,
        },
      )
    }
  }
}
