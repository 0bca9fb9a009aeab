import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { errorOf, openClient } from '../../fhir/testing/test-client.ts'
import { atConsole } from '../../testing/console-caller.ts'
import type { ConsoleAsk } from '../../testing/console-caller.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

describe.each(['sqlite', 'postgres'] as const)('a server that serves one region, over %s', (dialect) => {
  let server: TestServer
  let [carla, colin]: TestDevice[] = []
  let sam: ConsoleAsk
  let [here, abroad]: Id[] = []
  beforeEach(async () => {
    server = await startTestServer({ dialect, regions: ['us-east', 'us-west'] })
    const [first, second] = server.synthetic.sites
    here = first.id
    abroad = second.id
    sam = await atConsole(server.url, 'sam')
    await sam('put-site', { siteId: here, region: 'us-east' })
    carla = await enrolDevice(server.url, 'carla')
    colin = await enrolDevice(server.url, 'colin')
    for (const device of [carla, colin]) await device.follow('patients')
  })
  afterEach(() => server.close())

  async function edited(device: TestDevice | undefined) {
    const patient = [...(device?.held.values() ?? [])].find((document) => siteIdsOf(document).length === 1)
    if (device === undefined || patient === undefined) throw new Error('nobody holds a patient of one site')
    const [result] = await device.push(device.edit('patients', patient, { note: newId() }))
    return { outcome: result?.outcome, code: result?.code }
  }

  /** What a message says of a site, as intake writes it. */
  async function told(siteId: Id) {
    const [feedId, from] = [newId(), '2020-01-01T00:00:00.000Z']
    const grants = [{ id: newId(), userId: feedId, role: 'feed', scope: 'org', from, until: null } as const]
    const subject = { id: feedId, orgId: server.synthetic.organisation.id, grants }
    const ownership = () => 'feed' as const
    const actor = { type: 'feed', feedId, messageId: newId(), at: from, subject, ownership } as const
    const known = [...(carla?.held.values() ?? [])][0]
    const write = { module: 'patients', id: known?.id ?? '', set: { siteIds: [siteId] } } as const
    const { result } = await server.store.transaction((tx) => server.door.feed(tx, actor, [write]))
    return { outcome: result[0]?.outcome, code: result[0]?.code }
  }

  const foreign = { outcome: 'refused', code: 'sync.foreign-region' }

  it('takes what belongs there and refuses the rest, from laptops', async () => {
    expect(await edited(carla)).toMatchObject({ outcome: 'applied' })
    expect(await edited(colin)).toEqual(foreign)
    await sam('put-site', { siteId: abroad ?? '', region: 'eu-central' })
    expect(await edited(colin)).toEqual(foreign)
    await sam('put-site', { siteId: abroad ?? '', region: 'us-west' })
    expect(await edited(colin)).toMatchObject({ outcome: 'applied' })
  })

  it('refuses it from a feed as well, and from a machine by FHIR', async () => {
    expect(await told(abroad ?? '')).toEqual(foreign)
    expect((await told(here ?? '')).outcome).not.toBe('refused')
    const patient = {
      resourceType: 'Patient',
      name: [{ family: 'Quell' }],
      gender: 'female',
      birthDate: '1984',
    }
    const grants = (site: Id | undefined) => [{ role: 'integration', scope: `site:${site}` }] as const
    const outside = await openClient(server, { grants: grants(abroad) })
    const refused = await outside.send('POST', 'Patient', patient)
    expect([refused.status, errorOf(refused)]).toEqual([409, 'sync.foreign-region'])
    const inside = await openClient(server, { grants: grants(here) })
    expect((await inside.send('POST', 'Patient', patient)).status).toBe(201)
  })

  it('says where the data of each site lives, and what lies where it should not', async () => {
    const { served, sites } = (await sam('site-regions', {})).body
    expect(served).toEqual(['us-east', 'us-west'])
    expect(sites.find(({ id }) => id === here)).toMatchObject({ region: 'us-east', isServed: true })
    const other = sites.find(({ id }) => id === abroad)
    expect(other).toMatchObject({ region: null, isServed: false })
    expect(other?.documents).toBeGreaterThan(0)
    expect((await sam('put-site', { siteId: newId(), region: 'us-east' })).status).toBe(400)
    const sofia = await atConsole(server.url, 'sofia')
    expect((await sofia('put-site', { siteId: here ?? '', region: 'us-east' })).status).toBe(403)
  })
})

function siteIdsOf({ siteIds }: AnyDocument): readonly unknown[] {
  return Array.isArray(siteIds) ? siteIds : []
}
