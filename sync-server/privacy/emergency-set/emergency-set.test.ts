import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { EmergencySet, EmergencySetAnswer } from '#app/protocol/index.ts'
import { mark } from '../../testing/mark-sensitive.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { Refusal, TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { gatherDossier } from '../dossier/dossier.ts'

describe.each(['sqlite', 'postgres'] as const)('the emergency set of a device, over %s', (dialect) => {
  let server: TestServer
  let clara: TestDevice
  let observations: readonly { readonly id: Id; readonly patientId: Id }[]
  let hidden: Id
  let patientId: Id
  beforeEach(async () => {
    server = await startTestServer({ dialect })
    clara = await enrolDevice(server.url, 'clara')
    await clara.follow('clinical')
    observations = [...clara.held.values()].flatMap((view) =>
      view.kind === 'observation' ? [{ id: view.id, patientId: String(view['patientId']) }] : [],
    )
    ;[{ id: hidden, patientId } = { id: '', patientId: '' }] = observations
    await mark(server, hidden, 'hiv')
  })
  afterEach(() => server.close())

  const ask = async (who: TestDevice, held: string | null = null) =>
    (await who.call<EmergencySetAnswer & Refusal>('emergencySet', { held })).body
  async function setOf(who: TestDevice, held: string | null = null): Promise<EmergencySet> {
    const answer = await ask(who, held)
    if (answer.state !== 'another') throw new Error(`no other set: ${answer.state}`)
    return answer.set
  }
  const idsIn = (set: EmergencySet) =>
    set.patients.flatMap(({ records }) => records.map(({ document }) => document.id))
  const audited = async () =>
    (await server.store.audit.read({ limit: 60 })).filter(({ action }) => action === 'emergency-set')

  it('holds what is withheld for its sensitivity, nothing else, and is audited as sent', async () => {
    const known = observations[1]
    if (known === undefined) throw new Error('one observation only')
    // Of this one Clara may know.
    await mark(server, known.id, 'behavioural-health')
    const set = await setOf(clara)
    expect(idsIn(set)).toEqual([hidden])
    expect(set).toMatchObject({ cut: false, patients: [{ patientId }] })
    expect(await audited()).toMatchObject([
      {
        actor: clara.userId,
        deviceId: clara.deviceId,
        outcome: 'delivered',
        collection: 'clinical',
        ids: [hidden],
      },
    ])
    await clara.follow('clinical')
    expect(clara.held.has(`clinical/${hidden}`)).toBe(false)
  })

  it('costs nothing while it is the same, is another when a record changes, and is confirmed once', async () => {
    const { id } = await setOf(clara)
    expect(await ask(clara, id)).toEqual({ state: 'unchanged' })
    expect(await ask(clara, id)).toEqual({ state: 'unchanged' })
    expect((await audited()).map(({ outcome }) => outcome)).toEqual(['held', 'delivered'])
    const other = observations[2]
    if (other === undefined) throw new Error('two observations only')
    await mark(server, other.id, 'genetic')
    const next = await setOf(clara, id)
    expect(next.id).not.toBe(id)
    expect(idsIn(next).toSorted()).toEqual([hidden, other.id].toSorted())
  })

  it('ends with the role, and is not delivered again', async () => {
    const { id } = await setOf(clara)
    const at = new Date(server.clock.now()).toISOString()
    for (const grant of await server.store.access.grants(clara.userId))
      await server.store.access.saveGrant({ ...grant, until: at })
    expect(await ask(clara, id)).toEqual({ state: 'none' })
    expect(await ask(clara)).toEqual({ state: 'none' })
    expect((await audited()).map(({ outcome }) => outcome)).toEqual(['gone', 'held', 'delivered'])
  })

  it('is of clinicians only, and of one device: what another one holds is no answer to it', async () => {
    for (const login of ['ada', 'carla', 'sofia'])
      expect(await ask(await enrolDevice(server.url, login))).toEqual({ state: 'none' })
    const { id } = await setOf(clara)
    const again = await enrolDevice(server.url, 'clara')
    expect((await setOf(again, id)).id).not.toBe(id)
    const refused = await clara.call<Refusal>('emergencySet', { held: null }, 'x'.repeat(43))
    expect(refused.body.error.code).toBe('access.session')
    expect((await clara.call<Refusal>('emergencySet', { held: 'anything' })).status).toBe(400)
  })

  it('of another site is not sent', async () => {
    const grants = await server.store.access.grants(clara.userId)
    const place = grants.find(({ scope }) => scope.startsWith('site:'))
    if (place === undefined) throw new Error('no site')
    await server.store.access.saveGrant({ ...place, scope: `site:${newId()}` })
    expect(idsIn(await setOf(clara))).toEqual([])
  })

  it('stands in the dossier of a lost device: how many records, and whose', async () => {
    const parts = { store: server.store, clock: server.clock }
    const before = await gatherDossier(parts, clara.deviceId)
    expect(before.evidence.map(({ fact }) => fact)).not.toContain('emergency-set')
    const { id } = await setOf(clara)
    const dossier = await gatherDossier(parts, clara.deviceId)
    expect(dossier.evidence.find(({ fact }) => fact === 'emergency-set')?.says).toContain(
      '1 restricted record',
    )
    const held = dossier.holdings.patients.find((one) => one.patientId === patientId)
    expect(held).toMatchObject({ inEmergencySet: 1, hadLeft: false })
    await ask(clara, id)
    const grants = await server.store.access.grants(clara.userId)
    const at = new Date(server.clock.now()).toISOString()
    for (const grant of grants) await server.store.access.saveGrant({ ...grant, until: at })
    await ask(clara, id)
    await ask(clara)
    const after = await gatherDossier(parts, clara.deviceId)
    expect(after.evidence.map(({ fact }) => fact)).not.toContain('emergency-set')
  })
})
