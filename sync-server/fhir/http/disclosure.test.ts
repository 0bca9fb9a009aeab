import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { demoFeed } from '../../hl7/index.ts'
import { sendMessages } from '../../hl7/send.ts'
import type { SeedWrite } from '../../replication/apply-seed.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { mark } from '../../testing/mark-sensitive.ts'
import { allPages, errorOf, idsOf, openClient, resourcesOf } from '../testing/test-client.ts'
import { faultsOf } from '../testing/r4.ts'

// Who sees what by FHIR, and what is written down of it.

describe.each(['sqlite', 'postgres'] as const)('what goes out by FHIR on %s', (dialect) => {
  let server: TestServer
  let patients: readonly AnyDocument[]

  beforeAll(async () => {
    server = await startTestServer({ dialect })
    patients = await recordsOf('patients')
  })
  afterAll(() => server.close())

  async function recordsOf(module: ModuleName): Promise<readonly AnyDocument[]> {
    const { collection, kind } = modules[module]
    return server.store.snapshot(async (read) => {
      const everything = [{ kinds: [kind], scopes: 'all' as const }]
      const rows = await read.changes(collection, everything, { after: 0, limit: 10_000 })
      const ids = rows.map(({ id }) => id)
      return (await read.documents(collection, ids)).map(({ body }) => body.doc)
    })
  }

  function seed(...writes: SeedWrite[]): Promise<number> {
    const at = new Date(server.clock.now()).toISOString()
    return server.door.seed({ type: 'seed', orgId: server.synthetic.organisation.id, at }, writes)
  }

  const patientWith = (fits: (patient: AnyDocument) => boolean): AnyDocument => {
    const found = patients.find((patient) => patient.removedAt === null && fits(patient))
    if (found === undefined) throw new Error('the seed has no such patient')
    return found
  }

  it('is what lies in the scopes of the client, by every way there is', async () => {
    const site = `site:${server.synthetic.sites[0].id}`
    const client = await openClient(server, {
      grants: [{ role: 'coordinator', scope: site }],
      seesRestricted: true,
    })
    const [inside, outside] = [true, false].map((is) =>
      patientWith(({ scopes }) => scopes.includes(site) === is),
    )
    expect((await client.get(`Patient/${inside?.id}`)).status).toBe(200)
    expect((await client.get(`Patient/${outside?.id}`)).status).toBe(404)
    expect((await client.get(`Patient/${outside?.id}/$everything`)).status).toBe(404)
    expect(idsOf(await client.get(`Patient?_id=${outside?.id},${inside?.id}`))).toEqual([inside?.id])
    expect(idsOf(await client.get(`Encounter?patient=${outside?.id}`))).toEqual([])
    expect(idsOf(await client.get(`Provenance?target=Patient/${outside?.id}`))).toEqual([])
    const all = await allPages(client, await client.get('Patient?_count=50'))
    const expected = patients.filter(({ scopes, removedAt }) => removedAt === null && scopes.includes(site))
    expect(all.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted())
  })

  it('is nothing of patients for a role that has nothing of them', async () => {
    const client = await openClient(server, { grants: [{ role: 'account-manager', scope: 'org' }] })
    for (const type of ['Patient', 'Observation', 'Appointment', 'Consent'])
      expect(idsOf(await client.get(`${type}?_count=5`))).toEqual([])
    expect(idsOf(await client.get('Practitioner?_count=5')).length).toBeGreaterThan(0)
    expect(idsOf(await client.get('Organization?_count=5')).length).toBeGreaterThan(0)
  })

  it('leaves out whom a restriction protects from the purpose of the client, and all that hangs on them', async () => {
    const grants = [{ role: 'supervisor', scope: 'org' }] as const
    const client = await openClient(server, { grants, purpose: 'research' })
    const other = await openClient(server, { grants, purpose: 'payment' })
    const trusted = await openClient(server, { grants, purpose: 'research', seesRestricted: true })
    const [observation] = await recordsOf('observations')
    const patientId = String(observation?.['patientId'])
    const [siteIds, observed] = [
      patientWith(({ id }) => id === patientId)['siteIds'] as Id[],
      `Observation/${observation?.id}`,
    ]
    const restriction: SeedWrite<'consents'>['data'] = {
      patientId,
      siteIds,
      category: 'restriction',
      purposes: ['research'],
    }
    await seed({ module: 'consents', id: newId(), data: restriction })
    expect((await client.get(`Patient/${patientId}`)).status).toBe(404)
    expect((await client.get(observed)).status).toBe(404)
    expect((await client.get(`Patient/${patientId}/$everything`)).status).toBe(404)
    expect(idsOf(await client.get(`Observation?patient=${patientId}`))).toEqual([])
    expect(
      (await allPages(client, await client.get('Patient?_count=100'))).map(({ id }) => id),
    ).not.toContain(patientId)
    expect((await other.get(observed)).status).toBe(200)
    expect((await trusted.get(observed)).status).toBe(200)
  })

  it('gives records of substance use to whom a consent names, with the word that they go no further', async () => {
    const grants = (['org', 'sensitivity:substance-use'] as const).map((scope) => ({
      role: 'supervisor' as const,
      scope,
    }))
    const told = await openClient(server, { grants, purpose: 'treatment', seesRestricted: true })
    const other = await openClient(server, { grants, purpose: 'payment', seesRestricted: true })
    const [, observation] = await recordsOf('observations')
    const [path, patientId] = [`Observation/${observation?.id}`, String(observation?.['patientId'])]
    await mark(server, observation?.id ?? '', 'substance-use')
    expect((await told.get(path)).status).toBe(404)
    const siteIds = patientWith(({ id }) => id === patientId)['siteIds'] as Id[]
    const consent: SeedWrite<'consents'>['data'] = {
      patientId,
      siteIds,
      category: 'part2-disclosure',
      provision: 'permit',
      purposes: ['treatment'],
      actors: [{ key: 'a', role: 'recipient', name: told.agreement.parties.theirs }],
    }
    await seed({ module: 'consents', id: newId(), data: consent })
    const { status, body } = await told.get(path)
    expect(status).toBe(200)
    expect(body['meta']).toMatchObject({ security: [{ code: 'NORDSCLCD' }] })
    expect((await other.get(path)).status).toBe(404)
    expect(idsOf(await other.get(`Observation?patient=${patientId}`))).not.toContain(observation?.id)
  })

  it('leaves out the addresses and numbers that a patient asked not to be told', async () => {
    const like = patientWith(() => true)
    const id = newId()
    const telecom = { key: 'a', system: 'phone', use: 'home', confidential: false } as const
    const telecoms = [
      { ...telecom, value: '555-0100001' },
      { ...telecom, key: 'b', value: '555-0100666', confidential: true },
    ]
    const { names, siteIds } = like as unknown as { names: never[]; siteIds: Id[] }
    await seed({ module: 'patients', id, data: { names, siteIds, telecoms } })
    const client = await openClient(server, { grants: [{ role: 'supervisor', scope: 'org' }] })
    const { body } = await client.get(`Patient/${id}`)
    expect(body['telecom']).toEqual([{ system: 'phone', value: '555-0100001', use: 'home' }])
    expect(idsOf(await client.search('Patient', { phone: '555-0100666' }))).toEqual([])
    expect(idsOf(await client.search('Patient', { phone: '5550100001' }))).toEqual([id])
  })

  it('is written down before it leaves: to whom, for what, of whom, and never what', async () => {
    const client = await openClient(server, {
      grants: [{ role: 'supervisor', scope: 'org' }],
      seesRestricted: true,
    })
    const [observation] = await recordsOf('observations')
    const patientId = String(observation?.['patientId'])
    await client.search('Observation', { patient: patientId, date: 'gt1900', _count: '200' })
    const entries = await server.store.audit.read({ limit: 2 })
    const common = {
      actor: client.id,
      address: '127.0.0.1',
      action: 'disclosure',
      purpose: 'operations',
      outcome: 'disclosed',
      facts: {
        recipient: 'Synthetic Analytics',
        agreement: client.agreement.id,
        interaction: 'search',
        parameters: 'patient date _count',
      },
    }
    for (const entry of entries) expect(entry).toMatchObject(common)
    const [ofPatients, ofRecords] = ['patients', 'clinical'].map((name) =>
      entries.find(({ collection }) => collection === name),
    )
    expect(ofPatients?.ids).toEqual([patientId])
    expect(ofRecords?.ids).toContain(observation?.id)
    await client.search('Patient', { family: 'Nobodywhoisthere' })
    const [nothing] = await server.store.audit.read({ limit: 1 })
    expect(nothing).toMatchObject({ outcome: 'nothing', facts: { parameters: 'family' } })
    expect(JSON.stringify(nothing)).not.toContain('Nobody')
    expect(server.logged()).not.toContain('Nobodywhoisthere')
  })

  it('is what a hospital sent by HL7, valid, with where it came from', async () => {
    const { sites, organisation } = server.synthetic
    const [{ id: site, authority }] = sites
    const at = new Date(server.clock.now()).toISOString()
    const feed = demoFeed({ site, authority, zone: organisation.zone, at })
    await server.store.feeds.save(feed)
    const { hl7 } = server
    await hl7.feeds.reload()
    for (const name of ['1-admission', '2-appointment', '3-result']) {
      const [answer] = await sendMessages('127.0.0.1', hl7.port, [await readFile(`docs/hl7/${name}.hl7`)])
      expect(String(answer)).toContain('MSA|AA')
    }
    await hl7.idle()
    expect(hl7.stats()).toMatchObject({ ended: { applied: 3 } })

    const client = await openClient(server, { grants: [{ role: 'coordinator', scope: `site:${site}` }] })
    const [patient] = resourcesOf(await client.search('Patient', { identifier: 'TOUR-7001' }))
    expect(patient).toMatchObject({ gender: 'female', birthDate: '1980-02-29' })
    const everything = await allPages(client, await client.get(`Patient/${patient?.id}/$everything?_count=3`))
    const types = everything.map(({ resourceType }) => resourceType)
    for (const type of ['Patient', 'Encounter', 'Appointment', 'Observation', 'DiagnosticReport'])
      expect(types).toContain(type)
    expect(everything.flatMap(faultsOf)).toEqual([])
    const sodium = await client.get(`Observation?patient=${patient?.id}&code=http://loinc.org|2951-2`)
    expect(resourcesOf(sodium)[0]).toMatchObject({ valueQuantity: { value: 132, unit: 'mmol/L' } })
    const [origin] = resourcesOf(await client.get(`Provenance?target=Patient/${patient?.id}`))
    expect(origin).toMatchObject({
      agent: [{ who: { identifier: { system: 'urn:rounds:feed', value: feed.id } } }],
      entity: [{ role: 'source', what: { identifier: { system: 'urn:rounds:message' } } }],
    })
  })

  it('refuses a client without the scope, whatever its grants', async () => {
    const client = await openClient(server, {
      grants: [{ role: 'supervisor', scope: 'org' }],
      smartScopes: ['system/Location.rs'],
    })
    for (const path of ['Patient?_count=1', `Patient/${newId()}`, `Patient/${newId()}/$everything`])
      expect(errorOf(await client.get(path))).toBe('fhir.scope')
    const entries = await server.store.audit.read({ limit: 3 })
    const refusal = { actor: client.id, outcome: 'fhir.scope', address: '127.0.0.1' }
    expect(entries).toMatchObject([refusal, refusal, refusal])
    const page = await client.get('Location?_include=Location:partof&_revinclude=Provenance:target')
    expect(resourcesOf(page, 'include').filter(({ resourceType }) => resourceType === 'Provenance')).toEqual(
      [],
    )
  })
})
