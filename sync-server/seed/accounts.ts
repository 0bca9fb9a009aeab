import { identifier } from '#app/values/index.ts'
import { address, phone } from './persons.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import { places, specialties } from './words.ts'
import type { World } from './world.ts'

const kinds = [
  { type: 'hospital', word: 'Hospital', share: 0.1 },
  { type: 'clinic', word: 'Clinic', share: 0.3 },
  { type: 'practice', word: 'Associates', share: 0.4 },
  { type: 'laboratory', word: 'Laboratories', share: 0.06 },
  { type: 'imaging-centre', word: 'Imaging', share: 0.06 },
  { type: 'nursing-facility', word: 'Care Home', share: 0.08 },
] as const

/** Health systems first; most hospitals, clinics and practices are part of one. */
export function accountRecords(world: World): readonly SeedRecord<'accounts'>[] {
  const random = world.random.fork('accounts')
  const made: SeedRecord<'accounts'>[] = []
  const systems = world.amount(6)
  const used = new Map<string, number>()
  for (let number = 0; number < world.amount(120); number += 1) {
    const territory = world.territories[number % 2] ?? world.territories[0]
    const site = world.sites[number % 2] ?? world.sites[0]
    const isSystem = number < systems
    const kind = isSystem ? ({ type: 'health-system', word: 'Health' } as const) : kindOf(random.next())
    const specialty = random.pick(specialties)
    const stem =
      kind.type === 'practice' || kind.type === 'clinic'
        ? `${random.pick(places)} ${specialty}`
        : random.pick(places)
    const name = unique(`${stem} ${kind.word}`, used)
    // Of the same territory: systems alternate between the two, like everything else.
    const parent =
      isSystem || random.chance(0.35)
        ? undefined
        : made[(number % 2) + 2 * random.int(0, Math.floor((systems - 1) / 2))]
    const origin = { random, by: territory.managerId, at: world.daysAgo(random.int(40, 380), random) }
    made.push(
      record('accounts', origin, {
        name,
        type: kind.type,
        status: random.pick(['prospect', 'active', 'active', 'active', 'dormant']),
        parentId: parent?.data.type === 'health-system' ? parent.id : null,
        identifiers: [
          identifier({
            type: 'XX',
            value: `SYN-A-${String(number + 1).padStart(5, '0')}`,
            authority: { namespace: 'ROUNDS-DEMO' },
          }),
        ],
        addresses: [address(random, site.town, 'work')],
        telecoms: [phone(random, site.town, 'work')],
        specialties: kind.type === 'practice' || kind.type === 'clinic' ? [specialty] : [],
        beds: kind.type === 'hospital' ? random.int(40, 600) : null,
        annualRevenue: random.chance(0.5) ? { minor: random.int(5, 900) * 10_000_00, currency: 'USD' } : null,
        tier: random.pick(['A', 'B', 'B', 'C', 'C', 'C', 'D']),
        team: [{ key: territory.managerId, userId: territory.managerId, role: 'owner' }],
        ownerId: territory.managerId,
        territoryId: territory.id,
        siteIds: [site.id],
        tags: random.chance(0.2) ? [random.pick(['key account', 'tender', 'teaching', 'rural'])] : [],
      }),
    )
  }
  return made
}

function kindOf(draw: number): (typeof kinds)[number] {
  let sum = 0
  return kinds.find(({ share }) => (sum += share) > draw) ?? kinds[1]
}

function unique(name: string, used: Map<string, number>): string {
  const count = (used.get(name) ?? 0) + 1
  used.set(name, count)
  return count === 1 ? name : `${name} ${count}`
}
