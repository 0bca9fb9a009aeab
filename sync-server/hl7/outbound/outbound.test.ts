import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { feedOf, settingsJson } from '../feed-config.ts'
import { issue } from '../testing/certificate.ts'
import { send, textAt } from '../testing/exchange.ts'
import { agreement, openHospital, site } from '../testing/hospital.ts'
import type { Hospital, HospitalOptions } from '../testing/hospital.ts'
import { message, msh } from '../testing/messages.ts'
import { openPartner } from '../testing/partner.ts'
import type { Partner } from '../testing/partner.ts'
import { atTheDesk, newcomer } from '../testing/person.ts'
import type { Person } from '../testing/person.ts'

let hospital: Hospital
let partner: Partner
let carla: Person

const answerSeconds = 1

type Opening = HospitalOptions & { readonly host?: string; readonly tls?: boolean }

async function open(
  port: number,
  { host = '127.0.0.1', tls = false, ...options }: Opening = {},
): Promise<Hospital> {
  const to = { application: 'EHR', facility: 'GENERAL' }
  const from = { application: 'ROUNDS', facility: 'ROUNDS' }
  const events: ('A28' | 'A31' | 'A04')[] = ['A28', 'A31', 'A04']
  const there = { agreementId: agreement.id, host, port, tls, processingId: 'P' as const }
  const ownership = { patients: { names: 'feed', birthDate: 'feed' } } as const
  const settings = { send: { ...there, to, from, events, answerSeconds, sensitivities: [] }, ownership }
  return openHospital({ ...options, settings: { ...settings, ...options.settings } })
}

const sent = (at = 0): Buffer => partner.received[at] ?? Buffer.alloc(0)
const types = (): string[] => partner.received.map((bytes) => textAt(bytes, 'MSH-9.2'))

const waiting = async (): Promise<number> =>
  (await hospital.store.outbox.list({ state: 'waiting', limit: 50 })).length
const disclosed = async () =>
  (await hospital.store.audit.read({ limit: 50 })).filter(({ action }) => action === 'disclose')

/** Until the queue looks so. */
async function queue(...states: readonly string[]): Promise<void> {
  await expect
    .poll(
      async () => (await hospital.store.outbox.list({ limit: 50 })).map(({ state }) => state).toReversed(),
      {
        timeout: 10_000,
        interval: 20,
      },
    )
    .toEqual(states)
}

