import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blankOf } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, CollectionName, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { FirstAnswer, ViewOrTombstone } from '#app/protocol/index.ts'
import { addDays, dayAt } from '#app/values/index.ts'
import { draft, enrolDevice, isTombstone } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

type Named = { readonly collection: CollectionName; readonly id: Id }

describe.each(['sqlite', 'postgres'] as const)('what comes first, over %s', (dialect) => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer({ dialect })
  })
  afterEach(() => server.close())

  async function first(device: TestDevice): Promise<FirstAnswer['parts']> {
    const { body, status } = await device.call<FirstAnswer>('first', {})
    expect(status).toBe(200)
    return body.parts
  }

  async function named(device: TestDevice): Promise<Named[]> {
    return (await first(device)).flatMap(({ collection, ids }) => ids.map((id) => ({ collection, id })))
  }

  async function make(
    device: TestDevice,
    name: ModuleName,
    data: Readonly<Record<string, unknown>>,
  ): Promise<Id> {
    const module: AnyModule = modules[name]
    const { kind, collection } = module
    const made = draft(kind, server.synthetic.organisation.id, { ...blankOf(module), ...data })
    const [result] = await device.push(device.edit(collection, made, {}))
    expect(result?.outcome).toBe('applied')
    return made.id
  }

  /** Where each stands among those that are named; -1: nowhere. */
  const placesOf = (all: readonly Named[], ids: readonly Id[]): number[] =>
    ids.map((id) => all.findIndex((one) => one.id === id))

  it('is the day with its patients, then the week; open cases, mine before the others; my open tasks', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('patients')
    const [patient, other] = [...carla.held.values()] as [AnyDocument, AnyDocument]
    const siteId = server.synthetic.sites[0].id
    const { zone } = server.synthetic.organisation
    const today = dayAt(Date.now(), zone)
    const visit = (day: string, patientId: Id): Promise<Id> =>
      make(carla, 'appointments', { start: { local: `${day}T09:30:00`, zone }, patientId, siteId })
    const [farOff, soon, now] = [
      await visit(addDays(today, 40), other.id),
      await visit(addDays(today, 5), other.id),
      await visit(today, patient.id),
    ]
    const opened = { subject: 'Asks', category: 'scheduling', siteId, status: 'open' }
    const mine = await make(carla, 'cases', { ...opened, ownerId: carla.userId })
    const theirs = await make(carla, 'cases', { ...opened, patientId: other.id })
    const closed = await make(carla, 'cases', { ...opened, status: 'closed', ownerId: carla.userId })
    const task = { title: 'Call back', siteId, status: 'open', priority: 'normal' }
    const mineToDo = await make(carla, 'patient-tasks', { ...task, assigneeId: carla.userId })
    const theirsToDo = await make(carla, 'patient-tasks', { ...task, assigneeId: server.userId('sofia') })

    const all = await named(carla)
    const order = placesOf(all, [patient.id, now, mine, mineToDo, soon])
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(order[0]).toBeGreaterThanOrEqual(0)
    const [others, whose] = placesOf(all, [theirs, other.id]) as [number, number]
    expect(others).toBeGreaterThan(order[3] ?? 0)
    expect(whose).toBeGreaterThan(order[3] ?? 0)
    expect(placesOf(all, [farOff, closed, theirsToDo])).toEqual([-1, -1, -1])
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  })

  it('is, of accounts, those of who asks, with the people there', async () => {
    const ada = await enrolDevice(server.url, 'ada')
    for (const collection of ['accounts', 'contacts', 'opportunities'] as const) await ada.follow(collection)
    const held = [...ada.held.values()]
    const isMine = (view: AnyDocument) =>
      view['ownerId'] === ada.userId || JSON.stringify(view['team'] ?? []).includes(ada.userId)
    const accounts = held.filter((view) => view.kind === 'account')
    const own = accounts.filter(isMine).map(({ id }) => id)
    const there = held.filter(({ kind, affiliations }) => {
      const places = (affiliations ?? []) as { accountId: Id }[]
      return kind === 'contact' && places.some(({ accountId }) => own.includes(accountId))
    })
    expect([own.length > 0, there.length > 0]).toEqual([true, true])
    const all = await named(ada)
    const of = (collection: CollectionName) => all.filter((one) => one.collection === collection)
    expect(of('accounts').map(({ id }) => id)).toEqual(expect.arrayContaining(own))
    expect(of('contacts').map(({ id }) => id)).toEqual(expect.arrayContaining(there.map(({ id }) => id)))
    expect([...of('appointments'), ...of('patients')]).toEqual([])
  })

  it('names no more than ids, of what may be seen; the audit has what is fetched of it', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    const before = await server.store.audit.head()
    const parts = await first(carla)
    expect(parts.length).toBeGreaterThan(2)
    expect(await server.store.audit.head()).toEqual(before)
    for (const { collection, ids } of parts) {
      const { body } = await carla.call<{ documents: ViewOrTombstone[] }>('fetch', { collection, ids })
      expect(body.documents.filter(isTombstone)).toEqual([])
      const [entry] = await server.store.audit.read({ limit: 1 })
      expect(entry).toMatchObject({ action: 'fetch', actor: carla.userId, collection, ids })
    }
  })
})
