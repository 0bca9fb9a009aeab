import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blankOf, collections, newId } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import { allModules, moduleOfKind, modules } from '#app/modules/index.ts'
import { formatRev, parseRev } from '#app/protocol/index.ts'
import type { FetchAnswer, PullAnswer, ViewOrTombstone } from '#app/protocol/index.ts'
import { draft, enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

const clinical = ['identifying', 'clinical', 'protected']

function documentsOf(device: TestDevice, collection: CollectionName): AnyDocument[] {
  return [...device.held].filter(([key]) => key.startsWith(`${collection}/`)).map(([, document]) => document)
}

function ids(rows: readonly ViewOrTombstone[]): string[] {
  return rows.map(({ id }) => id).toSorted()
}

describe.each(['sqlite', 'postgres'] as const)('pull, over %s', (dialect) => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer({ dialect })
  })
  afterEach(() => server.close())

  it('walks page by page to everything in scope, and to nothing else', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('patients', 7)
    const mine = `site:${server.synthetic.sites[0].id}`
    const expected = [...server.synthetic.documents].filter(
      ({ module, data }) =>
        module === 'patients' && 'siteIds' in data && data.siteIds?.includes(server.synthetic.sites[0].id),
    )
    expect(ids(documentsOf(carla, 'patients'))).toEqual(expected.map(({ id }) => id).toSorted())
    expect(documentsOf(carla, 'patients').every(({ scopes }) => scopes.includes(mine))).toBe(true)
    expect(await carla.follow('patients')).toEqual([])
  })

  it('counts down what remains, and never answers a short page before the end', async () => {
    const sofia = await enrolDevice(server.url, 'sofia')
    let checkpoint: PullAnswer['checkpoint'] | null = null
    const remaining: number[] = []
    for (;;) {
      const held = { through: null, documents: [] }
      const answer: PullAnswer = await sofia.pull({ collection: 'patients', checkpoint, limit: 5, held })
      remaining.push(answer.remaining)
      if (!answer.more) break
      expect(answer.documents).toHaveLength(5)
      checkpoint = answer.checkpoint
    }
    expect(remaining).toEqual(remaining.toSorted((a, b) => b - a))
    expect(remaining.at(-1)).toBe(0)
  })

  it('follows the tail: a change comes once, through the projection', async () => {
    const [carla, colin] = [await enrolDevice(server.url, 'carla'), await enrolDevice(server.url, 'colin')]
    await Promise.all([carla.follow('patients'), colin.follow('patients')])
    const patient = documentsOf(carla, 'patients')[0] as AnyDocument
    const [result] = await carla.push(carla.edit('patients', patient, { note: 'Prefers mornings' }))
    expect(result?.outcome).toBe('applied')
    const came = await carla.follow('patients')
    expect(came).toEqual([expect.objectContaining({ id: patient.id, note: 'Prefers mornings', edit: '' })])
    expect(await colin.follow('patients')).toEqual([])
  })

  it('tells a departure to who loses the document, and an arrival to who gains it', async () => {
    const names = ['carla', 'colin', 'sofia']
    const [carla, colin, sofia] = (await Promise.all(
      names.map((login) => enrolDevice(server.url, login)),
    )) as [TestDevice, TestDevice, TestDevice]
    for (const device of [carla, colin, sofia]) await device.follow('patients')
    const [from, to] = server.synthetic.sites
    const patient = documentsOf(carla, 'patients').find(({ scopes }) => scopes.length === 1) as AnyDocument
    await sofia.push(sofia.edit('patients', patient, { siteIds: [to.id] }))

    const left = await carla.follow('patients')
    expect(left).toEqual([expect.objectContaining({ id: patient.id, _deleted: true })])
    expect(Object.keys(left[0] ?? {}).toSorted()).toEqual(['_deleted', 'id', 'rev'])
    expect(ids(await colin.follow('patients'))).toEqual([patient.id])

    // And back: the tombstone must not pass for newer than the document.
    await sofia.follow('patients')
    const moved = sofia.held.get(`patients/${patient.id}`) as AnyDocument
    await sofia.push(sofia.edit('patients', moved, { siteIds: [from.id] }))
    const [back] = await carla.follow('patients')
    expect(back).toMatchObject({ id: patient.id, siteIds: [from.id] })
    expect(parseRev(back?.rev ?? '')?.seq).toBeGreaterThan(parseRev(left[0]?.rev ?? '')?.seq ?? Infinity)
  })

  it('walks anew when the grants change, and sends what was gained and lost', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('patients')
    const before = ids(documentsOf(carla, 'patients'))
    const other = `site:${server.synthetic.sites[1].id}` as const
    const grants = await server.store.access.grants(carla.userId)
    for (const { id } of grants) await server.store.access.removeGrant(id)
    const [from, until] = ['2020-01-01T00:00:00.000Z', null]
    const gained = {
      id: newId(),
      userId: carla.userId,
      role: 'coordinator' as const,
      scope: other,
      from,
      until,
    }
    await server.store.access.saveGrant(gained)
    const came = await carla.follow('patients', 10)
    const after = documentsOf(carla, 'patients')
    expect(after.length).toBeGreaterThan(0)
    expect(after.every(({ scopes }) => scopes.includes(other))).toBe(true)
    const gone = ids(came.filter((row) => '_deleted' in row))
    expect(gone).toEqual(before.filter((id) => !after.some((document) => document.id === id)))
  })

  it('takes a field away from a device whose person has another role at the same place', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('cases')
    const [known] = documentsOf(carla, 'cases')
    if (known === undefined) throw new Error('the seed has no cases')
    const hidden = ['subject', 'description', 'patientId', 'resolution', 'tags']
    const shownOf = (row: object) => hidden.filter((field) => field in row)
    expect(shownOf(known)).toEqual(hidden)
    for (const grant of await server.store.access.grants(carla.userId))
      await server.store.access.saveGrant({ ...grant, role: 'account-manager' })

    // Before it has pulled anything, with what it still holds.
    const [answer] = await carla.push(carla.edit('cases', known, { subject: 'Written as before' }))
    expect(answer).toMatchObject({ outcome: 'refused', view: { id: known.id, category: known['category'] } })
    expect(shownOf(answer?.view ?? {})).toEqual([])

    const others = ids(documentsOf(carla, 'cases')).filter((id) => id !== known.id)
    const came = await carla.follow('cases')
    expect(ids(came)).toEqual(others)
    expect(came.flatMap(shownOf)).toEqual([])
    expect(documentsOf(carla, 'cases').flatMap(shownOf)).toEqual([])
    const { body } = await carla.call<FetchAnswer>('fetch', { collection: 'cases', ids: [known.id] })
    expect(ids(body.documents)).toEqual([known.id])
    expect(body.documents.flatMap(shownOf)).toEqual([])
    const [again] = await carla.push(carla.edit('cases', known, { subject: 'Once more' }))
    expect(again?.outcome).toBe('refused')
    const [stored] = await server.store.snapshot((read) => read.documents('cases', [known.id]))
    expect(stored?.body.doc['subject']).toBe(known['subject'])
  })
})

