import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id, Role, Scope, Sensitivity } from '#app/kernel/index.ts'
import type { EmergencySetAnswer } from '#app/protocol/index.ts'
import type { ConsoleRequest } from '../../console-api/protocol/console.ts'
import { openClient } from '../../fhir/testing/test-client.ts'
import { atConsole } from '../../testing/console-caller.ts'
import type { ConsoleAsk } from '../../testing/console-caller.ts'
import { mark } from '../../testing/mark-sensitive.ts'
import { enrolDevice, isTombstone } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

const from = '2020-01-01T00:00:00.000Z'
const psychiatric = 'behavioural-health'

describe.each(['sqlite', 'postgres'] as const)('a mark that a person sets, over %s', (dialect) => {
  let server: TestServer
  /** Carla has no right to any sensitivity, Clara to behavioural health. */
  let [carla, clara]: TestDevice[] = []
  let [priya, sofia]: ConsoleAsk[] = []
  let observed: AnyDocument
  let patientId: Id
  beforeEach(async () => {
    server = await startTestServer({ dialect })
    ;[carla, clara] = await Promise.all(['carla', 'clara'].map((login) => enrolDevice(server.url, login)))
    ;[priya, sofia] = await Promise.all(['priya', 'sofia'].map(desk))
    await Promise.all([at(carla).follow('clinical'), at(clara).follow('clinical')])
    const found = [...at(carla).held.values()].find(({ kind }) => kind === 'observation')
    if (found === undefined) throw new Error('the seed has no observation')
    observed = found
    patientId = String(found['patientId'])
  })
  afterEach(() => server.close())

  function at<Thing>(thing: Thing | undefined): Thing {
    if (thing === undefined) throw new Error('nobody there')
    return thing
  }

  async function desk(login: string): Promise<ConsoleAsk> {
    const ask = await atConsole(server.url, login)
    await ask('state-purpose', { purpose: 'privacy', reference: 'T-17' })
    return ask
  }

  const give = (login: string, role: Role, scope: Scope) =>
    server.store.access.saveGrant({
      id: newId(),
      userId: server.userId(login),
      role,
      scope,
      from,
      until: null,
    })
  const held = (device: TestDevice | undefined) => at(device).held.get(`clinical/${observed.id}`)
  const decision = (sensitivity: Sensitivity = psychiatric): ConsoleRequest<'mark-records'> => ({
    patientId,
    sensitivity,
    records: [{ collection: 'clinical', id: observed.id }],
    words: 'She asked for it at the desk',
  })
  const marked = async (sensitivity?: Sensitivity) => at(priya)('mark-records', decision(sensitivity))
  const proposed = async () => (await at(priya)('propose-release', decision())).body
  const shown = async () => (await at(priya)('patient-marks', { patientId })).body
  const marksOf = async () => (await shown()).records.find(({ id }) => id === observed.id)?.marks
  const lastAudit = async (action: string) =>
    (await server.store.audit.read({ limit: 40 })).find((entry) => entry.action === action)

  it('takes the record from who has no right, at once, and leaves it to who has', async () => {
    const before = held(clara)
    const stream = await at(carla).stream()
    await stream.next(({ type }) => type === 'heads')
    expect((await marked()).body).toMatchObject({ records: 1, signed: { by: 'Priya Raman' } })
    await stream.next(({ type }) => type === 'heads')
    stream.close()
    const came = await at(carla).follow('clinical')
    expect(came.filter(isTombstone).map(({ id }) => id)).toEqual([observed.id])
    const { body } = await at(carla).call<{ outstanding: { readonly id: Id }[] }>('evicted', { gone: [] })
    expect(body.outstanding.map(({ id }) => id)).toEqual([observed.id])

    await at(clara).follow('clinical')
    expect(held(clara)?.scopes).toEqual([...observed.scopes, `sensitivity:${psychiatric}`])
    // It is another state of the record, and nobody wrote the record.
    expect(held(clara)?.rev).not.toBe(before?.rev)
    expect({ ...held(clara), rev: '', scopes: [] }).toEqual({ ...before, rev: '', scopes: [] })
    expect((await marked()).status).toBe(400)
  })

  it('is told by the audit: who, of which records, why; and by the page: who and when', async () => {
    const { id } = (await marked()).body
    const entry = await lastAudit('mark-sensitive')
    expect(entry).toMatchObject({
      actor: server.userId('priya'),
      ids: [patientId, id, observed.id],
      purpose: 'privacy T-17',
      outcome: 'applied',
    })
    expect(JSON.stringify(entry)).not.toMatch(/desk|behavioural/)
    expect(await marksOf()).toMatchObject([
      { sensitivity: psychiatric, said: { by: 'Priya Raman', origin: 'person' } },
    ])
    expect((await shown()).markings).toMatchObject([
      { id, records: 1, signed: { words: 'She asked for it at the desk' } },
    ])
  })

  it('shows that records are there, and nothing that they say', async () => {
    const { name, records } = await shown()
    expect(name).not.toBeNull()
    expect(records[0]).toMatchObject({ id: patientId, kind: 'Patient', hangsOn: [] })
    expect(records.slice(1).every(({ hangsOn }) => hangsOn.includes(patientId))).toBe(true)
    expect(records.find(({ id }) => id === observed.id)).toMatchObject({
      kind: 'Observation',
      places: expect.arrayContaining([server.synthetic.sites[0].name]),
      marks: [],
      removed: false,
    })
    expect(JSON.stringify(records)).not.toContain(JSON.stringify(observed['code']).slice(1, -1))
  })

  it('is seen before it is set, and before it is released', async () => {
    const preview = async (change: 'mark' | 'release') => {
      const { words: _, ...asked } = decision()
      return (await at(priya)('preview-marks', { ...asked, change })).body
    }
    const first = await preview('mark')
    // Clara, who may know, loses nothing.
    expect(first).toEqual({
      records: 1,
      people: [
        { role: 'coordinator', count: 1 },
        { role: 'supervisor', count: 1 },
      ],
      machines: 0,
    })
    expect(await preview('release')).toEqual({ records: 0, people: [], machines: 0 })
    await openClient(server, { grants: [{ role: 'integration', scope: 'org' }] })
    expect((await preview('mark')).machines).toBe(1)
    expect(held(carla)).toBeDefined()
    await marked()
    expect(await preview('release')).toEqual({ ...first, machines: 1 })
  })

  it('is released by two: then the record comes back as it was', async () => {
    await marked()
    await at(carla).follow('clinical')
    const { id } = await proposed()
    expect((await at(priya)('approve-release', { id })).body.error.code).toBe('access.forbidden')
    expect(await marksOf()).toHaveLength(1)
    const { releases } = (await at(sofia)('releases', {})).body
    expect(releases).toMatchObject([
      { id, isOwn: false, isStale: false, proposed: { by: 'Priya Raman' }, records: [{ id: observed.id }] },
    ])
    const approved = await at(sofia)('approve-release', { id })
    expect(approved.body).toMatchObject({ decided: { by: 'Sofia Lindgren', approved: true } })
    await at(carla).follow('clinical')
    expect({ ...held(carla), rev: '' }).toEqual({ ...observed, rev: '' })
    expect(await marksOf()).toEqual([])
    expect(await lastAudit('release-sensitive')).toMatchObject({
      actor: server.userId('sofia'),
      ids: [patientId, id, observed.id],
      purpose: 'privacy T-17',
    })
    expect((await at(sofia)('approve-release', { id })).status).toBe(400)
    expect((await at(priya)('propose-release', decision())).status).toBe(400)
  })

  it('is not released where the record has changed since, or where it is declined', async () => {
    await marked()
    const { id } = await proposed()
    await mark(server, observed.id, psychiatric, { status: 'amended' })
    expect((await at(sofia)('releases', {})).body.releases).toMatchObject([{ id, isStale: true }])
    const refused = await at(sofia)('approve-release', { id })
    expect([refused.status, refused.body.error.code]).toEqual([409, 'privacy.changed-meanwhile'])
    expect((await at(sofia)('decline-release', { id })).body).toMatchObject({ decided: { approved: false } })
    const again = await proposed()
    await at(priya)('decline-release', { id: again.id })
    expect((await at(sofia)('approve-release', { id: again.id })).status).toBe(400)
    expect(await marksOf()).toHaveLength(1)
  })

  it('is released or not where two decide at once, and the paper says which', async () => {
    await give('otto', 'privacy-officer', 'org')
    const otto = await desk('otto')
    await marked()
    const { id } = await proposed()
    const [approved, declined] = await Promise.all([
      at(sofia)('approve-release', { id }),
      otto('decline-release', { id }),
    ])
    expect(approved.status === 200 ? declined.status : approved.status).toBe(400)
    expect([approved.status, declined.status]).toContain(200)
    const [kept] = (await at(sofia)('releases', {})).body.releases
    expect(kept?.decided?.approved).toBe(approved.status === 200)
    expect(await marksOf()).toHaveLength(approved.status === 200 ? 0 : 1)
  })

  it('is set again by a feed that says it again', async () => {
    await mark(server, observed.id, psychiatric)
    expect(await marksOf()).toMatchObject([{ said: { origin: 'feed' } }])
    await at(sofia)('approve-release', { id: (await proposed()).id })
    expect(await marksOf()).toEqual([])
    await mark(server, observed.id, psychiatric)
    expect(await marksOf()).toMatchObject([{ said: { origin: 'feed' } }])
  })

  it('is followed by FHIR and by the emergency sets', async () => {
    const grants = [{ role: 'integration', scope: 'org' }] as const
    const plain = await openClient(server, { grants })
    const further = { role: 'integration', scope: `sensitivity:${psychiatric}` } as const
    const trusted = await openClient(server, { grants: [...grants, further] })
    const answers = async () =>
      Promise.all(
        [plain, trusted].map(async (client) => (await client.get(`Observation/${observed.id}`)).status),
      )
    expect(await answers()).toEqual([200, 200])
    await marked()
    expect(await answers()).toEqual([404, 200])
    await at(sofia)('approve-release', { id: (await proposed()).id })
    expect(await answers()).toEqual([200, 200])

    await marked('hiv')
    expect(await answers()).toEqual([404, 404])
    const { body } = await at(clara).call<EmergencySetAnswer>('emergencySet', { held: null })
    const set = body.state === 'another' ? body.set.patients : []
    expect(set.flatMap(({ records }) => records.map(({ document }) => document.id))).toEqual([observed.id])
  })

  it('hides a patient with all that hangs on them, and gives them back whole', async () => {
    const records = (await shown()).records.map(({ collection, id }) => ({ collection, id }))
    const all = { ...decision('hiv'), records }
    const holdsAny = async () => {
      for (const { collection } of records) await at(carla).follow(collection)
      return records.some(({ collection, id }) => at(carla).held.has(`${collection}/${id}`))
    }
    expect(await holdsAny()).toBe(true)
    expect((await at(priya)('mark-records', all)).body.records).toBe(records.length)
    expect(await holdsAny()).toBe(false)
    // Whose name it is, Priya may not know any more; the records she still decides on.
    expect(await shown()).toMatchObject({ name: null, records: records.map(() => ({})) })
    const { id } = (await at(priya)('propose-release', all)).body
    await at(sofia)('approve-release', { id })
    expect(await holdsAny()).toBe(true)
    expect((await shown()).records.flatMap(({ marks }) => marks)).toEqual([])
  })

  it('is nobody else’s to decide, and nobody’s beyond their places', async () => {
    for (const login of ['sam', 'sofia', 'otto', 'ivo']) {
      const other = await desk(login)
      for (const call of ['mark-records', 'propose-release'] as const)
        expect((await other(call, decision())).body.error.code).toBe('access.forbidden')
      expect((await other('patient-marks', { patientId })).status).toBe(403)
    }
    const clara = await atConsole(server.url, 'clara')
    expect((await clara('mark-records', decision())).body.error.code).toBe('access.forbidden')
    expect((await clara('patient-marks', { patientId })).status).toBe(403)
    const silent = await atConsole(server.url, 'priya')
    expect((await silent('mark-records', decision())).body.error.code).toBe('access.purpose')

    await give('otto', 'privacy-officer', `site:${server.synthetic.sites[1].id}`)
    const otto = await desk('otto')
    expect((await otto('mark-records', decision())).body.error.code).toBe('access.forbidden')
    await marked()
    const { id } = await proposed()
    expect((await otto('releases', {})).body.releases).toEqual([])
    expect((await otto('approve-release', { id })).body.error.code).toBe('access.forbidden')
    expect(await marksOf()).toHaveLength(1)
    await give('otto', 'privacy-officer', `site:${server.synthetic.sites[0].id}`)
    expect((await otto('approve-release', { id })).status).toBe(200)
  })

  it('is of one patient’s records', async () => {
    const stranger = [...at(carla).held.values()].find(
      (one) => one['patientId'] !== undefined && one['patientId'] !== patientId,
    )
    const records = [...decision().records, { collection: 'clinical', id: at(stranger).id } as const]
    for (const call of ['mark-records', 'propose-release'] as const)
      expect((await at(priya)(call, { ...decision(), records })).body.error.code).toBe('request.invalid')
    expect((await at(priya)('patient-marks', { patientId: newId() })).body.error.code).toBe(
      'sync.not-visible',
    )
    expect(await marksOf()).toEqual([])
  })
})
