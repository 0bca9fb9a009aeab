import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import type { EvictedAnswer, EvictedRef } from '#app/protocol/index.ts'
import { enrolDevice } from '../testing/test-device.ts'
import type { TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'

describe.each(['sqlite', 'postgres'] as const)('evictions and their receipts, over %s', (dialect) => {
  let server: TestServer
  let [carla, sofia]: TestDevice[] = []
  beforeEach(async () => {
    server = await startTestServer({ dialect })
    ;[carla, sofia] = [await enrolDevice(server.url, 'carla'), await enrolDevice(server.url, 'sofia')]
    await carla.follow('patients')
    await sofia.follow('patients')
  })
  afterEach(() => server.close())

  /** Moves a patient of Carla's to a site that she does not work at. */
  async function moveAway(): Promise<{ ref: EvictedRef; moved: AnyDocument }> {
    const [home, elsewhere] = server.synthetic.sites
    const leaving = [...device(carla).held.values()].find(
      ({ kind, scopes }) => kind === 'patient' && scopes.length === 1 && scopes[0] === `site:${home.id}`,
    ) as AnyDocument
    const known = device(sofia).held.get(`patients/${leaving.id}`) as AnyDocument
    await device(sofia).push(device(sofia).edit('patients', known, { siteIds: [elsewhere.id] }))
    await device(sofia).follow('patients')
    const moved = device(sofia).held.get(`patients/${leaving.id}`) as AnyDocument
    return { ref: { collection: 'patients', id: leaving.id }, moved }
  }

  async function ask(gone: readonly EvictedRef[] = []): Promise<readonly EvictedRef[]> {
    const { status, body } = await device(carla).call<EvictedAnswer>('evicted', { gone })
    expect(status).toBe(200)
    return body.outstanding
  }

  const counts = async () => {
    const all = await server.store.access.evictionCounts()
    return all.find(({ deviceId }) => deviceId === device(carla).deviceId)
  }

  it('are outstanding from the tombstone on, until the device says that they are gone', async () => {
    const { ref } = await moveAway()
    expect(await ask()).toEqual([])
    await device(carla).follow('patients')
    expect(await ask()).toEqual([ref])
    expect(await counts()).toMatchObject({ outstanding: 1, acknowledged: 0, acknowledgedAt: null })
    expect(await ask([ref])).toEqual([])
    expect(await counts()).toMatchObject({ outstanding: 0, acknowledged: 1, since: null })
    const [entry] = await server.store.audit.read({ limit: 1 })
    expect(entry).toMatchObject({ action: 'evicted', collection: 'patients', ids: [ref.id] })
  })

  it('are not confirmed by a receipt for something else, nor by another device', async () => {
    const { ref } = await moveAway()
    await device(carla).follow('patients')
    expect(await ask([{ collection: 'patients', id: newId() }])).toEqual([ref])
    const other = await device(sofia).call<EvictedAnswer>('evicted', { gone: [ref] })
    expect(other.body.outstanding).toEqual([])
    expect(await ask()).toEqual([ref])
    const entries = await server.store.audit.read({ limit: 50 })
    expect(entries.filter(({ action }) => action === 'evicted')).toEqual([])
  })

  it('are withdrawn where the document is within reach again before the receipt', async () => {
    const { moved } = await moveAway()
    await device(carla).follow('patients')
    const [home] = server.synthetic.sites
    await device(sofia).push(device(sofia).edit('patients', moved, { siteIds: [home.id] }))
    expect(await ask()).toEqual([])
    expect(await counts()).toBeUndefined()
  })

  it('of a document that is taken back twice are answered twice', async () => {
    const { ref, moved } = await moveAway()
    await device(carla).follow('patients')
    await ask([ref])
    const [home, elsewhere] = server.synthetic.sites
    const back = await device(sofia).push(device(sofia).edit('patients', moved, { siteIds: [home.id] }))
    await device(carla).follow('patients')
    const here = back[0]?.view as AnyDocument
    await device(sofia).push(device(sofia).edit('patients', here, { siteIds: [elsewhere.id] }))
    await device(carla).follow('patients')
    expect(await ask()).toEqual([ref])
  })

  it('come by the answer to a push, too', async () => {
    const { ref } = await moveAway()
    const stale = device(carla).held.get(`patients/${ref.id}`) as AnyDocument
    const [result] = await device(carla).push(device(carla).edit('patients', stale, { note: 'Too late' }))
    expect(result?.outcome).toBe('refused')
    expect(await ask()).toEqual([ref])
  })
})

function device(made: TestDevice | undefined): TestDevice {
  if (made === undefined) throw new Error('used outside of a test')
  return made
}
