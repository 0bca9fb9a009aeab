import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { atConsole } from '../../testing/console-caller.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import { openClient } from '../../fhir/testing/test-client.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

const today = () => new Date().toISOString().slice(0, 10)
const period = { from: `${today()}T00:00:00.000Z`, until: new Date(Date.now() + 86_400_000).toISOString() }

describe.each(['sqlite', 'postgres'] as const)('reports from the audit, over %s', (dialect) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ dialect })
  })
  afterAll(() => server.close())

  it('say what everybody did in a period, which a privacy officer signs', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('patients')
    const priya = await atConsole(server.url, 'priya')
    const { body } = await priya('activity', period)
    const row = body.rows.find(({ actor }) => actor === 'Carla Mendes')
    expect(row?.counts).toMatchObject({ loaded: 1, refused: 0 })
    expect(row?.addresses).toEqual(['127.0.0.1'])
    const hers = body.rows.find(({ actor }) => actor === 'Priya Raman')
    expect([hers?.counts.signedIn, hers?.addresses]).toEqual([1, ['127.0.0.1']])
    const found = { ...period, words: 'Nothing out of the ordinary', followUp: false }
    expect((await priya('sign-activity-review', found)).body).toMatchObject({
      by: 'Priya Raman',
      followUp: false,
    })
    const otto = await atConsole(server.url, 'otto')
    expect((await otto('activity-reviews', {})).body.reviews).toMatchObject([{ words: found.words }])
    expect((await otto('sign-activity-review', found)).status).toBe(403)
    const [entry] = (await server.store.audit.read({ limit: 5 })).filter(
      ({ action }) => action === 'sign-activity-review',
    )
    expect(entry).toMatchObject({ facts: { from: period.from, followUp: false } })
  })

  it('take no period that is endless or turned round', async () => {
    const otto = await atConsole(server.url, 'otto')
    expect((await otto('activity', { ...period, from: '2020-01-01T00:00:00.000Z' })).status).toBe(400)
    expect((await otto('activity', { from: period.until, until: period.from })).status).toBe(400)
  })

  it('account for each disclosure of a patient: to whom, what, for what; those for treatment apart', async () => {
    const grants = [{ role: 'supervisor', scope: 'org' }] as const
    const research = await openClient(server, { grants, purpose: 'research', seesRestricted: true })
    const treatment = await openClient(server, { grants, purpose: 'treatment', seesRestricted: true })
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('clinical')
    const observation = [...carla.held.values()].find(({ kind }) => kind === 'observation')
    const patientId = String(observation?.['patientId'])
    await research.get(`Observation/${observation?.id}`)
    await treatment.get(`Patient/${patientId}`)
    const priya = await atConsole(server.url, 'priya')
    expect((await priya('accounting', { patientId })).body.error.code).toBe('access.purpose')
    await priya('state-purpose', { purpose: 'privacy', reference: '' })
    const { disclosed } = (await priya('accounting', { patientId })).body
    expect(disclosed.map(({ purpose, mustBeTold }) => [purpose, mustBeTold])).toEqual([
      ['treatment', false],
      ['research', true],
    ])
    expect(disclosed[1]).toMatchObject({
      recipient: 'Synthetic Analytics',
      way: 'fhir',
      what: ['Observations', 'Patients'],
      agreement: research.agreement.id,
    })
    expect((await priya('accounting', { patientId: newId() })).body.disclosed).toEqual([])
    const sam = await atConsole(server.url, 'sam')
    expect((await sam('accounting', { patientId })).status).toBe(403)
  })
})