describe.each(['sqlite', 'postgres'] as const)('what people enter is told, over %s', (dialect) => {
  beforeEach(async () => {
    partner = await openPartner()
    hospital = await open(partner.port, { dialect })
    carla = await atTheDesk(hospital)
  })
  afterEach(async () => {
    await hospital.close()
    await partner.close()
  })

  test('a new patient by A28, a correction by A31, and nothing where nothing is said', async () => {
    const id = await carla.create('patients', newcomer)
    await queue('accepted')
    await carla.edit('patients', id, { birthDate: '1984-03-19', addresses: [] })
    await carla.edit('patients', id, { note: 'Prefers mornings' })
    await queue('accepted', 'accepted')
    expect(types()).toEqual(['A28', 'A31'])
    expect(sent(0).toString().split('\r')[2]).toBe(
      `PID|1||${id}^^^ROUNDS&${(await hospital.store.identity())?.organisation.id}&UUID^PI||Quell^Ada^Maria Louise^^^^L||19840309|F|||` +
        '5 Quay Street^Flat 2^Ashby^NY^12001^US^H||+1 555 0100 301^PRN^CP',
    )
    expect(textAt(sent(1), 'PID-7')).toBe('19840319')
    expect(sent(1).toString()).toContain('|""|')
    expect(sent(0).toString()).not.toContain('0100 999')
  })

  test('an arrival by A04, for the patient, with the number of the appointment', async () => {
    const patientId = await carla.create('patients', newcomer)
    const start = { local: '2026-05-20T14:30:00', zone: 'America/New_York' }
    const appointment = await carla.create('appointments', { patientId, siteId: site, start })
    await carla.edit('appointments', appointment, {
      status: 'arrived',
      arrivedAt: '2026-05-20T18:21:00.000Z',
    })
    await carla.edit('appointments', appointment, { note: 'Waits outside' })
    await queue('accepted', 'accepted')
    expect(types()).toEqual(['A28', 'A04'])
    expect(textAt(sent(1), 'PV1-19')).toBe(appointment)
    expect(textAt(sent(1), 'PV1-44')).toBe('20260520142100-0400')
    expect(textAt(sent(1), 'PID-5')).toBe('Quell')
  })

  test('is audited as a disclosure before each send, by number and partner', async () => {
    partner.answer('close')
    const id = await carla.create('patients', newcomer)
    await queue('accepted')
    const [feed] = await hospital.store.feeds.list()
    const entries = await disclosed()
    expect(entries).toHaveLength(2)
    expect(entries[0]).toMatchObject({
      collection: 'patients',
      ids: [id],
      purpose: 'treatment',
      facts: {
        recipient: feed?.id,
        agreement: agreement.id,
        message: textAt(sent(0), 'MSH-10'),
        type: 'ADT^A28',
      },
    })
  })

  test('is sent again under the same number after silence, an end, or an answer to another message', async () => {
    partner.answer('silent', 'close', 'other')
    await carla.create('patients', newcomer)
    await queue('accepted')
    expect(partner.received).toHaveLength(3)
    expect(sent(1).equals(sent(0)) && sent(2).equals(sent(0))).toBe(true)
    expect(await hospital.store.outbox.entry(1)).toMatchObject({ attempts: 3, facts: { answer: 'AA' } })
  })

  test('is stopped where it is refused: the same person waits, others go on, until somebody decides', async () => {
    const [one, other] = [await carla.create('patients', newcomer), await carla.create('patients', newcomer)]
    await queue('accepted', 'accepted')
    partner.answer('AE')
    await carla.edit('patients', one, { birthDate: '1984' })
    await queue('accepted', 'accepted', 'refused')
    await carla.edit('patients', one, { birthDate: '1985' })
    await carla.edit('patients', other, { birthDate: '1986' })
    await queue('accepted', 'accepted', 'refused', 'waiting', 'accepted')
    expect(await hospital.store.outbox.entry(3)).toMatchObject({
      code: 'hl7.destination-refused',
      facts: { answer: 'AE' },
    })
    expect(await hospital.store.outbox.retry(3)).toBe(true)
    await queue('accepted', 'accepted', 'accepted', 'accepted', 'accepted')
    expect(partner.received.slice(-2).map((bytes) => textAt(bytes, 'PID-7'))).toEqual(['1984', '1985'])
  })

  test('is withheld while the patient forbids it, with what follows, and sent once they do not', async () => {
    const [feed] = await hospital.store.feeds.list()
    await hospital.store.outbox.pause({ feedId: feed?.id ?? '', kind: 'message' }, '2026-05-11T12:00:00.000Z')
    const id = await carla.create('patients', newcomer)
    const restriction = { patientId: id, siteIds: [site], category: 'restriction', purposes: ['treatment'] }
    const consent = await carla.create('consents', restriction)
    await hospital.store.outbox.pause({ feedId: feed?.id ?? '', kind: 'message' }, null)
    await queue('refused')
    await carla.edit('patients', id, { birthDate: '1984' })
    await queue('refused', 'waiting')
    expect(partner.received).toHaveLength(0)
    const [refused] = await hospital.store.outbox.list({ state: 'refused', limit: 1 })
    expect(refused).toMatchObject({ code: 'hl7.destination-withheld', facts: { consent } })
    const [entry] = (await hospital.store.audit.read({ limit: 20 })).filter(
      ({ action }) => action === 'withhold',
    )
    expect(entry).toMatchObject({ ids: [id], outcome: 'restricted', facts: { recipient: feed?.id, consent } })
    await carla.edit('consents', consent, { status: 'inactive' })
    expect(await hospital.store.outbox.retry(refused?.sequence ?? 0)).toBe(true)
    await queue('accepted', 'accepted')
  })

  test('waits while no agreement holds with the destination, and goes on when one does', async () => {
    const { integrations } = hospital.store
    const [day, at] = ['2020-12-31', '2026-05-11T12:00:00.000Z']
    for (const over of [{ endedAt: at }, { until: day }, { from: '2999-01-01' }]) {
      const before = partner.received.length
      await integrations.saveAgreement({ ...agreement, ...over })
      await carla.create('patients', newcomer)
      await expect.poll(waiting).toBe(1)
      // Time in which it would have been sent many times over.
      await wait(150)
      expect([await waiting(), partner.received.length]).toEqual([1, before])
      await integrations.saveAgreement(agreement)
      await expect.poll(waiting).toBe(0)
      expect(partner.received).toHaveLength(before + 1)
    }
    expect((await disclosed()).map(({ facts }) => facts?.['agreement'])).toEqual(
      Array.from({ length: 3 }, () => agreement.id),
    )
  })

  test('waits where the feed names no agreement, until somebody names one', async () => {
    const [feed] = await hospital.store.feeds.list()
    if (feed === undefined) throw new Error('there is no feed')
    const { settings } = feedOf(feed)
    const name = async (agreementId: Id | null) => {
      const send = settings.send && { ...settings.send, agreementId }
      await hospital.store.feeds.save({ ...feed, settings: settingsJson({ ...settings, send }) })
      await hospital.hl7.feeds.reload()
    }
    await name(null)
    await carla.create('patients', newcomer)
    await wait(150)
    expect(partner.received).toHaveLength(0)
    await name(newId())
    await wait(150)
    expect(await hospital.store.outbox.entry(1)).toMatchObject({ state: 'waiting', attempts: 0 })
    await name(agreement.id)
    await queue('accepted')
  })

  test('waits while the destination is paused', async () => {
    const [feed] = await hospital.store.feeds.list()
    await hospital.store.outbox.pause({ feedId: feed?.id ?? '', kind: 'message' }, '2026-05-11T12:00:00.000Z')
    await carla.create('patients', newcomer)
    await queue('waiting')
    expect(partner.received).toHaveLength(0)
    await hospital.store.outbox.pause({ feedId: feed?.id ?? '', kind: 'message' }, null)
    await queue('accepted')
  })
})

