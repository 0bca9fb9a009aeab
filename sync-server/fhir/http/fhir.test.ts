import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { allPages, errorOf, idsOf, nextOf, openClient, resourcesOf } from '../testing/test-client.ts'
import type { Answer, TestClient } from '../testing/test-client.ts'

/** What the seed made, of one module. */
async function recordsOf(server: TestServer, module: ModuleName): Promise<readonly AnyDocument[]> {
  const { collection, kind } = modules[module]
  return server.store.snapshot(async (read) => {
    const rows = await read.changes(collection, [{ kinds: [kind], scopes: 'all' }], {
      after: 0,
      limit: 10_000,
    })
    return (
      await read.documents(
        collection,
        rows.map(({ id }) => id),
      )
    ).map(({ body }) => body.doc)
  })
}

describe.each(['sqlite', 'postgres'] as const)('FHIR on %s', (dialect) => {
  let server: TestServer
  let client: TestClient
  let patients: readonly AnyDocument[]
  let observations: readonly AnyDocument[]

  beforeAll(async () => {
    server = await startTestServer({ dialect })
    client = await openClient(server, {
      grants: [{ role: 'supervisor', scope: 'org' }],
      seesRestricted: true,
    })
    patients = await recordsOf(server, 'patients')
    observations = await recordsOf(server, 'observations')
  })
  afterAll(() => server.close())

  const first = <T>(list: readonly T[]): T => {
    const [found] = list
    if (found === undefined) throw new Error('the seed has none')
    return found
  }

  it('reads a resource with its version, and says when nothing is new', async () => {
    const { id } = first(patients)
    const answer = await client.get(`Patient/${id}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toMatchObject({ resourceType: 'Patient', id })
    const etag = answer.headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"\d+\.[0-9a-f-]{36}"$/)
    expect((await client.get(`Patient/${id}`, { 'if-none-match': etag })).status).toBe(304)
  })

  it('pages through everything once, however much is written meanwhile', async () => {
    const expected = patients
      .filter(({ removedAt }) => removedAt === null)
      .map(({ id }) => id)
      .toSorted()
    const page = await client.get('Patient?_count=7')
    expect(idsOf(page)).toHaveLength(7)
    const created = newId()
    await addPatient(server, created, patients)
    const came = (await allPages(client, page)).map(({ id }) => id)
    expect(came.toSorted().filter((id) => id !== created)).toEqual(expected)
    expect(new Set(came).size).toBe(came.length)
    patients = await recordsOf(server, 'patients')
  })

  it('finds by patient, by code, by status, and by several together', async () => {
    const patientId = String(first(observations)['patientId'])
    const own = observations.filter((one) => one['patientId'] === patientId)
    const found = await allPages(
      client,
      await client.get(`Observation?patient=Patient/${patientId}&_count=5`),
    )
    expect(found.map(({ id }) => id).toSorted()).toEqual(own.map(({ id }) => id).toSorted())
    const codes = own.map((one) => (one['code'] as { codings: { code: string }[] }).codings[0]?.code)
    const code = first(codes) ?? ''
    const some = await allPages(client, await client.get(`Observation?patient=${patientId}&code=${code}`))
    expect(some).toHaveLength(codes.filter((one) => one === code).length)
    expect(idsOf(await client.get(`Observation?patient=${patientId}&status=entered-in-error`))).toEqual([])
    expect(idsOf(await client.get(`Observation?patient=${newId()}`))).toEqual([])
  })

  it('finds a patient by identifier through the index, and by name and birth date by looking', async () => {
    const patient = first(patients.filter(({ identifiers }) => (identifiers as unknown[]).length > 0))
    const { body } = await client.get(`Patient/${patient.id}`)
    const [identifier] = body['identifier'] as { system: string; value: string }[]
    const [name] = body['name'] as { family: string; given: string[] }[]
    const by = async (form: Record<string, string>) =>
      (await allPages(client, await client.search('Patient', form))).map(({ id }) => id)
    expect(await by({ identifier: `${identifier?.system}|${identifier?.value}` })).toEqual([patient.id])
    expect(await by({ identifier: `${identifier?.value}` })).toContain(patient.id)
    expect(await by({ identifier: `urn:oid:9.9|${identifier?.value}` })).toEqual([])
    expect(await by({ family: (name?.family ?? '').slice(0, 3).toUpperCase() })).toContain(patient.id)
    const born = { family: name?.family ?? '', birthdate: String(body['birthDate']) }
    expect(await by(born)).toContain(patient.id)
    expect(await by({ ...born, birthdate: 'lt1890' })).toEqual([])
    expect(await by({ 'name:exact': 'nobody-of-this-name' })).toEqual([])
  })

  it('narrows by the time of storing', async () => {
    const now = new Date(server.clock.now() + 60_000).toISOString()
    expect(idsOf(await client.get(`Patient?_lastUpdated=gt${now}`))).toEqual([])
    expect(idsOf(await client.get(`Patient?_lastUpdated=lt${now}&_count=3`))).toHaveLength(3)
  })

  it('brings along what is referred to, and where it came from', async () => {
    const patientId = String(first(observations)['patientId'])
    const answer = await client.get(
      `Observation?patient=${patientId}&_include=Observation:patient&_revinclude=Provenance:target&_count=2`,
    )
    const beside = resourcesOf(answer, 'include')
    expect(beside.filter(({ resourceType }) => resourceType === 'Patient').map(({ id }) => id)).toEqual([
      patientId,
    ])
    const provenance = first(beside.filter(({ resourceType }) => resourceType === 'Provenance'))
    expect((await client.get(`Provenance/${provenance.id}`)).body).toEqual(provenance)
    const target = idsOf(answer).map((id) => `Observation/${id}`)
    expect(idsOf(await client.get(`Provenance?target=${target.join()}`))).toContain(provenance.id)
  })

  it('gives everything of a patient, page by page', async () => {
    const patientId = String(first(observations)['patientId'])
    const page = await client.get(`Patient/${patientId}/$everything?_count=4`)
    expect(page.status).toBe(200)
    const came = await allPages(client, page)
    expect(first(came).id).toBe(patientId)
    const own = observations.filter((one) => one['patientId'] === patientId)
    expect(came.filter(({ resourceType }) => resourceType === 'Observation')).toHaveLength(own.length)
    expect(new Set(came.map(({ resourceType, id }) => `${resourceType}/${id}`)).size).toBe(came.length)
    const only = await allPages(client, await client.get(`Patient/${patientId}/$everything?_type=Encounter`))
    expect(new Set(only.map(({ resourceType }) => resourceType))).toEqual(new Set(['Encounter']))
  })

  it('brings beside each page of everything the people, organisations and places that it names', async () => {
    const appointments = await recordsOf(server, 'appointments')
    const [booked] = appointments.filter(
      ({ removedAt, practitioner, locationId }) =>
        removedAt === null && Boolean((practitioner as { contactId?: Id } | null)?.contactId ?? locationId),
    )
    const everything = `Patient/${String(booked?.['patientId'])}/$everything`
    const named = (page: Answer) => {
      const text = JSON.stringify([...resourcesOf(page), ...resourcesOf(page, 'include')])
      const references = text.matchAll(/"reference":"((?:Practitioner|Organization|Location)\/[^"]+)"/g)
      return [...new Set([...references].map(([, reference = '']) => reference))].toSorted()
    }
    const beside = (page: Answer) =>
      resourcesOf(page, 'include').map(({ resourceType, id }) => `${resourceType}/${id}`)
    const reader = await openClient(server, {
      grants: [{ role: 'supervisor', scope: 'org' }],
      seesRestricted: true,
    })
    const pages = [await reader.get(`${everything}?_count=4`)]
    for (let next = nextOf(first(pages)); next !== null;) {
      const page = await reader.get(next)
      pages.push(page)
      next = nextOf(page)
    }
    for (const page of pages) expect(beside(page).toSorted()).toEqual(named(page))
    expect(pages.flatMap(beside).length).toBeGreaterThan(0)
    for (const reference of pages.flatMap(beside)) expect((await client.get(reference)).status).toBe(200)
    const told = (await server.store.audit.read({ limit: 200 })).filter(
      ({ actor, facts }) => actor === reader.id && facts?.['interaction'] === 'everything',
    )
    const contacts = new Set(told.flatMap(({ collection, ids }) => (collection === 'contacts' ? ids : [])))
    const people = pages.flatMap(beside).filter((one) => one.startsWith('Practitioner/'))
    expect(new Set(people.map((person) => person.split('/')[1]))).toEqual(contacts)

    const only = await client.get(`${everything}?_type=Appointment&_count=200`)
    expect(beside(only)).toEqual([])
    const some = await client.get(`${everything}?_type=Appointment,Practitioner&_count=200`)
    expect(beside(some).toSorted()).toEqual(named(some).filter((one) => one.startsWith('Practitioner/')))
    const scopes = ['system/Patient.rs', 'system/Appointment.rs', 'system/Location.rs']
    const narrow = await openClient(server, {
      grants: [{ role: 'supervisor', scope: 'org' }],
      seesRestricted: true,
      smartScopes: scopes,
    })
    const seen = await narrow.get(`${everything}?_count=200`)
    expect(beside(seen).toSorted()).toEqual(named(seen).filter((one) => one.startsWith('Location/')))
  })

  it('keeps what tells of a patient out of addresses and logs', async () => {
    const answer = await client.get('Patient?family=Zyxwvutsrqp')
    expect([answer.status, errorOf(answer)]).toEqual([400, 'fhir.parameter-in-url'])
    expect(server.logged()).not.toContain('Zyxwvutsrqp')
    const page = await client.search('Patient', { birthdate: 'gt1890', _count: '1' })
    const next = nextOf(page) ?? ''
    expect(next).toMatch(/\/fhir\/_page\?ticket=[\w-]+$/)
    expect(next).not.toContain('1890')
    const other = await openClient(server, { grants: [{ role: 'supervisor', scope: 'org' }] })
    expect((await other.get(next)).status).toBe(404)
  })

  it('answers what goes wrong as an outcome', async () => {
    const { id } = first(patients)
    const said = async (path: string) => {
      const answer = await client.get(path)
      return [answer.status, errorOf(answer)]
    }
    expect(await said(`Patient/${newId()}`)).toEqual([404, 'fhir.not-found'])
    expect(await said('Patient/nonsense')).toEqual([404, 'fhir.not-found'])
    expect(await said(`Observation/${id}`)).toEqual([404, 'fhir.not-found'])
    expect(await said('Basic/1')).toEqual([404, 'fhir.not-found'])
    expect(await said('no/such/place/at/all')).toEqual([404, 'fhir.not-found'])
    expect(await said('Patient?favourite-colour=blue')).toEqual([400, 'fhir.not-supported'])
    expect(await said('Patient?_sort=name')).toEqual([400, 'fhir.not-supported'])
    expect(await said('Observation?patient:Patient=1')).toEqual([400, 'fhir.not-supported'])
    expect(await said('Observation?_include=*')).toEqual([400, 'fhir.not-supported'])
    expect(await said('Patient?_count=many')).toEqual([422, 'fhir.invalid'])
    expect(await said('_page?ticket=AAAA')).toEqual([404, 'fhir.not-found'])
    expect(await said('Patient?_format=xml')).toEqual([406, 'fhir.not-acceptable'])
    expect(errorOf(await client.get(`Patient/${id}`, { authorization: 'Bearer nothing' }))).toBe('fhir.token')
  })

  it('tells what it can do, and does it', async () => {
    const { body } = await client.get('metadata', { authorization: '' })
    const [rest] = body['rest'] as {
      resource: { type: string; searchParam: { name: string; type: string }[] }[]
    }[]
    const types = rest?.resource ?? []
    expect(types).toHaveLength(18)
    for (const { type, searchParam } of types.filter((one) => one.type !== 'Provenance')) {
      const form = searchParam.map(({ name, type: kind }): [string, string] => [
        name,
        kind === 'date' ? 'gt1800' : 'x',
      ])
      const answer = await client.search(type, Object.fromEntries(form))
      expect([type, answer.status]).toEqual([type, 200])
    }
    const smart = await client.get('.well-known/smart-configuration', { authorization: '' })
    expect(smart.body['token_endpoint']).toBe(`${server.url}/fhir/auth/token`)
  })
})

async function addPatient(server: TestServer, id: Id, patients: readonly AnyDocument[]): Promise<void> {
  const [like] = patients
  const data = { names: like?.['names'], siteIds: like?.['siteIds'] }
  const at = new Date(server.clock.now()).toISOString()
  const orgId = server.synthetic.organisation.id
  // One more of the kind that the seed makes.
  await server.door.seed({ type: 'seed', orgId, at }, [{ module: 'patients', id, data: data as object }])
}
