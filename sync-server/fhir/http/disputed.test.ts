import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { amendments } from '../../privacy/rights/amendments.ts'
import type { Amendment } from '../../privacy/rights/amendments.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { DISPUTED } from '../convert/disputed.ts'
import type { Resource } from '../convert/index.ts'
import { faultsOf } from '../testing/r4.ts'
import { openClient, resourcesOf } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'

// What a patient disputes in vain goes out with what they say against it (45 CFR 164.526(d)(5)).

describe.each(['sqlite', 'postgres'] as const)('a record in dispute, by FHIR on %s', (dialect) => {
  let server: TestServer
  let client: TestClient
  let observation: AnyDocument
  let patientId: Id
  beforeAll(async () => {
    server = await startTestServer({ dialect })
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('clinical')
    const found = [...carla.held.values()].find(({ kind }) => kind === 'observation')
    if (found === undefined) throw new Error('the seed has no observation')
    observation = found
    patientId = String(observation['patientId'])
    const grants = [{ role: 'integration', scope: 'org' }] as const
    client = await openClient(server, { grants, seesRestricted: true })
    await ask(observation.id, 'The value is not mine')
    await ask(null, 'None of it is mine')
    await ask(observation.id, 'Not answered yet', false)
  })
  afterAll(() => server.close())

  async function ask(recordId: Id | null, words: string, isDenied = true): Promise<void> {
    const signed = { by: server.userId('priya'), at: '2026-03-04T10:00:00.000Z' }
    const content: Amendment = {
      recordId,
      receivedOn: '2026-03-03',
      request: `Take it away: ${words}`,
      decision: isDenied ? { ...signed, words: 'It is right', accepted: false, ground: 'accurate' } : null,
      disagreement: isDenied ? { ...signed, words } : null,
      rebuttal: null,
    }
    await amendments.file(server.store.access, { id: newId(), about: patientId, at: signed.at, content })
  }

  const of = (all: readonly Resource[], id: Id) => all.find((one) => one.id === id)
  const against = (words: string) => [
    {
      url: DISPUTED,
      extension: [
        { url: 'received', valueDate: '2026-03-03' },
        { url: 'request', valueString: `Take it away: ${words}` },
        { url: 'denial', valueString: 'Denied (Accurate): It is right' },
        { url: 'disagreement', valueString: words },
      ],
    },
  ]

  it('bears what its patient says against it, whichever way it is asked for, and is valid R4', async () => {
    const read = await client.get(`Observation/${observation.id}`)
    const everything = resourcesOf(await client.get(`Patient/${patientId}/$everything?_count=200`))
    const searched = await client.get(
      `Observation?patient=${patientId}&_include=Observation:patient&_count=200`,
    )
    const found = [...resourcesOf(searched), ...resourcesOf(searched, 'include')]
    for (const all of [[read.body as Resource], everything, found])
      expect(of(all, observation.id)?.['extension']).toEqual(against('The value is not mine'))
    for (const all of [everything, found])
      expect(of(all, patientId)?.['extension']).toEqual(against('None of it is mine'))
    expect(everything.filter((one) => one['extension'] !== undefined)).toHaveLength(2)
    expect(everything.flatMap(faultsOf)).toEqual([])
  })

  it('is told whole to who has this version of it already', async () => {
    const { headers } = await client.get(`Observation/${observation.id}`)
    const again = await client.get(`Observation/${observation.id}`, {
      'if-none-match': headers.get('etag') ?? '',
    })
    expect(again.status).toBe(200)
  })

  it('is sent back as it was read, or without; what was said against it is changed by nobody', async () => {
    const { body, headers } = await client.get(`Patient/${patientId}`)
    const etag = headers.get('etag') ?? ''
    const put = (sent: object) => client.send('PUT', `Patient/${patientId}`, sent, { 'if-match': etag })
    expect((await put(body)).headers.get('etag')).toBe(etag)
    expect((await put({ ...body, extension: undefined })).headers.get('etag')).toBe(etag)
    const changed = await put({ ...body, extension: against('All of it is right') })
    expect(changed.status).toBe(422)
  })
})