describe('a field that the hospital decides', () => {
  beforeEach(async () => {
    partner = await openPartner()
    hospital = await open(partner.port)
    carla = await atTheDesk(hospital)
  })
  afterEach(async () => {
    await hospital.close()
    await partner.close()
  })

  const adt = (trigger: string, pid3: string, name: string, birth: string, controlId: string): Buffer =>
    message(
      msh({ type: `ADT^${trigger}`, controlId, time: '20260511083000' }),
      `EVN|${trigger}|20260511083000`,
      `PID|1||${pid3}||${name}||${birth}|F`,
    )

  async function admitted(): Promise<Id> {
    await send(hospital, adt('A28', 'MR9^^^GENERAL^MR', 'Quell^Ada', '19840309', '1'))
    const [patient] = await hospital.records('patients')
    return patient?.id ?? ''
  }

  test('is a request when it is edited here: it is sent, waits, and is settled by the echo', async () => {
    const id = await admitted()
    const { view } = await carla.edit('patients', id, { birthDate: '1984-03-19', note: 'Called' })
    const waiting = 'sources' in view ? view.sources : {}
    expect(waiting['birthDate']).toMatchObject({ origin: 'person', awaits: 'General Hospital ADT/SIU/ORU' })
    expect(waiting['note']).toBeUndefined()
    await queue('accepted')
    expect(textAt(sent(0), 'MSH-9.2')).toBe('A31')
    // The hospital says the old value once more before it has heard of the request.
    await send(hospital, adt('A31', 'MR9^^^GENERAL^MR', 'Quell^Ada', '19840309', '2'))
    expect(await carla.see('patients', id)).toMatchObject({
      birthDate: '1984-03-19',
      sources: { birthDate: { awaits: 'General Hospital ADT/SIU/ORU' } },
    })
    await send(hospital, adt('A31', 'MR9^^^GENERAL^MR', 'Quell^Ada', '19840319', '3'))
    const settled = await carla.see('patients', id)
    expect(settled).toMatchObject({ birthDate: '1984-03-19', conflicts: [] })
    expect(settled.sources['birthDate']).toMatchObject({ origin: 'feed' })
    expect(settled.sources['birthDate']).not.toHaveProperty('awaits')
    expect(await hospital.store.outbox.counts()).toMatchObject([{ state: 'accepted', count: 1 }])
  })

  test('gives way when the hospital decides otherwise, and the request stays in the ledger', async () => {
    const id = await admitted()
    await carla.edit('patients', id, { birthDate: '1984-03-19' })
    await send(hospital, adt('A31', 'MR9^^^GENERAL^MR', 'Quell^Ada', '19840310', '2'))
    expect(await carla.see('patients', id)).toMatchObject({
      birthDate: '1984-03-10',
      conflicts: [{ field: 'birthDate', losing: '1984-03-19', winning: '1984-03-10' }],
    })
  })

  test('an echo is no conflict, finds the patient by our own number, and brings theirs', async () => {
    const id = await carla.create('patients', newcomer)
    await queue('accepted')
    const before = await carla.see('patients', id)
    const [header, event, pid = ''] = sent(0).toString().split('\r')
    const [own] = (pid.split('|')[3] ?? '').split('~')
    const numbered = pid.replace(own ?? '', `MR77^^^GENERAL^MR~${own}`)
    const echo = [header?.replace('A28', 'A31').replace(/\|[0-9A-F]{20}\|/, '|E1|'), event, numbered].join(
      '\r',
    )
    expect(await send(hospital, Buffer.from(`${echo}\r`))).toEqual(['AA'])
    const after = await carla.see('patients', id)
    expect((await hospital.records('patients')).map((one) => one.id)).toEqual([id])
    expect(after.conflicts).toEqual([])
    expect(after['identifiers']).toMatchObject([{ value: 'MR77' }])
    const [name] = after['names'] as { key: string; given: string[] }[]
    expect(name).toMatchObject({ key: 'official-A-1', given: ['Ada', 'Maria', 'Louise'] })
    expect(after['telecoms']).toMatchObject([
      { key: 'phone-mobile-1', confidential: false },
      { key: 't2', confidential: true },
    ])
    expect(after['birthDate']).toBe(before['birthDate'])
    // The hospital's next correction changes the item that it knows.
    await send(hospital, adt('A31', 'MR77^^^GENERAL^MR', 'Quell-Ross^Ada', '19840309', 'E2'))
    expect((await carla.see('patients', id))['names']).toMatchObject([{ family: 'Quell-Ross' }])
    expect(partner.received).toHaveLength(1)
  })
})

