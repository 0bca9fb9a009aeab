import { afterAll, beforeAll, expect, it } from 'vitest'
import { atConsole } from '../../testing/console-caller.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

let server: TestServer
let carla: TestDevice
beforeAll(async () => {
  server = await startTestServer()
  carla = await enrolDevice(server.url, 'carla')
  await carla.follow('patients')
  await (await enrolDevice(server.url, 'colin')).follow('patients')
})
afterAll(() => server.close())

const everything = { record: null, user: null, before: null }

it('says who saw a record, with device, address and fields, and who asked is written down as well', async () => {
  const otto = await atConsole(server.url, 'otto')
  const [key = ''] = carla.held.keys()
  const record = key.split('/')[1] ?? ''
  const { status, body } = await otto('audit', { ...everything, record })
  expect(status).toBe(200)
  expect(body.entries.length).toBeGreaterThan(0)
  for (const entry of body.entries) expect(entry.ids).toContain(record)
  expect(body.entries.find(({ by }) => by === 'Carla Mendes')).toMatchObject({
    action: 'pull',
    what: 'patients',
    device: 'Test device',
    address: '127.0.0.1',
  })
  const again = await otto('audit', { ...everything, record })
  expect(again.body.entries[0]).toMatchObject({ action: 'read-audit', by: 'Otto Brandt', ids: [record] })
})

it('says which fields of a record were changed, by name, and no value', async () => {
  await carla.follow('cases')
  const [one, other] = [...carla.held.values()].filter(({ kind }) => kind === 'case')
  if (one === undefined || other === undefined) throw new Error('the seed has no cases')
  await carla.push(
    carla.edit('cases', one, { subject: 'Zebra crossing', priority: 'urgent' }),
    carla.edit('cases', other, { description: 'Zebra again' }),
  )
  const otto = await atConsole(server.url, 'otto')
  const changed = async (record: string | null) => {
    const { body } = await otto('audit', { ...everything, record })
    expect(JSON.stringify(body)).not.toContain('Zebra')
    return body.entries.find(({ action }) => action === 'push')?.changes
  }
  const ofOne = { ids: [one.id], fields: ['subject', 'priority'] }
  expect(await changed(one.id)).toEqual([ofOne])
  expect(await changed(null)).toEqual([ofOne, { ids: [other.id], fields: ['description'] }])
})

it('says what a person saw, and nothing of what others did', async () => {
  const priya = await atConsole(server.url, 'priya')
  const { body } = await priya('audit', { ...everything, user: carla.userId })
  expect(new Set(body.entries.map(({ by }) => by))).toEqual(new Set(['Carla Mendes']))
  expect(body.entries.map(({ action }) => action)).toContain('pull')
})

it('goes on from where it stopped, to the beginning', async () => {
  const otto = await atConsole(server.url, 'otto')
  for (let entry = 0; entry < 120; entry += 1) {
    await server.store.audit.append({ at: new Date().toISOString(), actor: 'server', action: 'pull' })
  }
  const first = (await otto('audit', everything)).body
  expect(first.entries).toHaveLength(100)
  const rest = (await otto('audit', { ...everything, before: first.before })).body
  expect(rest.before).toBeNull()
  const numbers = [...first.entries, ...rest.entries].map(({ seq }) => seq)
  expect(numbers).toEqual(Array.from({ length: numbers[0] ?? 0 }, (_, place) => (numbers[0] ?? 0) - place))
})

it('is for auditors and privacy officers: an admin, who could be asked about, is refused', async () => {
  for (const login of ['sam', 'sofia', 'carla']) {
    const ask = await atConsole(server.url, login)
    expect((await ask('audit', everything)).status).toBe(403)
  }
})
