import { filter, firstValueFrom } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Grant } from '#app/access/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { blankOf, newId } from '#app/kernel/index.ts'
import { allModules, modules } from '#app/modules/index.ts'
import type { DataOfModule, ModuleName, ViewOfModule } from '#app/modules/index.ts'
import { PROTOCOL_VERSION, routes } from '#app/protocol/index.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import type { TestServer } from '#sync-server/testing/test-server.ts'
import { closeDevices, deviceOf, reached, seen } from './harness/device.ts'
import type { Device } from './harness/device.ts'

// Replicas over real HTTP against the real server on SQLite: the scheme of docs/protocol.md, where both ends are ours.

const longAgo = '2026-01-01T00:00:00.000Z'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterEach(closeDevices)

afterAll(async () => {
  await server.close()
})

const enrolled = (login: string): Promise<Device> => deviceOf(server.url, login)

function siteOf({ replica }: Device): Id {
  const scope = replica.user.grants.find((grant) => grant.scope.startsWith('site:'))?.scope
  return scope?.slice('site:'.length) ?? ''
}

function aCase(device: Device): Promise<ViewOfModule<'cases'>> {
  const { replica } = device
  const data = {
    ...blankOf(modules.cases),
    subject: 'Needs a ride',
    category: 'scheduling',
    siteId: siteOf(device),
  }
  return replica.create('cases', data as DataOfModule<'cases'>)
}

test('the first load brings what the user may see, and ends with the receipt of the server', async () => {
  const carla = await enrolled('carla')
  await reached(carla, 'done')
  const patients = await firstValueFrom(carla.replica.list({ module: 'patients' }))
  expect(patients.length).toBeGreaterThan(0)
  expect(patients.every((patient) => patient.siteIds?.includes(siteOf(carla)))).toBe(true)
  expect(carla.replica.status()).toMatchObject({
    phase: 'done',
    pending: 0,
    refused: 0,
    initial: null,
    problem: null,
  })

  const ada = await enrolled('ada')
  await reached(ada, 'done')
  expect(await firstValueFrom(ada.replica.list({ module: 'patients' }))).toEqual([])
  expect((await firstValueFrom(ada.replica.list({ module: 'accounts' }))).length).toBeGreaterThan(0)
})

test("the disk of an account manager's laptop, decrypted whole, holds no field that tells of a patient", async () => {
  const ada = await enrolled('ada')
  await reached(ada, 'done')
  const shown = await firstValueFrom(ada.replica.list({ module: 'cases' }))
  expect(shown.length).toBeGreaterThan(0)
  // Written on a record of which most is hidden: the answer brings none of it either.
  const [account] = await firstValueFrom(ada.replica.list({ module: 'accounts', limit: 1 }))
  await ada.replica.update('accounts', account?.id ?? '', { note: 'Visited' })
  await reached(ada, 'syncing')
  await reached(ada, 'done')
  await ada.replica.lock()
  const documents = await ada.decrypted()
  expect(documents.length).toBeGreaterThan(shown.length)
  const telling = documents.flatMap((document) => {
    const fields = allModules.find(({ kind }) => kind === document['kind'])?.fields ?? {}
    return Object.keys(document).filter((name) => (fields[name]?.phi ?? 'none') !== 'none')
  })
  expect(telling).toEqual([])
  expect(documents.filter(({ kind }) => kind === 'patient')).toEqual([])
})

test('a client of another release is told to update, and keeps what it has not sent until it is', async () => {
  const device = await enrolled('carla')
  await reached(device, 'done')
  device.speak(PROTOCOL_VERSION - 1)
  await reached(device, 'offline')
  const { id } = await aCase(device)
  await firstValueFrom(
    device.replica.status$.pipe(filter(({ problem }) => problem?.code === 'protocol.version')),
  )
  expect(device.replica.status()).toMatchObject({ pending: 1, refused: 0 })
  // Again and again: it is no reason to give up, nor to lose anything.
  await device.replica.syncNow()
  expect(device.replica.status()).toMatchObject({ phase: 'offline', pending: 1, refused: 0 })
  expect(await device.replica.get('cases', id)).toMatchObject({ subject: 'Needs a ride' })
  device.speak(PROTOCOL_VERSION)
  await reached(device, 'done')
  expect(device.replica.status()).toMatchObject({ pending: 0, refused: 0, problem: null })
  expect(await device.replica.get('cases', id)).toMatchObject({ edit: '' })
})

