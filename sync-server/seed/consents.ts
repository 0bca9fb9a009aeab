import type { DataOfModule } from '#app/modules/index.ts'
import { addDays } from '#app/values/index.ts'
import { homeSite } from './clinical.ts'
import { record } from './record.ts'
import type { SeedRecord } from './record.ts'
import type { World } from './world.ts'

type Patients = readonly SeedRecord<'patients'>[]
type Terms = Partial<DataOfModule<'consents'>>

/** The words of a desk's day: reminders mostly, a few restrictions, now and then a Part 2 disclosure. */
const terms: readonly Terms[] = [
  { category: 'communication', provision: 'permit', channels: ['phone', 'sms'], purposes: ['treatment'] },
  { category: 'communication', provision: 'permit', channels: ['email', 'portal'], purposes: ['treatment'] },
  {
    category: 'communication',
    provision: 'deny',
    channels: ['sms'],
    description: 'No text messages, please.',
  },
  { category: 'information-exchange', provision: 'permit', purposes: ['treatment', 'payment', 'operations'] },
  {
    category: 'restriction',
    provision: 'deny',
    actors: [{ key: 'plan', role: 'excluded', name: 'Hudson Mutual Health' }],
    purposes: ['payment', 'operations'],
    paidInFull: true,
    policyRule: '45 CFR 164.522(a)',
    description: 'Paid the visit in cash; the insurer is not to hear of it.',
  },
  {
    category: 'confidential-communication',
    provision: 'permit',
    channels: ['phone'],
    policyRule: '45 CFR 164.522(b)',
    description: 'Call the mobile only, never the house.',
  },
  {
    category: 'part2-disclosure',
    provision: 'permit',
    sensitivities: ['substance-use'],
    actors: [{ key: 'programme', role: 'recipient', name: 'Lakeview Recovery Programme (synthetic)' }],
    purposes: ['treatment', 'payment', 'operations'],
    redisclosureNotice: true,
    policyRule: '42 CFR Part 2',
  },
]

export function* consentRecords(world: World, patients: Patients): Generator<SeedRecord<'consents'>> {
  const random = world.random.fork('consents')
  for (let number = 0; number < world.amount(100); number += 1) {
    const patient = random.pick(patients)
    const site = homeSite(world, patient)
    const given = random.int(1, 380)
    const revoked = random.chance(0.08)
    yield record(
      'consents',
      { random, by: site.coordinatorId, at: world.daysAgo(given, random) },
      {
        ...terms[number % terms.length],
        patientId: patient.id,
        siteIds: patient.data.siteIds,
        status: revoked ? 'inactive' : 'active',
        dateTime: addDays(world.today, -given),
        period: {
          start: addDays(world.today, -given),
          ...(random.chance(0.4) ? { end: addDays(world.today, random.int(30, 400)) } : {}),
        },
        verified: random.chance(0.8),
        revokedAt: revoked ? addDays(world.today, -random.int(0, given)) : null,
        revokedHow: revoked ? 'Told the front desk' : null,
      },
    )
  }
}
