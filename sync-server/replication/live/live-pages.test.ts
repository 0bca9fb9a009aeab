import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blankOf, newId, systemClock } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { StreamEvent } from '#app/protocol/index.ts'
import type { SignedIn } from '../../access/sessions/sessions.ts'
import { draft, enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { createWriteDoor } from '../write-door.ts'
import { StreamHub } from './stream.ts'

let server: TestServer

type Stream = Awaited<ReturnType<TestDevice['stream']>>
type Page = Extract<StreamEvent, { type: 'page' }>

const site = (index: 0 | 1) => server.synthetic.sites[index].id

function newCase(device: TestDevice, data: Readonly<Record<string, unknown>> = {}) {
  const needed = { subject: 'Transport', category: 'scheduling', siteId: site(0), ...data }
  const document = draft('case', server.synthetic.organisation.id, { ...blankOf(modules.cases), ...needed })
  return device.edit('cases', document, {})
}

async function listening(login: string): Promise<{ device: TestDevice; stream: Stream; cases: number }> {
  const device = await enrolDevice(server.url, login)
  await device.follow('cases')
  const stream = await device.stream()
  const first = await stream.next(({ type }) => type === 'heads')
  return { device, stream, cases: first.type === 'heads' ? (first.heads.cases ?? 0) : 0 }
}

/** The next word about cases, whatever it is. */
async function nextWord(stream: Stream): Promise<StreamEvent> {
  return stream.next((event) =>
    event.type === 'heads' ? event.heads.cases !== undefined : event.type === 'page',
  )
}

/**
 * What the push of a new case brings on the stream. Everybody's rights are looked at again after an enrolment, a moment
 * later, and until then they hear of numbers only: then one more case is pushed.
 */
async function pageOf(
  stream: Stream,
  writer: TestDevice,
  data: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly page: Page; readonly id: string }> {
  for (let tries = 0; tries < 20; tries += 1) {
    const item = newCase(writer, data)
    await writer.push(item)
    const word = await nextWord(stream)
    if (word.type === 'page') return { page: word, id: item.id }
  }
  throw new Error('no page, only numbers')
}

async function latestEntries(count: number) {
  return server.store.audit.read({ limit: count })
}

async function stateOf(collection: CollectionName, device: TestDevice): Promise<AnyDocument> {
  await device.follow(collection)
  const found = [...device.held.values()].find(({ kind }) => kind === 'case')
  if (found === undefined) throw new Error('no case')
  return found
}

describe.each(['sqlite', 'postgres'] as const)('a live page, over %s', (dialect) => {
  beforeEach(async () => {
    server = await startTestServer({ dialect })
  })
  afterEach(() => server.close())

  it('brings the reader what a pull would bring, and is on record with the push itself', async () => {
    const [carla, sofia] = [await enrolDevice(server.url, 'carla'), await listening('sofia')]
    const { page, id } = await pageOf(sofia.stream, carla)
    expect(page).toMatchObject({ collection: 'cases', seq: page.after + 1 })
    const [pull, push] = await latestEntries(2)
    expect([push, pull]).toMatchObject([
      { action: 'push', actor: carla.userId, ids: [id] },
      { action: 'pull', actor: sofia.device.userId, deviceId: sofia.device.deviceId, ids: [id] },
    ])
    expect([push?.address, pull?.address]).toEqual(['127.0.0.1', '127.0.0.1'])
    await sofia.device.follow('cases')
    expect(page.documents).toEqual([sofia.device.held.get(`cases/${id}`)])
    sofia.stream.close()
  })

  it('moves the writer on without its own documents, and without an entry in the audit', async () => {
    const carla = await listening('carla')
    const { page } = await pageOf(carla.stream, carla.device)
    expect(page).toMatchObject({ seq: page.after + 1, documents: [] })
    expect(await latestEntries(1)).toMatchObject([{ action: 'push' }])
    carla.stream.close()
  })
})

describe('a live page', () => {
  beforeEach(async () => {
    server = await startTestServer()
  })
  afterEach(() => server.close())

  it('goes to those who see something of it before it goes to all others', async () => {
    const { store, synthetic } = server
    const devices = [
      await enrolDevice(server.url, 'carla'),
      await enrolDevice(server.url, 'ada'),
      await enrolDevice(server.url, 'sofia'),
    ] as const
    const signedIn = async ({ userId, deviceId }: TestDevice): Promise<SignedIn> => {
      const subject = {
        id: userId,
        orgId: synthetic.organisation.id,
        grants: await store.access.grants(userId),
      }
      return { userId, deviceId, sessionId: newId(), subject, expiresAt: '2999-01-01T00:00:00.000Z' }
    }
    const [carla, ada, sofia] = [
      await signedIn(devices[0]),
      await signedIn(devices[1]),
      await signedIn(devices[2]),
    ]
    const hub = new StreamHub(store, systemClock)
    const shown: string[] = []
    for (const who of [ada, sofia]) {
      const send = (event: StreamEvent) => void (event.type === 'page' && shown.push(who.userId))
      await hub.open({ send, isIdle: () => true, end: () => {}, signedIn: async () => who })
    }
    const door = createWriteDoor({ store, clock: systemClock, onFault: () => {} })
    door.show(hub)
    await door.push({ type: 'person', ...carla }, [newCase(devices[0])])
    expect(shown).toEqual([sofia.userId, ada.userId])
    hub.close()
  })

  it('holds what each reader may see: fields by the role, documents by the scope', async () => {
    const [carla, ada] = [await enrolDevice(server.url, 'carla'), await listening('ada')]
    const territoryId = server.synthetic.territories[0]?.id ?? newId()
    const { page, id } = await pageOf(ada.stream, carla, { subject: 'Potassium is high', territoryId })
    expect(JSON.stringify(page)).not.toContain('Potassium')
    await ada.device.follow('cases')
    expect(page.documents).toEqual([ada.device.held.get(`cases/${id}`)].filter((held) => held !== undefined))
    ada.stream.close()
  })

  it('is empty for whom the change does not concern: they need not ask', async () => {
    const elsewhere = await enrolDevice(server.url, 'carla')
    const site1 = server.synthetic.sites[1].id
    const user = await server.store.access.user(server.userId('colin'))
    if (user === null) throw new Error('no user')
    for (const grant of await server.store.access.grants(user.id)) {
      await server.store.access.saveGrant({ ...grant, scope: `site:${site1}` })
    }
    const colin = await listening('colin')
    expect((await pageOf(colin.stream, elsewhere)).page.documents).toEqual([])
    expect(await latestEntries(1)).toMatchObject([{ action: 'push' }])
    colin.stream.close()
  })

  it('is nothing for who has missed something: they are told the number', async () => {
    const [carla, sofia] = [await enrolDevice(server.url, 'carla'), await listening('sofia')]
    // Larger than a page may be.
    await carla.push(...Array.from({ length: 17 }, () => newCase(carla)))
    expect(await nextWord(sofia.stream)).toMatchObject({ type: 'heads', heads: { cases: sofia.cases + 17 } })
    expect((await pageOf(sofia.stream, carla)).page.after).toBeGreaterThanOrEqual(sofia.cases + 17)
    sofia.stream.close()
  })

  it('is never a departure: who loses a document pulls its tombstone', async () => {
    const [sofia, colin] = [await enrolDevice(server.url, 'sofia'), await listening('colin')]
    const before = await stateOf('cases', sofia)
    await sofia.push(sofia.edit('cases', before, { siteId: site(1), patientId: null, territoryId: null }))
    expect((await nextWord(colin.stream)).type).toBe('heads')
    colin.stream.close()
  })

  it('is no document in conflict: its ledger has the order of the store', async () => {
    const [carla, other] = [await enrolDevice(server.url, 'carla'), await enrolDevice(server.url, 'carla')]
    const sofia = await listening('sofia')
    const before = await stateOf('cases', carla)
    await carla.push(carla.edit('cases', before, { subject: 'One' }))
    expect(await nextWord(sofia.stream)).toBeDefined()
    await pageOf(sofia.stream, carla)
    await other.push(other.edit('cases', before, { subject: 'Two' }))
    expect((await nextWord(sofia.stream)).type).toBe('heads')
    sofia.stream.close()
  })

  it('shows nothing by rights that have changed, however lately', async () => {
    const [carla, sofia] = [await enrolDevice(server.url, 'carla'), await listening('sofia')]
    const user = await server.store.access.user(sofia.device.userId)
    if (user === null) throw new Error('no user')
    const item = newCase(carla)
    await Promise.all([
      server.store.access.saveUser({ ...user, disabledAt: '2026-03-02T00:00:00.000Z' }),
      carla.push(item),
    ])
    await sofia.stream.ended()
    const shown = (await latestEntries(20)).filter(
      ({ action, actor }) => action === 'pull' && actor === sofia.device.userId,
    )
    expect(shown.flatMap(({ ids }) => ids)).not.toContain(item.id)
  })
})
