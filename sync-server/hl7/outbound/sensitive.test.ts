import { afterEach, expect, test } from 'vitest'
import type { Sensitivity } from '#app/kernel/index.ts'
import { adt, byNumber } from '../testing/events.ts'
import { send, textAt } from '../testing/exchange.ts'
import { agreement, openHospital, site } from '../testing/hospital.ts'
import type { Hospital } from '../testing/hospital.ts'
import { openPartner } from '../testing/partner.ts'
import type { Partner } from '../testing/partner.ts'
import { atTheDesk } from '../testing/person.ts'

let hospital: Hospital
let partner: Partner

async function open(sensitivities: readonly Sensitivity[]): Promise<void> {
  partner = await openPartner()
  const ours = { application: 'ROUNDS', facility: 'ROUNDS' }
  const there = { host: '127.0.0.1', port: partner.port, tls: false }
  const place = { ...there, agreementId: agreement.id, processingId: 'P' as const }
  const events: ('A31' | 'A04')[] = ['A31', 'A04']
  hospital = await openHospital({
    settings: {
      send: { ...place, to: ours, from: ours, events, sensitivities: [...sensitivities], answerSeconds: 1 },
      ownership: { patients: { birthDate: 'feed' } },
    },
  })
}

afterEach(async () => {
  await hospital.close()
  await partner.close()
})

/** A patient whom the feed marks, is edited and arrives; then one whom nobody marked. */
async function entered(mark: string): Promise<void> {
  await send(hospital, adt('A31', '1', mark), adt('A31', '2'))
  const clara = await atTheDesk(hospital, ['sensitivity:restricted', 'sensitivity:hiv'])
  const start = { local: '2026-07-20T14:30:00', zone: 'America/New_York' }
  for (const number of ['1', '2']) {
    const { id: patientId } = byNumber(await hospital.records('patients'), number)
    await clara.edit('patients', patientId, { birthDate: '1980-03-01' })
    const appointment = await clara.create('appointments', { patientId, siteId: site, start })
    await clara.edit('appointments', appointment, { status: 'arrived' })
  }
}

const told = (): string[] =>
  partner.received.map((bytes) => `${textAt(bytes, 'MSH-9.2')} ${textAt(bytes, 'PID-5.2')}`)

test('what is sensitive is told to nobody who was not set up for it, and not shown as asked for', async () => {
  await open(['hiv'])
  await entered('ARV|1|A|ALL')
  await expect.poll(told, { timeout: 10_000, interval: 20 }).toEqual(['A31 P2', 'A04 P2'])
  const all = await hospital.records('patients')
  const [marked, plain] = ['1', '2'].map((number) => byNumber(all, number))
  expect(marked?.sources['birthDate']?.awaits).toBeUndefined()
  expect(plain?.sources['birthDate']?.awaits).toBe('General Hospital ADT/SIU/ORU')
})

test('who was set up for it hears of it', async () => {
  await open(['hiv'])
  await entered('ARV|1|A|HIV')
  await expect.poll(told, { timeout: 10_000, interval: 20 }).toEqual(['A31 P1', 'A04 P1', 'A31 P2', 'A04 P2'])
})

test('what was queued before somebody was marked ends without being sent', async () => {
  await open([])
  await send(hospital, adt('A31', '1'))
  const [feed] = await hospital.store.feeds.list()
  const feedId = feed?.id ?? ''
  await hospital.store.outbox.pause({ feedId, kind: 'message' }, '2026-05-11T12:00:00.000Z')
  const clara = await atTheDesk(hospital)
  const [patient] = await hospital.records('patients')
  await clara.edit('patients', patient?.id ?? '', { birthDate: '1980-03-01' })
  await send(hospital, adt('A31', '1', 'ARV|1|A|ALL'))
  await hospital.store.outbox.pause({ feedId, kind: 'message' }, null)
  await expect
    .poll(
      async () => (await hospital.store.outbox.list({ limit: 5 })).map(({ state, code }) => [state, code]),
      {
        timeout: 10_000,
        interval: 20,
      },
    )
    .toEqual([['refused', 'hl7.destination-sensitive']])
  expect(told()).toEqual([])
})
