import type { Id } from '#app/kernel/index.ts'
import { addDays, identifier, nameText } from '#app/values/index.ts'
import { address, mail, patientNames, phone } from './persons.ts'
import type { Gender } from './persons.ts'
import type { Random } from './random.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import { languages } from './words.ts'
import type { World } from './world.ts'

/** Patients of both sites; a few are known at both, under a number of each. */
export function patientRecords(
  world: World,
  contacts: readonly SeedRecord<'contacts'>[],
): readonly SeedRecord<'patients'>[] {
  const random = world.random.fork('patients')
  const physicians = contacts.filter(({ data }) => data.profession === 'physician')
  return Array.from({ length: world.amount(1500) }, (_, number) => {
    const site = world.sites[number % 2] ?? world.sites[0]
    const other = world.sites[(number + 1) % 2] ?? world.sites[1]
    const sites = random.chance(0.04) ? [site, other] : [site]
    const gender: Gender = random.chance(0.01) ? 'other' : random.pick(['female', 'male'])
    const names = patientNames(random, gender)
    const born = addDays(world.today, -random.int(30, 34_000))
    const language = random.chance(0.12) ? random.pick(languages) : 'en'
    const physician = random.chance(0.6) && physicians.length > 0 ? random.pick(physicians) : undefined
    const called = names[0] === undefined ? '' : nameText(names[0])
    return record(
      'patients',
      { random, by: site.coordinatorId, at: world.daysAgo(random.int(8, 385), random) },
      {
        identifiers: sites.map(({ code, authority }) =>
          identifier({
            type: 'MR',
            value: `SYN-${code.slice(0, 3)}-${String(number + 1).padStart(6, '0')}`,
            authority,
          }),
        ),
        names,
        birthDate: partly(random, born),
        administrativeGender: gender,
        sexForClinicalUse: gender === 'other' ? 'unknown' : `${gender}-typical`,
        pronouns: gender === 'other' ? 'they/them' : null,
        addresses: [address(random, site.town, 'home', random.chance(0.01))],
        telecoms: [
          phone(random, site.town, 'mobile', random.chance(0.01)),
          ...(random.chance(0.3) ? [phone(random, site.town, 'home')] : []),
          ...(random.chance(0.55) ? [mail(called, number, 'home')] : []),
        ],
        languages: [{ language, preferred: true }],
        interpreter: language !== 'en' && random.chance(0.6) ? { needed: true, language } : null,
        deceased: random.chance(0.01)
          ? { deceased: true, at: addDays(world.today, -random.int(1, 300)) }
          : null,
        generalPractitioner: physician === undefined ? null : { contactId: physician.id, identifiers: [] },
        siteIds: sites.map(({ id }) => id),
        careTeamIds: teamsOf(world, number),
        note: random.chance(0.03)
          ? random.pick([
              'Uses a wheelchair',
              'Hard of hearing: speak slowly',
              'Please call in the morning only',
            ])
          : null,
      },
    )
  })
}

/** Each team has one in ten, of both sites alike. */
function teamsOf({ careTeams }: World, number: number): Id[] {
  const [palliative, diabetes] = careTeams
  if (number % 20 === 6 || number % 20 === 9) return [palliative.id]
  return number % 20 === 12 || number % 20 === 15 ? [diabetes.id] : []
}

/** A few birth dates are known to the month or the year only. */
function partly(random: Random, date: string): string {
  const draw = random.next()
  if (draw < 0.01) return date.slice(0, 4)
  return draw < 0.02 ? date.slice(0, 7) : date
}