describe('a destination that is down', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rounds-outbound-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const standing = async () => (await hospital.store.outbox.destinations())[0]

  test('is tried again, also by the next start of the server, and then gets what waited', async () => {
    partner = await openPartner()
    const { port } = partner
    await partner.close()
    hospital = await open(port, { folder })
    await (await atTheDesk(hospital)).create('patients', newcomer)
    await expect.poll(async () => (await standing())?.code).toBe('hl7.destination-unreachable')
    await hospital.close()
    partner = await openPartner(null, port)
    hospital = await open(port, { folder })
    await queue('accepted')
    await expect.poll(standing).toMatchObject({ failures: 0, code: null, pausedAt: null })
    await hospital.close()
    await partner.close()
  })

  test('is told nothing in the clear beyond this machine', async () => {
    hospital = await open(2575, { folder, host: 'partner.example' })
    await (await atTheDesk(hospital)).create('patients', newcomer)
    await expect.poll(async () => (await standing())?.code).toBe('hl7.destination-plain')
    expect(await hospital.store.outbox.entry(1)).toMatchObject({ state: 'waiting', attempts: 0 })
    await hospital.close()
  })
})

describe('TLS', () => {
  const authority = issue('Partners')
  const [server, client] = [issue('partner', authority), issue('rounds', authority)]
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rounds-outbound-'))
    partner = await openPartner({ key: server.key, cert: server.cert, clientCa: authority.cert })
    await writeFile(join(folder, 'ca.pem'), authority.cert)
    await writeFile(join(folder, 'cert.pem'), client.cert)
    await writeFile(join(folder, 'key.pem'), client.key)
  })
  afterEach(async () => {
    await hospital.close()
    await partner.close()
    await rm(folder, { recursive: true, force: true })
  })

  const shown = () => ({ cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') })

  test('goes to a partner that is believed, under a certificate of ours', async () => {
    const config = { sendTls: { ca: join(folder, 'ca.pem'), client: shown() } }
    hospital = await open(partner.port, { tls: true, config })
    await (await atTheDesk(hospital)).create('patients', newcomer)
    await queue('accepted')
    expect(partner.received).toHaveLength(1)
  })

  test('sends nothing to a partner that is not believed', async () => {
    hospital = await open(partner.port, { tls: true, config: { sendTls: { ca: null, client: shown() } } })
    await (await atTheDesk(hospital)).create('patients', newcomer)
    await expect
      .poll(async () => (await hospital.store.outbox.destinations())[0]?.code)
      .toBe('hl7.destination-unreachable')
    expect(partner.received).toHaveLength(0)
    expect(await hospital.store.outbox.entry(1)).toMatchObject({ attempts: 0 })
  })
})