test('offline edits of different fields of one case are both kept; of one field, the loser is in the ledger', async () => {
  const first = await enrolled('carla')
  const second = await enrolled('carla')
  await Promise.all([reached(first, 'done'), reached(second, 'done')])
  const { id } = await aCase(first)
  await seen(second, 'cases', id, () => true)

  first.setOnline(false)
  second.setOnline(false)
  await Promise.all([reached(first, 'offline'), reached(second, 'offline')])
  await first.replica.update('cases', id, { priority: 'urgent', subject: 'Needs a ride on Monday' })
  await second.replica.update('cases', id, { description: 'Wheelchair.', subject: 'Needs a van' })
  first.setOnline(true)
  await reached(first, 'done')
  second.setOnline(true)
  await reached(second, 'done')

  const merged = { priority: 'urgent', description: 'Wheelchair.', subject: 'Needs a van', edit: '' }
  const onFirst = await seen(first, 'cases', id, ({ subject }) => subject === 'Needs a van')
  const onSecond = await second.replica.get('cases', id)
  expect(onFirst).toMatchObject(merged)
  expect(onSecond).toEqual(onFirst)
  expect(onFirst?.conflicts).toMatchObject([
    { field: 'subject', losing: 'Needs a ride on Monday', winning: 'Needs a van', state: 'open' },
  ])

  await first.replica.settleConflict('cases', id, onFirst?.conflicts[0]?.id ?? '', 'undone')
  const settled = await seen(second, 'cases', id, ({ conflicts }) => conflicts.length === 0)
  expect(settled?.subject).toBe('Needs a ride on Monday')
})

test('an undo after a lost answer reaches the server', async () => {
  const device = await enrolled('carla')
  await reached(device, 'done')
  const { id } = await aCase(device)
  await seen(device, 'cases', id, ({ edit }) => edit === '')
  await reached(device, 'done')
  device.loseNextAnswer(routes.push.path)
  await device.replica.update('cases', id, { subject: 'A slip of the hand' })
  await device.replica.update('cases', id, { subject: 'Needs a ride' })
  await seen(device, 'cases', id, ({ edit }) => edit === '')
  const fresh = await enrolled('carla')
  await reached(fresh, 'done')
  expect(await fresh.replica.get('cases', id)).toMatchObject({ subject: 'Needs a ride', conflicts: [] })
})

test('what the server refuses lies in the quarantine, and the record is as the server has it', async () => {
  const device = await enrolled('carla')
  await reached(device, 'done')
  const { id } = await aCase(device)
  await seen(device, 'cases', id, ({ edit }) => edit === '')
  // A patient that was never there: the server knows, this device can't.
  await device.replica.update('cases', id, { patientId: newId() })
  await seen(device, 'cases', id, ({ edit }) => edit === '')
  const [entry] = await firstValueFrom(device.replica.quarantine$)
  expect(entry).toMatchObject({ module: 'cases', documentId: id, code: 'sync.parent-refused' })
  expect(Object.keys(entry?.changes ?? {})).toEqual(['patientId'])
  expect(device.replica.status().refused).toBe(1)
  await device.replica.discard(entry?.id ?? '')
  expect(device.replica.status().refused).toBe(0)
})

test('a new patient and the case about them, written offline, arrive together and in order', async () => {
  const device = await enrolled('carla')
  await reached(device, 'done')
  device.setOnline(false)
  await reached(device, 'offline')
  const name = {
    key: 'n1',
    use: 'official',
    family: 'Testperson',
    given: ['Nova'],
    prefix: [],
    suffix: [],
  } as const
  const patient = await device.replica.create('patients', {
    ...blankOf(modules.patients),
    names: [{ ...name, given: ['Nova'], prefix: [], suffix: [], representation: 'A' }],
    siteIds: [siteOf(device)],
  } as DataOfModule<'patients'>)
  const draft = await aCase(device)
  await device.replica.update('cases', draft.id, { patientId: patient.id })
  expect(device.replica.search('testp')).toMatchObject([{ module: 'patients', id: patient.id }])
  device.setOnline(true)
  await reached(device, 'done')
  expect(device.replica.status()).toMatchObject({ pending: 0, refused: 0 })
  expect(await device.replica.get('cases', draft.id)).toMatchObject({ patientId: patient.id, edit: '' })
})

