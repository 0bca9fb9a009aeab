import { npiOf, nameText } from '#app/values/index.ts'
import { familyName, givenName, humanName, mail, phone } from './persons.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import { specialties } from './words.ts'
import type { World } from './world.ts'

const roles = {
  physician: 'Physician',
  nurse: 'Nurse practitioner',
  administrator: 'Practice manager',
  purchasing: 'Head of purchasing',
  it: 'Information systems',
} as const
type Profession = keyof typeof roles

/** Professionals with an NPI, and the people of the office; some work at two accounts. */
export function contactRecords(
  world: World,
  accounts: readonly SeedRecord<'accounts'>[],
): readonly SeedRecord<'contacts'>[] {
  const random = world.random.fork('contacts')
  return Array.from({ length: world.amount(300) }, (_, number) => {
    const account = random.pick(accounts)
    const second = random.chance(0.15) ? random.pick(accounts) : account
    const profession = random.pick<Profession>([
      'physician',
      'physician',
      'physician',
      'nurse',
      'administrator',
      'purchasing',
      'it',
    ])
    const licensed = profession === 'physician' || profession === 'nurse'
    const name = humanName({
      use: 'official',
      family: familyName(random),
      given: [givenName(random, random.pick(['female', 'male']))],
      prefix: profession === 'physician' ? ['Dr.'] : [],
    })
    const site =
      world.sites.find(({ territoryId }) => territoryId === account.data.territoryId) ?? world.sites[0]
    const manager = account.data.ownerId ?? world.userIds.ada
    return record(
      'contacts',
      { random, by: manager, at: world.daysAgo(random.int(10, 360), random) },
      {
        names: [name],
        // No NPI that begins with 2 was ever given to anybody.
        npi: licensed ? npiOf(`2${String(number).padStart(8, '0')}`) : null,
        profession,
        specialties: licensed
          ? [{ system: 'urn:rounds:local:specialty', ...specialtyOf(random.pick(specialties)) }]
          : [],
        jobTitle: roles[profession],
        affiliations: [...new Set([account, second])].map(({ id }, place) => ({
          key: id,
          accountId: id,
          role: roles[profession],
          primary: place === 0,
          period: { start: world.today.slice(0, 4) },
        })),
        telecoms: [phone(random, site.town, 'work'), mail(nameText(name), number, 'work')],
        marketing: random.pick(['allowed', 'allowed', 'unknown', 'refused']),
        ownerId: manager,
        territoryIds: territoriesOf(account, second),
        siteIds: [site.id],
      },
    )
  })
}

function specialtyOf(display: string) {
  return { code: display.toLowerCase().replaceAll(' ', '-'), display }
}

function territoriesOf(...accounts: readonly SeedRecord<'accounts'>[]): string[] {
  return [...new Set(accounts.flatMap(({ data }) => data.territoryId ?? []))]
}
