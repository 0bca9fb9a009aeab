import { derivedId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Stage } from '#app/modules/pipelines/index.ts'
import type { User } from '#app/protocol/index.ts'
import { addDays, identifier } from '#app/values/index.ts'
import { address, mail, phone } from './persons.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import { jobTitleOf } from './users.ts'
import type { Login, Site, World } from './world.ts'

export function rooms(site: Site): readonly { readonly id: Id; readonly name: string }[] {
  return [1, 2, 3, 4].map((number) => ({
    id: derivedId('room', site.id, number),
    name: `Exam room ${number}`,
  }))
}

export function* locationRecords(world: World): Generator<SeedRecord<'locations'>> {
  const random = world.random.fork('locations')
  const origin = { random, by: world.userIds.sofia, at: world.daysAgo(390, random) }
  for (const site of world.sites) {
    yield record(
      'locations',
      { ...origin, id: site.id },
      {
        type: 'site',
        name: site.name,
        code: site.code,
        identifiers: [identifier({ type: 'FI', value: site.code, authority: site.authority })],
        zone: world.zone,
        address: address(random, site.town, 'work'),
        telecoms: [phone(random, site.town, 'work')],
      },
    )
    for (const room of rooms(site)) {
      yield record(
        'locations',
        { ...origin, id: room.id },
        { type: 'room', name: room.name, parentId: site.id },
      )
    }
  }
}

/** Each is worked by its manager since last spring; before that the other one stood in. */
export function* territoryRecords(world: World): Generator<SeedRecord<'territories'>> {
  const random = world.random.fork('territories')
  const handedOver = addDays(world.today, -240)
  for (const [place, territory] of world.territories.entries()) {
    const before = world.territories[1 - place] ?? territory
    const sites = world.sites.filter(({ territoryId }) => territoryId === territory.id)
    yield record(
      'territories',
      { random, by: world.userIds.sofia, at: world.daysAgo(390, random), id: territory.id },
      {
        name: territory.name,
        code: territory.name.toUpperCase().replaceAll(' ', '-'),
        assignments: [
          {
            key: derivedId('assignment', territory.id, 1),
            userId: before.managerId,
            role: 'manager',
            period: { start: addDays(world.today, -600), end: addDays(handedOver, -1) },
          },
          {
            key: derivedId('assignment', territory.id, 2),
            userId: territory.managerId,
            role: 'manager',
            period: { start: handedOver },
          },
        ],
        siteIds: sites.map(({ id }) => id),
        postalCodes: sites.map(({ town }) => town.postal),
        period: { start: addDays(world.today, -600) },
      },
    )
  }
}

/** Each is led by one of the house, with a practitioner of the region. */
export function* careTeamRecords(
  world: World,
  contacts: readonly SeedRecord<'contacts'>[],
): Generator<SeedRecord<'care-teams'>> {
  const random = world.random.fork('care teams')
  const physicians = contacts.filter(({ data }) => data.profession === 'physician')
  for (const [place, { id, name, siteId, memberId }] of world.careTeams.entries()) {
    const physician = physicians[place]
    yield record(
      'care-teams',
      { random, by: world.userIds.sofia, at: world.daysAgo(380, random), id },
      {
        name,
        siteId,
        members: [
          { key: derivedId('member', id, 1), userId: memberId, role: 'lead' },
          ...(physician === undefined
            ? []
            : [{ key: derivedId('member', id, 2), contactId: physician.id, role: 'physician' as const }]),
        ],
        period: { start: addDays(world.today, -380) },
      },
    )
  }
}

export function* peopleRecords(world: World, users: readonly User[]): Generator<SeedRecord<'people'>> {
  const random = world.random.fork('people')
  for (const user of users) {
    const scopes = user.grants.map(({ scope }) => scope)
    const within = (kind: string) =>
      scopes.filter((scope) => scope.startsWith(kind)).map((scope) => scope.slice(kind.length))
    yield record(
      'people',
      { random, by: world.userIds.sofia, at: world.daysAgo(390, random), id: user.id },
      {
        userId: user.id,
        name: user.name,
        jobTitle: jobTitleOf(user.login as Login),
        telecoms: [mail(user.name, 1, 'work')],
        siteIds: within('site:'),
        territoryIds: within('territory:'),
      },
    )
  }
}

const stagesOf = {
  'New business': [
    ['Lead', 10, 'open'],
    ['Qualified', 25, 'open'],
    ['Demonstration', 40, 'open'],
    ['Proposal', 60, 'open'],
    ['Negotiation', 80, 'open'],
    ['Won', 100, 'won'],
    ['Lost', 0, 'lost'],
  ],
  Renewals: [
    ['Due', 60, 'open'],
    ['Review', 70, 'open'],
    ['Offer sent', 85, 'open'],
    ['Renewed', 100, 'won'],
    ['Left', 0, 'lost'],
  ],
} as const satisfies Record<string, readonly (readonly [string, number, Stage['kind']])[]>

export type Pipeline = { readonly id: Id; readonly name: string; readonly stages: readonly Stage[] }

export function pipelinesOf(world: World): readonly Pipeline[] {
  return Object.entries(stagesOf).map(([name, stages]) => {
    const id = derivedId('pipeline', world.organisationId, name)
    return {
      id,
      name,
      stages: stages.map(([stage, probability, kind], place) => ({
        id: derivedId('stage', id, stage),
        name: stage,
        order: (place + 1) * 10,
        probability,
        kind,
      })),
    }
  })
}

export function* pipelineRecords(world: World): Generator<SeedRecord<'pipelines'>> {
  const random = world.random.fork('pipelines')
  for (const { id, name, stages } of pipelinesOf(world)) {
    const origin = { random, by: world.userIds.sofia, at: world.daysAgo(380, random), id }
    yield record('pipelines', origin, { name, stages: [...stages], currency: 'USD' })
  }
}
