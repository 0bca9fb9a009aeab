import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blankOf, newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id, Scope } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { mark } from '../testing/mark-sensitive.ts'
import { draft, enrolDevice, isTombstone } from '../testing/test-device.ts'
import type { TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { mergePatients } from './one-person/merge-patients.ts'

/** Where what hangs on a patient lies. */
const ofPatients = ['patients', 'appointments', 'cases', 'tasks', 'activities', 'clinical'] as const

describe.each(['sqlite', 'postgres'] as const)('a care team, over %s', (dialect) => {
  let server: TestServer
  let [carla, theo]: TestDevice[] = []
  let team: Id
  let scope: Scope
  beforeEach(async () => {
    server = await startTestServer({ dialect })
    team = server.synthetic.careTeams[0].id
    scope = `team:${team}`
    ;[carla, theo] = await Promise.all(['carla', 'theo'].map((login) => enrolDevice(server.url, login)))
    await followAll(at(carla), at(theo))
  })
  afterEach(() => server.close())

  function at(device: TestDevice | undefined): TestDevice {
    if (device === undefined) throw new Error('no device')
    return device
  }

  async function followAll(...devices: readonly TestDevice[]): Promise<void> {
    for (const device of devices) for (const collection of ofPatients) await device.follow(collection)
  }

  const ownerOf = ({ id, patientId }: AnyDocument) => (typeof patientId === 'string' ? patientId : id)
  const heldBy = (device: TestDevice | undefined, patientId: Id): readonly AnyDocument[] =>
    [...at(device).held.values()].filter((one) => ownerOf(one) === patientId)
  const idsOf = (documents: readonly AnyDocument[]) => documents.map(({ id }) => id).toSorted()
  /** Who changed what hangs on a patient last, and when. */
  const stampsOf = (device: TestDevice | undefined, patientId: Id) =>
    new Map(heldBy(device, patientId).flatMap(({ id, updated }) => (id === patientId ? [] : [[id, updated]])))

  /** A patient of the first site in no team, with the most that hangs on one. */
  function outsider(): AnyDocument {
    const patients = [...at(carla).held.values()].filter(({ kind }) => kind === 'patient')
    const free = patients.filter(
      (one) => Array.isArray(one['careTeamIds']) && one['careTeamIds'].length === 0,
    )
    const [first] = free.toSorted((a, b) => heldBy(carla, b.id).length - heldBy(carla, a.id).length)
    if (first === undefined) throw new Error('everybody is in a team')
    expect(heldBy(carla, first.id).length).toBeGreaterThan(3)
    return first
  }

  async function put(patient: AnyDocument, ...careTeamIds: readonly Id[]): Promise<void> {
    const now = at(carla).held.get(`patients/${patient.id}`) ?? patient
    const [result] = await at(carla).push(at(carla).edit('patients', now, { careTeamIds }))
    expect(result?.outcome).toBe('applied')
  }

  it('is all that its member sees, of any site', () => {
    const patients = [...at(theo).held.values()].filter(({ kind }) => kind === 'patient')
    const expected = [...server.synthetic.documents].filter(
      (one) => one.module === 'patients' && one.data.careTeamIds.includes(team),
    )
    expect(idsOf(patients)).toEqual(expected.map(({ id }) => id).toSorted())
    const sites = new Set(patients.flatMap(({ scopes }) => scopes.filter((one) => one.startsWith('site:'))))
    expect(sites.size).toBe(2)
    const own = new Set(patients.map(({ id }) => id))
    const others = [...at(theo).held.values()].filter((one) => !own.has(ownerOf(one)))
    expect(others.filter(({ scopes }) => !scopes.includes(`person:${at(theo).userId}`))).toEqual([])
    expect(at(theo).held.size).toBeGreaterThan(own.size)
  })

  it('gains a patient with all that hangs on them, and loses them again', async () => {
    const patient = outsider()
    const all = idsOf(heldBy(carla, patient.id))
    const stamps = stampsOf(carla, patient.id)
    expect(heldBy(theo, patient.id)).toEqual([])
    await put(patient, team)
    await followAll(at(carla), at(theo))
    expect(idsOf(heldBy(theo, patient.id))).toEqual(all)
    for (const one of heldBy(theo, patient.id)) expect(one.scopes).toContain(scope)
    // Nothing else of a record is another now, neither who changed it last nor when.
    expect(stampsOf(theo, patient.id)).toEqual(stamps)

    await put(patient)
    const came = (await Promise.all(ofPatients.map((one) => at(theo).follow(one)))).flat()
    expect(
      came
        .filter(isTombstone)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(all)
    expect(heldBy(theo, patient.id)).toEqual([])
    const { body } = await at(theo).call<{ outstanding: { readonly id: Id }[] }>('evicted', { gone: [] })
    expect(body.outstanding.map(({ id }) => id).toSorted()).toEqual(all)
    await followAll(at(carla))
    expect(idsOf(heldBy(carla, patient.id))).toEqual(all)
  })

  it('tells open devices of the patient and of what hangs on them at once', async () => {
    const stream = await at(theo).stream()
    await stream.next(({ type }) => type === 'heads')
    const patient = outsider()
    await put(patient, team)
    const told = await stream.next(({ type }) => type === 'heads')
    expect(told).toMatchObject({ heads: { patients: expect.any(Number), clinical: expect.any(Number) } })
    stream.close()
  })

  it('sees what is made of its patients later, and may make it, at whichever site', async () => {
    const patient = outsider()
    await put(patient, team)
    await followAll(at(theo))
    const [siteId] = patient['siteIds'] as Id[]
    const needed = { subject: 'Call back', category: 'results', siteId, patientId: patient.id }
    const make = (device: TestDevice) => {
      const { id } = server.synthetic.organisation
      return device.edit('cases', draft('case', id, { ...blankOf(modules.cases), ...needed }), {})
    }
    const [mine] = await at(theo).push(make(at(theo)))
    const [theirs] = await at(carla).push(make(at(carla)))
    expect([mine?.outcome, theirs?.outcome]).toEqual(['applied', 'applied'])
    await at(theo).follow('cases')
    const made = [mine, theirs].map((one) => at(theo).held.get(`cases/${one?.id}`))
    for (const one of made) expect(one?.scopes).toEqual([`site:${siteId}`, scope])

    // A record that goes over to a patient of no team is seen by the team no more, and one of nobody never was.
    const other = outsider()
    const [moved] = await at(carla).push(
      at(carla).edit('cases', at(carla).held.get(`cases/${theirs?.id}`) as AnyDocument, {
        patientId: other.id,
      }),
    )
    expect(moved?.view).toMatchObject({ scopes: [`site:${siteId}`] })
    await at(theo).follow('cases')
    expect(at(theo).held.has(`cases/${theirs?.id}`)).toBe(false)
  })

  it('takes in a patient and what is made of them in one push, in any order', async () => {
    const orgId = server.synthetic.organisation.id
    const siteId = server.synthetic.sites[0].id
    const names = [...at(carla).held.values()].find(({ kind }) => kind === 'patient')?.['names']
    const patient = draft('patient', orgId, {
      ...blankOf(modules.patients),
      names,
      siteIds: [siteId],
      careTeamIds: [team],
    })
    const words = { subject: 'First visit', category: 'scheduling', siteId, patientId: patient.id }
    const one = draft('case', orgId, { ...blankOf(modules.cases), ...words })
    const results = await at(carla).push(
      at(carla).edit('cases', one, {}),
      at(carla).edit('patients', patient, {}),
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied'])
    await followAll(at(theo))
    expect(idsOf(heldBy(theo, patient.id))).toEqual([patient.id, one.id].toSorted())
  })

  it('writes nothing any more once its member has lost the patient', async () => {
    const patient = outsider()
    await put(patient, team)
    await followAll(at(theo))
    const record = heldBy(theo, patient.id).find(({ kind }) => kind === 'appointment')
    if (record === undefined) throw new Error('no appointment')
    const edit = at(theo).edit('appointments', record, { note: 'Seen at home' })
    await put(patient)
    const [refused] = await at(theo).push(edit)
    expect(refused).toMatchObject({ outcome: 'refused', code: 'sync.not-visible', view: { _deleted: true } })
  })

  it('sees what is sensitive only by the further right', async () => {
    const patient = outsider()
    await put(patient, team)
    await followAll(at(theo))
    const record = heldBy(theo, patient.id).find(({ kind }) => kind === 'observation')
    if (record === undefined) throw new Error('no observation')
    await mark(server, record.id, 'behavioural-health')
    await at(theo).follow('clinical')
    expect(at(theo).held.has(`clinical/${record.id}`)).toBe(false)
    const right = { role: 'clinician', scope: 'sensitivity:behavioural-health' } as const
    await server.store.access.saveGrant({
      id: newId(),
      userId: at(theo).userId,
      ...right,
      from: '2020-01-01T00:00:00.000Z',
      until: null,
    })
    await at(theo).follow('clinical')
    expect(at(theo).held.get(`clinical/${record.id}`)?.scopes).toEqual(
      expect.arrayContaining([scope, 'sensitivity:behavioural-health']),
    )
    // It follows the patient out of the team, too, and stays sensitive.
    await put(patient)
    await at(theo).follow('clinical')
    expect(at(theo).held.has(`clinical/${record.id}`)).toBe(false)
  })

  it('has both patients where two records turn out to be one', async () => {
    const survivor = outsider()
    const loser = [...at(carla).held.values()].find(
      (one) =>
        one.kind === 'patient' && Array.isArray(one['careTeamIds']) && one['careTeamIds'].includes(team),
    )
    if (loser === undefined) throw new Error('nobody of the team is of this site')
    const all = [...heldBy(carla, survivor.id), ...heldBy(carla, loser.id)]
    const stamp = { at: new Date().toISOString(), by: 'test', origin: 'feed' } as const
    const merger = { orgId: survivor.orgId, by: 'test', cause: newId(), stamp }
    await server.store.transaction((tx) =>
      mergePatients(tx, merger, { loser: loser.id, survivor: survivor.id }),
    )
    await followAll(at(theo))
    expect(idsOf([...heldBy(theo, survivor.id), ...heldBy(theo, loser.id)])).toEqual(idsOf(all))
    expect(at(theo).held.get(`patients/${survivor.id}`)?.['careTeamIds']).toEqual([team])
  })

  it('must be there', async () => {
    const patient = outsider()
    const [refused] = await at(carla).push(at(carla).edit('patients', patient, { careTeamIds: [newId()] }))
    expect(refused).toMatchObject({ outcome: 'refused', code: 'sync.parent-refused' })
  })
})
