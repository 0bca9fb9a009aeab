import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import type { Resource } from '../../fhir/convert/index.ts'
import { faultsOf } from '../../fhir/testing/r4.ts'
import { recordsOfPatient } from '../../replication/records-of-patient.ts'
import { atConsole } from '../../testing/console-caller.ts'
import type { ConsoleAsk } from '../../testing/console-caller.ts'
import { mark } from '../../testing/mark-sensitive.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

const bundleSchema = z.object({ entry: z.array(z.object({ resource: z.custom<Resource>() })) })

describe.each(['sqlite', 'postgres'] as const)('what a patient may ask for, over %s', (dialect) => {
  let server: TestServer
  let priya: ConsoleAsk
  let patientId: Id
  let observation: AnyDocument
  beforeAll(async () => {
    server = await startTestServer({ dialect })
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('clinical')
    const found = [...carla.held.values()].find(({ kind }) => kind === 'observation')
    if (found === undefined) throw new Error('the seed has no observation')
    observation = found
    patientId = String(observation['patientId'])
    priya = await atConsole(server.url, 'priya')
    await priya('state-purpose', { purpose: 'privacy', reference: '' })
  })
  afterAll(() => server.close())

  const records = () => server.store.snapshot((read) => recordsOfPatient(read, patientId))
  const exported = async (form: 'html' | 'fhir') => (await priya('export-record', { patientId, form })).body
  const resources = async () =>
    bundleSchema.parse(JSON.parse((await exported('fhir')).text)).entry.map(({ resource }) => resource)

  it('is the whole record for machines, every resource valid R4', async () => {
    const all = await resources()
    expect(all.map(({ id }) => id).toSorted()).toEqual((await records()).map(({ id }) => id).toSorted())
    expect(all.flatMap(faultsOf)).toEqual([])
  })

  it('is the same for people, what was written as text only, and a disclosure to the patient', async () => {
    const hostile = '<script>alert(1)</script>'
    const at = new Date().toISOString()
    const actor = { type: 'seed', orgId: server.synthetic.organisation.id, at } as const
    const siteId = String(observation['siteId'])
    const data = { type: 'note', subject: hostile, occurredAt: at, patientId, siteId } as const
    await server.door.seed(actor, [{ module: 'patient-activities', id: newId(), data }])
    const { name, text } = await exported('html')
    expect(name).toBe('health-record.html')
    expect(text).not.toContain(hostile)
    expect(text).toContain('&lt;script&gt;')
    expect(text).toContain('<h2>Observations</h2>')
    const [entry] = await server.store.audit.read({ limit: 1 })
    expect(entry).toMatchObject({ action: 'disclose', purpose: 'individual', facts: { form: 'html' } })
    expect(entry?.ids).toContain(patientId)
    expect((await priya('accounting', { patientId })).body.disclosed[0]).toMatchObject({
      recipient: 'the patient',
      way: 'record',
      mustBeTold: false,
    })
  })

  it('holds what the patient asked to be amended, with the statement of disagreement', async () => {
    const asked = {
      patientId,
      recordId: observation.id,
      receivedOn: '2026-03-03',
      request: 'It was not mine.',
    }
    const { id, dueOn } = (await priya('receive-amendment', asked)).body
    expect(dueOn).toBe('2026-05-02')
    const step = { step: 'decide', accepted: false, ground: 'accurate' } as const
    expect((await priya('step-amendment', { id, words: 'It was', step })).body.decision).toMatchObject({
      by: 'Priya Raman',
      accepted: false,
    })
    expect((await priya('step-amendment', { id, words: 'It was', step })).status).toBe(400)
    await priya('step-amendment', { id, words: 'I say it was not', step: { step: 'disagree' } })
    // Beside the value itself, and among the requests.
    const { text } = await exported('html')
    expect(text.split('I say it was not')).toHaveLength(3)
    expect(text).toMatch(/Disputed since 2026-03-03.*It was not mine\..*Denied \(Accurate\): It was/)
    const all = await resources()
    expect(all.flatMap(faultsOf)).toEqual([])
    expect(all.find((one) => one.id === observation.id)).toMatchObject({
      extension: [{ url: 'urn:rounds:disputed' }],
    })
    expect((await priya('amendments', { patientId })).body.amendments).toHaveLength(1)
  })

  it('leaves psychotherapy notes out, and says how many', async () => {
    await mark(server, observation.id, 'psychotherapy-notes')
    expect((await resources()).map(({ id }) => id)).not.toContain(observation.id)
    expect((await exported('html')).text).toContain('1 psychotherapy notes are not part of it')
  })

  it('is for privacy officers, of patients who are there', async () => {
    expect((await priya('export-record', { patientId: newId(), form: 'html' })).body.error.code).toBe(
      'sync.not-visible',
    )
    for (const login of ['sam', 'sofia', 'otto']) {
      const other = await atConsole(server.url, login)
      expect((await other('export-record', { patientId, form: 'fhir' })).status).toBe(403)
    }
  })
})
