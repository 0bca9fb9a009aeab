import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blankOf, instant, systemClock } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { PushItem } from '#app/protocol/index.ts'
import { draft, enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import type { PersonActor } from '../actor.ts'
import { everyRegion } from '../../privacy/residency/residency.ts'
import { nobodyFollows } from '../follower.ts'
import { createPushLine } from './push-line.ts'
import { pushTogether } from './push.ts'
import type { PushParts } from './push.ts'

let server: TestServer

function actorOf({ userId, deviceId, session }: TestDevice): PersonActor {
  const subject = { id: userId, orgId: server.synthetic.organisation.id, grants: session.user.grants }
  return { type: 'person', userId, deviceId, subject }
}

async function parts(): Promise<PushParts> {
  const identity = await server.store.identity()
  const onFault = (fault: unknown) => expect.fail(String(fault))
  const { store } = server
  return {
    store,
    incarnation: identity?.incarnation ?? '',
    now: instant(systemClock),
    follower: nobodyFollows,
    residency: everyRegion,
    onFault,
  }
}

async function deviceOf(login: string): Promise<TestDevice> {
  const device = await enrolDevice(server.url, login)
  await device.follow('cases')
  return device
}

function newCase(device: TestDevice): PushItem {
  const needed = { subject: 'Transport', category: 'scheduling', siteId: server.synthetic.sites[0].id }
  const document = draft('case', server.synthetic.organisation.id, { ...blankOf(modules.cases), ...needed })
  return device.edit('cases', document, {})
}

async function stored({ collection, id }: PushItem): Promise<AnyDocument | undefined> {
  const [found] = await server.store.snapshot((read) => read.documents(collection, [id]))
  return found?.body.doc
}

describe.each(['sqlite', 'postgres'] as const)('pushes that share a commit, over %s', (dialect) => {
  beforeEach(async () => {
    server = await startTestServer({ dialect })
  })
  afterEach(() => server.close())

  it('are each answered with what holds after all of them', async () => {
    const [carla, sofia] = [await deviceOf('carla'), await deviceOf('sofia')]
    const seen = [...carla.held.values()].find(({ kind }) => kind === 'case') as AnyDocument
    const [urgent, called] = [
      carla.edit('cases', seen, { priority: 'urgent' }),
      sofia.edit('cases', seen, { description: 'Called twice' }),
    ]
    const answers = await pushTogether(await parts(), [
      { actor: actorOf(carla), items: [urgent] },
      { actor: actorOf(sofia), items: [called] },
    ])
    const [first, second] = answers.flat()
    const both = { priority: 'urgent', description: 'Called twice', conflicts: [] }
    expect(first).toMatchObject({ outcome: 'applied', view: both })
    expect(second).toMatchObject({ outcome: 'merged', view: both })
    // A rev names one state: what each was answered is what each would pull.
    await sofia.follow('cases')
    expect(second?.view).toEqual(sofia.held.get(`cases/${seen.id}`))
    await carla.follow('cases')
    expect(first?.view).toEqual(carla.held.get(`cases/${seen.id}`))
  })

  it('know a repeat that waits beside its first, and an undo on the state that nobody answered yet', async () => {
    const carla = await deviceOf('carla')
    const actor = actorOf(carla)
    const item = newCase(carla)
    const document = item.doc as unknown as AnyDocument
    const undo = carla.edit('cases', { ...document, rev: '' }, { subject: 'Lift home' })
    const answers = await pushTogether(await parts(), [
      { actor, items: [item] },
      { actor, items: [item] },
      { actor, items: [undo] },
    ])
    expect(answers.flat().map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied'])
    expect(await stored(item)).toMatchObject({ subject: 'Lift home', conflicts: [] })
    expect(await server.store.snapshot((read) => read.revisions(item))).toHaveLength(2)
  })

  it('of which one fails let the others through', async () => {
    const [carla, sofia] = [await deviceOf('carla'), await deviceOf('sofia')]
    const [sound, broken] = [newCase(carla), newCase(sofia)]
    const line = createPushLine(server.store, async () => ({
      ...(await parts()),
      follower: {
        ...nobodyFollows,
        written: async (_tx, written) => {
          if (written.some(({ id }) => id === broken.id)) throw new Error('stop')
        },
      },
    }))
    const outcomes = await Promise.allSettled([
      line({ actor: actorOf(sofia), items: [broken] }),
      line({ actor: actorOf(carla), items: [sound] }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect([await stored(broken), (await stored(sound))?.id]).toEqual([undefined, sound.id])
  })
})
