import { derivedId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Authority } from '#app/values/index.ts'
import { addDays, epochOf } from '#app/values/index.ts'
import type { Random } from './random.ts'
import { seededRandom } from './random.ts'

export type SeedOptions = {
  /** The same seed gives the same organisation. */
  readonly seed: string
  /** The day that everything is arranged around: `YYYY-MM-DD`. */
  readonly today: string
  /** IANA zone of both sites. */
  readonly zone: string
  /** How many times the usual amount; 1 if absent. */
  readonly scale?: number
}

export type Site = {
  readonly id: Id
  readonly name: string
  /** How the site's systems name it in messages (MSH-4). */
  readonly code: string
  /** Who gives out the site's medical record numbers. */
  readonly authority: Authority
  readonly town: Town
  readonly territoryId: Id
  readonly coordinatorId: Id
}
export type Territory = { readonly id: Id; readonly name: string; readonly managerId: Id }
/** Who cares together for patients of both sites; `memberId` is a user who sees its patients and no others. */
export type CareTeam = { readonly id: Id; readonly name: string; readonly siteId: Id; readonly memberId: Id }
export type Town = {
  readonly city: string
  readonly state: string
  readonly postal: string
  readonly area: string
}

/** What every part of the organisation is made from. */
export type World = {
  readonly random: Random
  readonly zone: string
  readonly today: string
  readonly organisationId: Id
  readonly sites: readonly [Site, Site]
  readonly territories: readonly [Territory, Territory]
  readonly careTeams: readonly [CareTeam, CareTeam]
  readonly userIds: Readonly<Record<Login, Id>>
  /** The usual amount times the scale. */
  amount(usual: number): number
  /** An instant so many days before today, in working hours; milliseconds. */
  daysAgo(days: number, random: Random): number
}

export const logins = [
  'carla',
  'colin',
  'ada',
  'amir',
  'sofia',
  'sam',
  'clara',
  'theo',
  'priya',
  'ivo',
  'otto',
] as const
export type Login = (typeof logins)[number]

export function worldOf({ seed, today, zone, scale = 1 }: SeedOptions): World {
  const idOf = (...what: readonly string[]) => derivedId('seed', seed, ...what)
  const userIds = Object.fromEntries(logins.map((login) => [login, idOf('user', login)])) as Record<Login, Id>
  const territories = [
    { id: idOf('territory', 'east'), name: 'Hudson East', managerId: userIds.ada },
    { id: idOf('territory', 'west'), name: 'Hudson West', managerId: userIds.amir },
  ] as const
  const site = (code: string, rest: Omit<Site, 'id' | 'code' | 'authority'>): Site => ({
    id: idOf('site', code),
    code,
    // An OID under 2.25 is made from a UUID; this arc is nobody's.
    authority: {
      namespace: code,
      universalId: `2.25.2026.${code.length}.${rest.town.area}`,
      universalIdType: 'ISO',
    },
    ...rest,
  })
  const sites = [
    site('RIVERSIDE', {
      name: 'Riverside Medical Center',
      town: { city: 'Albany', state: 'NY', postal: '122', area: '518' },
      territoryId: territories[0].id,
      coordinatorId: userIds.carla,
    }),
    site('HILLCREST', {
      name: 'Hillcrest Clinic',
      town: { city: 'Binghamton', state: 'NY', postal: '139', area: '607' },
      territoryId: territories[1].id,
      coordinatorId: userIds.colin,
    }),
  ] as const
  const team = (name: string, rest: Omit<CareTeam, 'id' | 'name'>): CareTeam => ({
    id: idOf('care team', name),
    name,
    ...rest,
  })
  return {
    random: seededRandom(seed),
    zone,
    today,
    organisationId: idOf('organisation'),
    userIds,
    territories,
    sites,
    careTeams: [
      team('Palliative care', { siteId: sites[0].id, memberId: userIds.theo }),
      team('Diabetes clinic', { siteId: sites[1].id, memberId: userIds.clara }),
    ],
    amount: (usual) => Math.max(1, Math.round(usual * scale)),
    daysAgo: (days, random) => {
      const clock = `${String(random.int(8, 17)).padStart(2, '0')}:${String(random.int(0, 59)).padStart(2, '0')}:00`
      return epochOf({ local: `${addDays(today, -days)}T${clock}`, zone })
    },
  }
}
