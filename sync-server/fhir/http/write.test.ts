import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { demoFeed } from '../../hl7/index.ts'
import { openPartner } from '../../hl7/testing/partner.ts'
import type { SeedWrite } from '../../replication/apply-seed.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { faultsOf } from '../testing/r4.ts'
import { errorOf, openClient } from '../testing/test-client.ts'
import type { Answer, TestClient } from '../testing/test-client.ts'
import type { Resource } from '../convert/index.ts'

// Patients and appointments that machines write, over HTTP, on both stores.

const table0203 = 'http://terminology.hl7.org/CodeSystem/v2-0203'

describe.each(['sqlite', 'postgres'] as const)('writing by FHIR on %s', (dialect) => {
  let server: TestServer
  let client: TestClient
  let site: Id

  beforeAll(async () => {
    server = await startTestServer({ dialect })
    site = server.synthetic.sites[0].id
    client = await openClient(server, { grants: [{ role: 'integration', scope: `site:${site}` }] })
  })
  afterAll(() => server.close())

  let numbers = 0
  const mrn = () => ({
    type: { coding: [{ system: table0203, code: 'MR' }] },
    system: 'urn:oid:1.2.3.4',
    value: `M-${(numbers += 1)}`,
  })
  const ada = (more: object = {}) => ({
    resourceType: 'Patient',
    name: [{ family: 'Quell', given: ['Ada'] }],
    gender: 'female',
    birthDate: '1984-03-09',
    ...more,
  })
  const booking = (patient: string, more: object = {}) => ({
    resourceType: 'Appointment',
    status: 'booked',
    start: '2026-05-20T18:30:00Z',
    minutesDuration: 20,
    participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
    ...more,
  })
  const said = (answer: Answer) => [answer.status, answer.status < 300 ? 'taken' : errorOf(answer)]
  const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => String(status)).toSorted()
  const idOf = (answer: Answer): Id => String(answer.body['id'])
  const etagOf = ({ headers }: Answer): string => headers.get('etag') ?? ''

  async function created(type: string, body: object): Promise<Answer> {
    const answer = await client.send('POST', type, body)
    expect(said(answer)).toEqual([201, 'taken'])
    return answer
  }

  async function stored(collection: 'patients' | 'appointments', id: Id) {
    const [found] = await server.store.snapshot((read) => read.documents(collection, [id]))
    if (found === undefined) throw new Error('nothing is stored')
    return found
  }

  function seed(...writes: SeedWrite[]): Promise<number> {
    const at = new Date(server.clock.now()).toISOString()
    return server.door.seed({ type: 'seed', orgId: server.synthetic.organisation.id, at }, writes)
  }

  it('creates a patient, who is read as stated, valid, and with the version of the answer', async () => {
    const answer = await created('Patient', ada({ identifier: [mrn()] }))
    const id = idOf(answer)
    const { versionId } = answer.body['meta'] as { versionId: string }
    expect(answer.headers.get('location')).toBe(`${server.url}/fhir/Patient/${id}/_history/${versionId}`)
    expect(etagOf(answer)).toBe(`W/"${versionId}"`)
    expect(faultsOf(answer.body as unknown as Resource)).toEqual([])
    const read = await client.get(answer.headers.get('location') ?? '')
    expect([read.status, read.body]).toEqual([200, answer.body])
    expect(read.body).toMatchObject({ ...ada(), name: [{ use: 'official', family: 'Quell' }] })
    const { body, scopes } = await stored('patients', id)
    expect(scopes).toEqual([`site:${site}`])
    expect(body.stamps['names']).toMatchObject({ origin: 'client', by: client.id })
  })

  it('is heard of by a laptop at once, and named there as from a machine', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('patients')
    const id = idOf(await created('Patient', ada()))
    await carla.follow('patients')
    const seen = carla.held.get(`patients/${id}`) as AnyDocument
    expect(seen.sources['birthDate']).toMatchObject({ origin: 'client', by: client.id })
  })

  it('updates what is stated, and keeps what FHIR does not tell', async () => {
    const first = await created('Patient', ada({ identifier: [mrn()] }))
    const id = idOf(first)
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('patients')
    const held = carla.held.get(`patients/${id}`) as AnyDocument
    const phone = { key: 'k1', system: 'phone', value: '555', use: 'home', confidential: true }
    await carla.push(carla.edit('patients', held, { note: 'Prefers mornings', telecoms: [phone] }))
    const read = await client.get(`Patient/${id}`)
    const changed = { ...read.body, birthDate: '1984-03-19', gender: undefined }
    const answer = await client.send('PUT', `Patient/${id}`, changed, { 'if-match': etagOf(read) })
    expect(said(answer)).toEqual([200, 'taken'])
    expect(answer.body['birthDate']).toBe('1984-03-19')
    const { body } = await stored('patients', id)
    expect(body.doc).toMatchObject({
      note: 'Prefers mornings',
      administrativeGender: null,
      telecoms: [phone],
    })
    expect(body.stamps['note']).toMatchObject({ origin: 'person' })
    expect(body.stamps['birthDate']).toMatchObject({ origin: 'client' })
  })

  it('changes nothing, and makes no version, where nothing else is stated', async () => {
    const first = await created('Patient', ada({ identifier: [mrn()] }))
    const again = await client.send('PUT', `Patient/${idOf(first)}`, first.body, {
      'if-match': etagOf(first),
    })
    expect([again.status, etagOf(again)]).toEqual([200, etagOf(first)])
  })

  it('refuses an update on anything but the present version', async () => {
    const first = await created('Patient', ada())
    const place = `Patient/${idOf(first)}`
    const born = (birthDate: string) => ({ ...first.body, birthDate })
    expect(said(await client.send('PUT', place, born('1985')))).toEqual([428, 'fhir.version-needed'])
    const race = await Promise.all(
      ['1985', '1986', '1987'].map((year) =>
        client.send('PUT', place, born(year), { 'if-match': etagOf(first) }),
      ),
    )
    expect(statusesOf(race)).toEqual(['200', '412', '412'])
    const lost = race.find(({ status }) => status === 412)
    expect(lost && errorOf(lost)).toBe('fhir.version-conflict')
    expect((await client.get(`${place}/_history/${etagOf(first).slice(3, -1)}`)).status).toBe(404)
  })

  it('makes nobody twice: not by a condition, not by an identifier, not at once', async () => {
    const identifier = mrn()
    const condition = { 'if-none-exist': `identifier=${identifier.system}|${identifier.value}` }
    const both = await Promise.all(
      [1, 2].map(() => client.send('POST', 'Patient', ada({ identifier: [identifier] }), condition)),
    )
    expect(statusesOf(both)).toEqual(['200', '201'])
    expect(new Set(both.map(idOf)).size).toBe(1)
    const again = await client.send('POST', 'Patient', ada({ identifier: [identifier] }))
    expect(said(again)).toEqual([409, 'fhir.duplicate'])
    const loose = { 'if-none-exist': 'family=Quell' }
    expect(said(await client.send('POST', 'Patient', ada(), loose))).toEqual([400, 'fhir.not-supported'])
  })

  it('books, moves and calls off an appointment', async () => {
    const patient = idOf(await created('Patient', ada()))
    const first = await created('Appointment', booking(patient))
    const id = idOf(first)
    expect(faultsOf(first.body as unknown as Resource)).toEqual([])
    expect((await stored('appointments', id)).body.doc).toMatchObject({
      patientId: patient,
      siteId: site,
      start: { local: '2026-05-20T14:30:00', zone: 'America/New_York' },
      durationMinutes: 20,
    })
    const moved = { ...first.body, start: '2026-05-21T13:00:00.000Z', end: undefined }
    const second = await client.send('PUT', `Appointment/${id}`, moved, { 'if-match': etagOf(first) })
    expect(second.body).toMatchObject({ start: '2026-05-21T13:00:00.000Z', end: '2026-05-21T13:20:00.000Z' })
    const off = { ...second.body, status: 'cancelled', cancelationReason: { text: 'Snow' } }
    const third = await client.send('PUT', `Appointment/${id}`, off, { 'if-match': etagOf(second) })
    expect(third.body).toMatchObject({ status: 'cancelled', cancelationReason: { text: 'Snow' } })
    const another = idOf(await created('Patient', ada()))
    const handed = { ...third.body, participant: booking(another).participant }
    const refused = await client.send('PUT', `Appointment/${id}`, handed, { 'if-match': etagOf(third) })
    expect(said(refused)).toEqual([422, 'fhir.not-kept'])
  })

  it('answers what goes wrong as an outcome that names the element', async () => {
    const post = async (body: unknown, type = 'Patient') => said(await client.send('POST', type, body))
    const contact = await client.send('POST', 'Patient', ada({ contact: [{}] }))
    expect(said(contact)).toEqual([422, 'fhir.not-kept'])
    expect(contact.body['issue']).toMatchObject([{ code: 'not-supported', expression: ['Patient.contact'] }])
    expect(await post(ada(), 'Appointment')).toEqual([422, 'fhir.invalid'])
    expect(await post([])).toEqual([422, 'fhir.invalid'])
    expect(await post({ resourceType: 'Observation' }, 'Observation')).toEqual([400, 'fhir.not-supported'])
    expect(await post({}, 'Basic')).toEqual([404, 'fhir.not-found'])
    expect(await post(booking(newId()), 'Appointment')).toEqual([422, 'fhir.invalid'])
    const gp = [{ reference: `Practitioner/${newId()}` }]
    expect(await post(ada({ generalPractitioner: gp }))).toEqual([422, 'fhir.invalid'])
    const match = { 'if-match': 'W/"1.x"' }
    const unknown = newId()
    const put = await client.send('PUT', `Patient/${unknown}`, ada({ id: unknown }), match)
    expect(said(put)).toEqual([404, 'fhir.not-found'])
    const first = await created('Patient', ada())
    const other = { ...first.body, id: unknown }
    const swapped = await client.send('PUT', `Patient/${idOf(first)}`, other, { 'if-match': etagOf(first) })
    expect(said(swapped)).toEqual([422, 'fhir.invalid'])
    expect(server.logged()).not.toContain('Quell')
  })

  it('writes only with the scope, and answers with what may be read', async () => {
    const grants = [{ role: 'integration', scope: `site:${site}` }] as const
    const reader = await openClient(server, { grants, smartScopes: ['system/*.rs'] })
    expect(said(await reader.send('POST', 'Patient', ada()))).toEqual([403, 'fhir.scope'])
    const writer = await openClient(server, { grants, smartScopes: ['system/Patient.c'] })
    const answer = await writer.send('POST', 'Patient', ada())
    expect([answer.status, answer.body]).toEqual([201, {}])
    const id = answer.headers.get('location')?.split('/').at(-3) ?? ''
    expect((await client.get(`Patient/${id}`)).headers.get('etag')).toBe(etagOf(answer))
    const put = await writer.send('PUT', `Patient/${id}`, ada({ id }), { 'if-match': etagOf(answer) })
    expect(said(put)).toEqual([403, 'fhir.scope'])
    const minimal = await client.send('POST', 'Patient', ada(), { prefer: 'return=minimal' })
    expect([minimal.status, minimal.body]).toEqual([201, {}])
  })

  it('writes only where its grants reach, and only what its role may', async () => {
    const [, there] = server.synthetic.sites
    const tag = [{ system: 'urn:rounds:site', code: there.id }]
    expect(said(await client.send('POST', 'Patient', ada({ meta: { tag } })))).toEqual([
      403,
      'access.forbidden',
    ])
    const everywhere = await openClient(server, { grants: [{ role: 'integration', scope: 'org' }] })
    expect(said(await everywhere.send('POST', 'Patient', ada()))).toEqual([422, 'fhir.invalid'])
    const placed = await everywhere.send('POST', 'Patient', ada({ meta: { tag } }))
    expect(placed.body['meta']).toMatchObject({ tag })
    const put = { ...ada({ id: idOf(placed) }) }
    const reached = await client.send('PUT', `Patient/${idOf(placed)}`, put, { 'if-match': etagOf(placed) })
    expect(said(reached)).toEqual([404, 'fhir.not-found'])
    const officer = await openClient(server, { grants: [{ role: 'privacy-officer', scope: `site:${site}` }] })
    expect(said(await officer.send('POST', 'Patient', ada()))).toEqual([403, 'access.forbidden'])
  })

  it('does not touch a patient who is kept from it', async () => {
    const first = await created('Patient', ada())
    const patientId = idOf(first)
    const restriction: SeedWrite<'consents'>['data'] = {
      patientId,
      siteIds: [site],
      category: 'restriction',
      purposes: ['operations'],
    }
    await seed({ module: 'consents', id: newId(), data: restriction })
    const put = await client.send('PUT', `Patient/${patientId}`, first.body, { 'if-match': etagOf(first) })
    expect(said(put)).toEqual([404, 'fhir.not-found'])
    expect(said(await client.send('POST', 'Appointment', booking(patientId)))).toEqual([422, 'fhir.invalid'])
  })

  it('stands in the audit, with the ground on which it was written, and when it was refused', async () => {
    const id = idOf(await created('Patient', ada()))
    await client.send('POST', 'Patient', ada({ contact: [] }))
    const own = (await server.store.audit.read({ limit: 20 })).filter(({ actor }) => actor === client.id)
    const common = { action: 'client', collection: 'patients', purpose: 'operations', address: '127.0.0.1' }
    expect(own[0]).toMatchObject({ ...common, outcome: 'fhir.not-kept' })
    expect(own[1]).toMatchObject({ action: 'disclosure', ids: [id], facts: { interaction: 'create' } })
    expect(own[2]).toMatchObject({ ...common, outcome: 'applied', ids: [id] })
    expect(own[2]?.changes).toEqual([{ ids: [id], fields: expect.arrayContaining(['names', 'birthDate']) }])
    expect(own[2]?.facts).toMatchObject({ recipient: 'Synthetic Analytics', agreement: client.agreement.id })
  })

  it('is told to the systems that are to hear of patients', async () => {
    const partner = await openPartner()
    const feed = demoFeed({
      site,
      authority: server.synthetic.sites[0].authority,
      zone: 'America/New_York',
      at: '2026-01-01T00:00:00.000Z',
    })
    const send = {
      agreementId: client.agreement.id,
      host: '127.0.0.1',
      port: partner.port,
      tls: false,
      processingId: 'P' as const,
      to: { application: 'EHR', facility: 'GENERAL' },
      from: { application: 'ROUNDS', facility: 'ROUNDS' },
      events: ['A28' as const, 'A31' as const, 'A04' as const],
      answerSeconds: 1,
    }
    await server.store.feeds.save({ ...feed, settings: { ...(feed.settings as object), send } })
    await server.hl7.feeds.reload()
    const first = await created('Patient', ada())
    const changed = { ...first.body, birthDate: '1990' }
    await client.send('PUT', `Patient/${idOf(first)}`, changed, { 'if-match': etagOf(first) })
    await expect
      .poll(() => partner.received.map((bytes) => bytes.toString().split('|')[8]), { timeout: 10_000 })
      .toEqual(['ADT^A28^ADT_A05', 'ADT^A31^ADT_A05'])
    await partner.close()
  })

  it('is what the server says that it can do', async () => {
    const { body } = await client.get('metadata', { authorization: '' })
    const [rest] = body['rest'] as { resource: { type: string; interaction: { code: string }[] }[] }[]
    const writable = (rest?.resource ?? []).filter(({ interaction }) =>
      interaction.some(({ code }) => code === 'create' || code === 'update'),
    )
    expect(writable.map(({ type }) => type)).toEqual(['Patient', 'Appointment'])
    const versioned = (rest?.resource ?? []).filter(({ type }) => type !== 'Provenance')
    expect(versioned.every(({ interaction }) => interaction.some(({ code }) => code === 'vread'))).toBe(true)
  })
})