test('a grant that is gained brings records, and takes them away when it ends, edits answered first', async () => {
  const coordinator = await enrolled('carla')
  const manager = await enrolled('ada')
  await reached(manager, 'done')
  const { user } = manager.replica
  const scope = `site:${siteOf(coordinator)}` as const
  const grant = {
    id: newId(),
    userId: user.id,
    role: 'coordinator',
    scope,
    from: longAgo,
    until: null,
  } as const
  await server.store.transaction((tx) => tx.access.saveGrant(grant))
  await expect.poll(() => countOf(manager, 'patients'), { timeout: 10_000 }).toBeGreaterThan(0)
  await expect.poll(() => manager.replica.subject.grants.map(({ id }) => id)).toContain(grant.id)
  await reached(manager, 'done')

  const [patient] = await firstValueFrom(manager.replica.list({ module: 'patients', limit: 1 }))
  manager.setOnline(false)
  await reached(manager, 'offline')
  await manager.replica.update('patients', patient?.id ?? '', { note: 'Written while nobody looked.' })
  const until = new Date(server.clock.now() - 1).toISOString()
  await server.store.transaction((tx) => tx.access.saveGrant({ ...grant, until }))
  manager.setOnline(true)
  await expect.poll(() => countOf(manager, 'patients'), { timeout: 10_000 }).toBe(0)
  const [entry] = await firstValueFrom(manager.replica.quarantine$)
  expect(entry).toMatchObject({ code: 'sync.not-visible', changes: { note: 'Written while nobody looked.' } })
})

test('a role that loses a field takes it from the disk of the device at the next contact', async () => {
  const device = await enrolled('carla')
  await reached(device, 'done')
  const { id } = await aCase(device)
  await device.replica.update('cases', id, { subject: 'Needs a stretcher', priority: 'urgent' })
  await seen(device, 'cases', id, ({ edit, subject }) => edit === '' && subject === 'Needs a stretcher')
  await reached(device, 'done')
  const subjectsOnDisk = async () =>
    (await device.decrypted()).flatMap((document) =>
      document['kind'] === 'case' && 'subject' in document ? [document['subject']] : [],
    )
  expect(await subjectsOnDisk()).toContain('Needs a stretcher')

  device.setOnline(false)
  await reached(device, 'offline')
  const { grants } = device.replica.user
  const have = (held: readonly Grant[]) =>
    server.store.transaction(async (tx) => {
      for (const grant of held) await tx.access.saveGrant(grant)
    })
  onTestFinished(async () => void (await have(grants)))
  await have(grants.map((grant) => ({ ...grant, role: 'account-manager' })))
  device.setOnline(true)
  await seen(device, 'cases', id, (view) => !('subject' in view))
  await reached(device, 'done')
  expect(await device.replica.get('cases', id)).toMatchObject({ id, priority: 'urgent' })
  await expect.poll(subjectsOnDisk, { timeout: 10_000 }).toEqual([])
  const left = JSON.stringify(await device.decrypted())
  expect(left).toContain(id)
  expect(left).not.toContain('Needs a stretcher')
  expect(device.replica.search('stretcher')).toEqual([])
})

test('a revoked device stops and says so; what was written stays on it, unsent', async () => {
  const device = await enrolled('colin')
  await reached(device, 'done')
  const { deviceId } = device.replica
  const stored = await server.store.access.device(deviceId)
  const revokedAt = new Date(server.clock.now()).toISOString()
  await server.store.transaction(async (tx) => {
    if (stored !== null) await tx.access.markDevice(stored.id, { revokedAt })
    await tx.access.endSessions({ deviceId })
  })
  await reached(device, 'stopped')
  expect(device.replica.status().problem?.code).toBe('access.revoked')
  const { id } = await aCase(device)
  expect(await device.replica.get('cases', id)).toMatchObject({ subject: 'Needs a ride' })
  expect(device.replica.status()).toMatchObject({ phase: 'stopped', pending: 1 })
})

async function countOf({ replica }: Device, module: ModuleName): Promise<number> {
  return (await firstValueFrom(replica.list({ module }))).length
}

test("what was looked at without a network stands in the server's audit afterwards, in a chain that fits", async () => {
  const device = await enrolled('carla')
  await reached(device, 'done')
  device.setOnline(false)
  await reached(device, 'offline')
  const [patient] = await firstValueFrom(device.replica.list({ module: 'patients', limit: 1 }))
  if (patient === undefined) throw new Error('no patient')
  device.replica.noteRead({
    did: 'view',
    module: 'patients',
    records: [{ id: patient.id, rev: patient.rev }],
  })
  device.setOnline(true)
  const entries = async () =>
    (await server.store.audit.read({ limit: 50 })).filter(
      ({ deviceId }) => deviceId === device.replica.deviceId,
    )
  const viewed = async () =>
    (await entries()).find(({ action, ids }) => action === 'view' && ids?.[0] === patient.id)
  await expect.poll(viewed, { timeout: 15_000 }).toMatchObject({ actor: device.replica.user.id })
  expect((await viewed())?.facts).toMatchObject({ module: 'patients', projection: patient.rev.split('.')[2] })
  expect((await entries()).filter(({ action }) => action === 'reads-broken')).toEqual([])
})