describe.each(['sqlite', 'postgres'] as const)('a grant that came and went, over %s', (dialect) => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer({ dialect })
  })
  afterEach(() => server.close())

  // Found by the simulation, seed 4000.3: a person was moved, wrote there, and was moved back between two pulls.
  it('between two pulls takes along what it let in by the answer to a push', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('cases')
    const [, there] = server.synthetic.sites
    const from = '2020-01-01T00:00:00.000Z'
    const grant = {
      id: newId(),
      userId: carla.userId,
      role: 'coordinator',
      scope: `site:${there.id}`,
    } as const
    await server.store.access.saveGrant({ ...grant, from, until: null })
    const needed = { subject: 'Helps out', category: 'scheduling', siteId: there.id }
    const made = draft('case', server.synthetic.organisation.id, { ...blankOf(modules.cases), ...needed })
    const [result] = await carla.push(carla.edit('cases', made, {}))
    expect(result?.outcome).toBe('applied')
    expect(carla.held.has(`cases/${made.id}`)).toBe(true)
    await server.store.access.saveGrant({ ...grant, from, until: '2020-01-02T00:00:00.000Z' })
    await carla.follow('cases')
    expect(carla.held.has(`cases/${made.id}`)).toBe(false)
  })
})

describe('what a pull shows', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer()
  })
  afterEach(() => server.close())

  it('never shows a patient, or a field that tells of one, to an account manager', async () => {
    const ada = await enrolDevice(server.url, 'ada')
    for (const collection of collections) await ada.follow(collection)
    expect(documentsOf(ada, 'patients')).toEqual([])
    expect(documentsOf(ada, 'clinical')).toEqual([])
    expect(documentsOf(ada, 'appointments')).toEqual([])
    expect(documentsOf(ada, 'cases').length).toBeGreaterThan(0)
    for (const [key, document] of ada.held) {
      const module = moduleOfKind(key.split('/')[0] as CollectionName, document.kind)
      const secret = Object.entries(module?.fields ?? {}).filter(([, spec]) => clinical.includes(spec.phi))
      for (const [name] of secret) expect(document, `${module?.name}.${name}`).not.toHaveProperty(name)
    }
  })

  it('shows a sync admin the directory, and no record of business or care', async () => {
    const sam = await enrolDevice(server.url, 'sam')
    const others = collections.filter((collection) => collection !== 'reference')
    for (const collection of others) expect(await sam.follow(collection)).toEqual([])
    await sam.follow('reference')
    expect(
      documentsOf(sam, 'reference').every(({ kind }) =>
        ['person', 'location', 'territory', 'care-team'].includes(kind),
      ),
    ).toBe(true)
  })

  it('gives the same rev to what it walks, tails and fetches', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('cases')
    const held = documentsOf(carla, 'cases')
    const wanted = [...held.map(({ id }) => id), newId()]
    const { body } = await carla.call<{ documents: ViewOrTombstone[] }>('fetch', {
      collection: 'cases',
      ids: wanted,
    })
    expect(body.documents.slice(0, -1)).toEqual(held)
    expect(body.documents.at(-1)).toMatchObject({ id: wanted.at(-1), _deleted: true })
  })

  it('asks for states that a restored backup lacks, and takes them back with the base unknown', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('cases')
    const [kept, lost] = documentsOf(carla, 'cases') as [AnyDocument, AnyDocument]
    // The replica holds a later state than the server: what a restore leaves behind.
    const rev = parseRev(lost.rev)
    const later = formatRev({ ...(rev ?? { incarnation: '', projection: '' }), seq: 1_000_000 })
    const held = {
      through: null,
      documents: [kept, { ...lost, rev: later }].map(({ id, rev }) => ({ id, rev })),
    }
    held.documents.sort((a, b) => (a.id < b.id ? -1 : 1))
    const answer = await carla.pull({ collection: 'cases', checkpoint: null, limit: 100, held })
    expect(answer.asked).toEqual([lost.id])
    expect(ids(answer.documents)).not.toContain(lost.id)

    const pushed = carla.edit('cases', { ...lost, rev: later }, { subject: 'Written after the backup' })
    const [result] = await carla.push(pushed)
    expect(result).toMatchObject({ outcome: 'merged', view: { subject: 'Written after the backup' } })
    // Nothing is overwritten silently where the base is not known.
    expect(result?.view).toMatchObject({ conflicts: [{ field: 'subject', losing: lost['subject'] }] })
  })

  it('asks for everything after the incarnation was renewed', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('cases')
    const before = ids(documentsOf(carla, 'cases'))
    await server.store.renewIncarnation()
    await carla.signInAgain()
    const held = documentsOf(carla, 'cases').map(({ id, rev }) => ({ id, rev }))
    held.sort((a, b) => (a.id < b.id ? -1 : 1))
    const answer = await carla.pull({
      collection: 'cases',
      checkpoint: null,
      limit: 500,
      held: { through: null, documents: held },
    })
    expect(answer.asked).toEqual(before)
  })

  it('writes each page that shows something to the audit, by its ids', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    const came = await carla.follow('cases')
    const [entry] = await server.store.audit.read({ limit: 1 })
    expect(entry).toMatchObject({
      action: 'pull',
      actor: carla.userId,
      deviceId: carla.deviceId,
      collection: 'cases',
    })
    expect(entry?.ids?.toSorted()).toEqual(ids(came))
  })

  it('knows every module that a device holds', () => {
    expect(allModules.every((module) => moduleOfKind(module.collection, module.kind) === module)).toBe(true)
  })
})
