import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { EmergencyRecords, OpenEmergency } from '#app/protocol/index.ts'
import { atConsole } from '../testing/console-caller.ts'
import { mark } from '../testing/mark-sensitive.ts'
import { enrolDevice } from '../testing/test-device.ts'
import type { Refusal, TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'

const why = { reason: 'threat-to-life', words: 'Found without consciousness in the waiting room' } as const

describe.each(['sqlite', 'postgres'] as const)('breaking the glass, over %s', (dialect) => {
  let server: TestServer
  let clara: TestDevice
  let patientId: Id
  let hidden: Id
  beforeEach(async () => {
    server = await startTestServer({ dialect })
    clara = await enrolDevice(server.url, 'clara')
    await clara.follow('clinical')
    const observation = [...clara.held.values()].find(({ kind }) => kind === 'observation')
    hidden = observation?.id ?? ''
    patientId = String(observation?.['patientId'])
    await mark(server, hidden, 'hiv')
    await clara.follow('clinical')
    expect(clara.held.has(`clinical/${hidden}`)).toBe(false)
  })
  afterEach(() => server.close())

  const open = (who: TestDevice, id: Id = patientId, token?: string) =>
    who.call<OpenEmergency & Refusal>('breakGlass', { patientId: id, ...why }, token)
  const records = (who: TestDevice, id: Id, token?: string) =>
    who.call<EmergencyRecords & Refusal>('emergencyRecords', { id }, token)
  const shown = async (who: TestDevice, id: Id, token?: string) =>
    (await records(who, id, token)).body.records.map(({ document }) => document.id)
  const audited = async (action: string) =>
    (await server.store.audit.read({ limit: 40 })).filter((entry) => entry.action === action)

  it('shows a clinician what is restricted of that one patient, with the reason in the audit', async () => {
    const { status, body } = await open(clara)
    expect(status).toBe(200)
    const answer = (await records(clara, body.id)).body
    const ids = answer.records.map(({ document }) => document.id)
    expect(ids).toContain(hidden)
    for (const { document } of answer.records)
      expect([document.id, document['patientId']]).toContain(patientId)
    const [opened] = await audited('break-glass')
    expect(opened).toMatchObject({
      actor: clara.userId,
      ids: [patientId],
      purpose: why.reason,
      outcome: 'opened',
    })
    const read = await audited('emergency-read')
    expect(read.flatMap((entry) => entry.ids ?? []).toSorted()).toEqual(ids.toSorted())
    expect(JSON.stringify(await server.store.audit.read({ limit: 40 }))).not.toContain('consciousness')
    await clara.follow('clinical')
    expect(clara.held.has(`clinical/${hidden}`)).toBe(false)
  })

  it('ends by itself, and with the role', async () => {
    const { body } = await open(clara)
    server.clock.pass(59 * 60_000)
    const { token } = (await clara.signIn()).body
    expect(await shown(clara, body.id, token)).toContain(hidden)
    server.clock.pass(60_000)
    expect((await records(clara, body.id, token)).body.error.code).toBe('access.emergency-over')
    const again = (await open(clara, patientId, token)).body
    for (const grant of await server.store.access.grants(clara.userId))
      await server.store.access.saveGrant({ ...grant, until: new Date(server.clock.now()).toISOString() })
    expect((await records(clara, again.id, token)).body.error.code).toBe('access.emergency-over')
  })

  it('is for clinical roles, and for who opened it; what is refused stands in the audit', async () => {
    const { body } = await open(clara)
    for (const login of ['carla', 'ada', 'sofia']) {
      const other = await enrolDevice(server.url, login)
      expect((await open(other)).body.error.code).toBe('access.forbidden')
      expect((await records(other, body.id)).body.error.code).toBe('access.emergency-over')
    }
    expect((await open(clara, newId())).body.error.code).toBe('sync.not-visible')
    const refused = (await audited('break-glass')).filter(({ outcome }) => outcome !== 'opened')
    expect(refused).toHaveLength(4)
    expect((await clara.call<Refusal>('breakGlass', { patientId, ...why, words: '  short  ' })).status).toBe(
      400,
    )
  })

  it('is told to the supervisor by a task without a name, and signed off by somebody else, once', async () => {
    const { body } = await open(clara)
    const sofia = await enrolDevice(server.url, 'sofia')
    await sofia.follow('tasks')
    const task = [...sofia.held.values()].find(({ created }) => created.by === 'break-glass')
    expect(task).toMatchObject({ assigneeId: sofia.userId, priority: 'urgent', created: { origin: 'rule' } })
    expect(JSON.stringify(task)).not.toContain(patientId)

    const desk = await atConsole(server.url, 'sofia')
    expect((await desk('emergencies-waiting', {})).body.count).toBe(1)
    expect((await desk('emergencies', {})).body.error.code).toBe('access.purpose')
    await desk('state-purpose', { purpose: 'privacy', reference: '' })
    const [seen] = (await desk('emergencies', {})).body.emergencies
    expect(seen).toMatchObject({
      id: body.id,
      by: 'Clara Voss',
      patientIds: [patientId],
      words: why.words,
      signed: null,
    })
    const verdict = { id: body.id, verdict: 'justified', words: 'Confirmed with the ward' } as const
    expect((await desk('sign-emergency', verdict)).body.signed).toMatchObject({ by: 'Sofia Lindgren' })
    expect((await desk('sign-emergency', verdict)).status).toBe(400)
    expect((await desk('emergencies-waiting', {})).body.count).toBe(0)
    expect(await audited('sign-emergency')).toMatchObject([
      { outcome: 'justified', ids: [body.id, patientId] },
    ])
    const hers = await atConsole(server.url, 'clara')
    expect((await hers('emergencies-waiting', {})).body.error.code).toBe('access.forbidden')
  })

  it('can not be signed off by who opened it, whatever else they are', async () => {
    const grant = { userId: clara.userId, role: 'supervisor', scope: 'org', until: null } as const
    await server.store.access.saveGrant({ ...grant, id: newId(), from: '2020-01-01T00:00:00.000Z' })
    const { body } = await open(clara)
    const desk = await atConsole(server.url, 'clara')
    await desk('state-purpose', { purpose: 'privacy', reference: '' })
    const verdict = { id: body.id, verdict: 'justified', words: 'It was me' } as const
    expect((await desk('sign-emergency', verdict)).body.error.code).toBe('access.forbidden')
  })
})
