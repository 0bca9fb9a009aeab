import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { atConsole } from '../../testing/console-caller.ts'
import type { ConsoleAsk } from '../../testing/console-caller.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

describe.each(['sqlite', 'postgres'] as const)('the dossier of a lost laptop, over %s', (dialect) => {
  let server: TestServer
  let carla: TestDevice
  let priya: ConsoleAsk
  beforeAll(async () => {
    server = await startTestServer({ dialect })
    carla = await enrolDevice(server.url, 'carla')
    for (const collection of ['patients', 'clinical', 'appointments', 'accounts'] as const)
      await carla.follow(collection)
    priya = await atConsole(server.url, 'priya')
    await priya('state-purpose', { purpose: 'incident', reference: 'L-1' })
  })
  afterAll(() => server.close())

  const heldPatients = () =>
    new Set(
      [...carla.held.values()].flatMap((document) =>
        document.kind === 'patient' ? [document.id] : (document['patientId'] ?? []),
      ),
    )

  it('names every patient of whom something was on the device, and the fields that could be seen', async () => {
    const { body } = await priya('dossier', { deviceId: carla.deviceId })
    expect(new Set(body.patients.map(({ patientId }) => patientId))).toEqual(heldPatients())
    expect(body.persons).toBe(heldPatients().size)
    expect(body.patients.every(({ hadLeft, wasOpened }) => !hadLeft && !wasOpened)).toBe(true)
    expect(body.patients.some(({ name, patientId }) => name !== patientId)).toBe(true)
    const identifying = body.fields.find(({ module, phi }) => module === 'patients' && phi === 'identifying')
    expect(identifying?.names).toContain('Birth date')
    expect(Object.values(body.byState).reduce((sum, count) => sum + count, 0)).toBe(body.persons)
    expect(body.evidence.find(({ fact }) => fact === 'keeper')?.speaks).toBe('against')
    const [entry] = (await server.store.audit.read({ limit: 5 })).filter(
      ({ action }) => action === 'read-dossier',
    )
    expect(entry?.ids).toContain(carla.deviceId)
  })

  it('tells what was to have left before the last contact from what was there', async () => {
    const colin = await enrolDevice(server.url, 'colin')
    await colin.follow('patients')
    for (const grant of await server.store.access.grants(colin.userId))
      await server.store.access.saveGrant({ ...grant, until: new Date(server.clock.now()).toISOString() })
    server.clock.pass(60_000)
    await colin.signIn()
    const { body } = await priya('dossier', { deviceId: colin.deviceId })
    expect(body.persons).toBeGreaterThan(0)
    expect(body.patients.every(({ hadLeft }) => hadLeft)).toBe(true)
  })

  it('tells the lease that the device was given, whatever is set since', async () => {
    await server.store.access.setLeaseDays({ days: 7, byRole: { coordinator: 3 } })
    const { body: session } = await carla.signIn()
    await server.store.access.setLeaseDays({ days: 60, byRole: {} })
    const { body } = await priya('dossier', { deviceId: carla.deviceId })
    const says = body.evidence.find(({ fact }) => fact === 'lease')?.says
    expect(says).toContain(`lasts until ${session.leaseUntil}`)
  })

  it('is drafted, kept, and signed once with a decision and the four factors', async () => {
    const { deviceId } = carla
    const { form } = (await priya('dossier', { deviceId })).body
    expect(form.notice.happened).toContain('lost or stolen')
    const kept = { ...form, lostOn: '2026-03-01', discoveredOn: '2026-03-03' }
    expect((await priya('save-dossier', { deviceId, form: kept })).body.deadlines.individuals).toBe(
      '2026-05-02',
    )
    expect((await priya('sign-dossier', { deviceId, form: kept })).status).toBe(400)
    const factors = { nature: 'All', recipient: 'A thief', acquired: 'Not known', mitigated: 'Wiped' }
    const decided = { ...kept, factors, decision: 'breach' as const }
    const signed = (await priya('sign-dossier', { deviceId, form: decided })).body
    expect(signed.signed).toMatchObject({ by: 'Priya Raman', persons: signed.persons })
    expect((await priya('save-dossier', { deviceId, form: kept })).status).toBe(400)
    expect((await priya('dossier-devices', {})).body.devices.find(({ id }) => id === deviceId)?.signed).toBe(
      true,
    )
  })

  it('is for privacy officers, of devices that are there', async () => {
    expect((await priya('dossier', { deviceId: newId() })).status).toBe(400)
    for (const login of ['sam', 'sofia', 'otto']) {
      const other = await atConsole(server.url, login)
      expect((await other('dossier', { deviceId: carla.deviceId })).status).toBe(403)
    }
  })
})
