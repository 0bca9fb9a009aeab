import { addDays } from '#app/values/index.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import { pipelinesOf } from './reference-data.ts'
import type { World } from './world.ts'

// What account managers do: opportunities on their way, visits and calls, and what they promised.

type Accounts = readonly SeedRecord<'accounts'>[]
type Contacts = readonly SeedRecord<'contacts'>[]
type Opportunities = readonly SeedRecord<'opportunities'>[]

const goods = [
  'Infusion pumps',
  'Ultrasound service',
  'Lab outreach',
  'Reading contract',
  'Point-of-care tests',
  'Telehealth kits',
  'Supply agreement',
]

export function opportunityRecords(world: World, accounts: Accounts, contacts: Contacts): Opportunities {
  const random = world.random.fork('opportunities')
  const pipelines = pipelinesOf(world)
  const contactsOf = grouped(contacts, ({ data }) => data.affiliations.map(({ accountId }) => accountId))
  return Array.from({ length: world.amount(80) }, (_, number) => {
    const account = random.pick(accounts)
    const pipeline = random.chance(0.7) ? pipelines[0] : pipelines[1]
    if (pipeline === undefined) throw new Error('the seed has two pipelines')
    const stage = pipeline.stages[number % pipeline.stages.length] ?? random.pick(pipeline.stages)
    const since = random.int(1, 120)
    const closed = stage.kind !== 'open'
    const owner = account.data.ownerId ?? world.userIds.ada
    return record(
      'opportunities',
      { random, by: owner, at: world.daysAgo(since + random.int(1, 90), random) },
      {
        name: `${random.pick(goods)} for ${account.data.name}`,
        accountId: account.id,
        contactIds: (contactsOf.get(account.id) ?? []).slice(0, 2).map(({ id }) => id),
        pipelineId: pipeline.id,
        stageId: stage.id,
        stageSince: addDays(world.today, -since),
        amount: { minor: random.int(4, 400) * 1_000_00, currency: 'USD' },
        probability: random.chance(0.2) ? random.int(1, 19) * 5 : null,
        closeOn: addDays(world.today, closed ? -since : random.int(5, 150)),
        ownerId: owner,
        territoryId: account.data.territoryId,
        source: random.pick(['referral', 'visit', 'event', 'tender', 'inbound']),
        nextStep: closed
          ? null
          : random.pick(['Send the offer', 'Call the practice manager', 'Show the device', 'Ask for a date']),
        lostReason:
          stage.kind === 'lost' ? random.pick(['price', 'competitor', 'timing', 'no-budget']) : null,
      },
    )
  })
}

const visits = [
  'Went through the last order',
  'Showed the new reader',
  'Asked about referral times',
  'Met the new practice manager',
  'Agreed on a trial',
  'Left samples and price list',
]

export function* activityRecords(
  world: World,
  accounts: Accounts,
  opportunities: Opportunities,
): Generator<SeedRecord<'activities'>> {
  const random = world.random.fork('activities')
  const accountsById = new Map(accounts.map((account) => [account.id, account]))
  for (let number = 0; number < world.amount(240); number += 1) {
    const opportunity = random.chance(0.4) ? random.pick(opportunities) : undefined
    const account = accountsById.get(opportunity?.data.accountId ?? '') ?? random.pick(accounts)
    const at = world.daysAgo(random.int(0, 120), random)
    const owner = account.data.ownerId ?? world.userIds.ada
    yield record(
      'activities',
      { random, by: owner, at },
      {
        type: random.pick(['visit', 'visit', 'call', 'email', 'note', 'meeting']),
        subject: random.pick(visits),
        body: random.chance(0.6) ? `${random.pick(visits)}. ${random.pick(visits)}.` : null,
        occurredAt: new Date(at).toISOString(),
        durationMinutes: random.pick([10, 15, 30, 45, 60]),
        ownerId: owner,
        outcome: random.pick(['done', 'done', 'follow-up', 'not-reached']),
        accountId: account.id,
        contactIds: opportunity?.data.contactIds.slice(0, 1) ?? [],
        opportunityId: opportunity?.id ?? null,
        territoryId: account.data.territoryId,
      },
    )
  }
}

const errands = [
  'Send the price list',
  'Book the next visit',
  'Prepare the offer',
  'Ask for the contract',
  'Return the loan device',
  'Call back about delivery',
]

export function* taskRecords(world: World, accounts: Accounts): Generator<SeedRecord<'tasks'>> {
  const random = world.random.fork('tasks')
  for (let number = 0; number < world.amount(120); number += 1) {
    const account = random.pick(accounts)
    const owner = account.data.ownerId ?? world.userIds.ada
    const done = random.chance(0.35)
    const at = world.daysAgo(random.int(2, 60), random)
    yield record(
      'tasks',
      { random, by: owner, at },
      {
        title: random.pick(errands),
        status: done ? 'done' : random.pick(['open', 'open', 'in-progress', 'waiting']),
        priority: random.pick(['normal', 'normal', 'low', 'high', 'urgent']),
        dueOn: addDays(world.today, random.int(-5, 21)),
        assigneeId: owner,
        about: { collection: 'accounts', kind: 'account', id: account.id },
        completedAt: done ? new Date(world.daysAgo(1, random)).toISOString() : null,
        accountId: account.id,
        territoryId: account.data.territoryId,
      },
    )
  }
}

function grouped<Item>(
  items: readonly Item[],
  keysOf: (item: Item) => readonly string[],
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    for (const key of keysOf(item)) groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}
