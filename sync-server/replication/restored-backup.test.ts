import { expect, onTestFinished, test } from 'vitest'
import { blankOf } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Checkpoint } from '#app/protocol/index.ts'
import { takeBackup } from '../testing/backup.ts'
import { draft, enrolDevice } from '../testing/test-device.ts'
import type { TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'

const NOTHING = { through: null, documents: [] }

/** All that a device says it holds of the cases, in the order of ids. */
function heldBy(device: TestDevice) {
  const documents = casesOf(device).map(({ id, rev }) => ({ id, rev }))
  return { through: null, documents: documents.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }
}

function casesOf(device: TestDevice): AnyDocument[] {
  return [...device.held.values()].filter(({ kind }) => kind === 'case')
}

/** Compares as a replica whose epoch changed, and pushes what the server asks for. Answers what was asked. */
async function compare(device: TestDevice, before: Checkpoint): Promise<readonly string[]> {
  const restarted = await device.pull({ collection: 'cases', checkpoint: before, limit: 1000 })
  expect(restarted).toMatchObject({ checkpoint: { mode: 'walk', cursor: '' }, more: true })
  const { asked } = await device.pull({
    collection: 'cases',
    checkpoint: null,
    limit: 1000,
    held: heldBy(device),
  })
  const wanted = casesOf(device).filter(({ id }) => asked.includes(id))
  const results = await device.push(...wanted.map((held) => device.edit('cases', held, {})))
  expect(results.filter(({ outcome }) => outcome === 'refused')).toEqual([])
  return asked
}

test.each(['sqlite', 'postgres'] as const)(
  'a server put back to an older backup on %s loses nothing that a device still has',
  async (dialect) => {
    const server = await startTestServer({ dialect })
    onTestFinished(() => server.close())
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('cases')
    const [first] = casesOf(carla)
    if (first === undefined) throw new Error('no case')
    const restore = await takeBackup(server)

    const needed = { subject: 'Made after the backup', category: 'scheduling', siteId: first['siteId'] }
    const made = draft('case', first.orgId, { ...blankOf(modules.cases), ...needed })
    await carla.push(
      carla.edit('cases', first, { subject: 'Edited after the backup' }),
      carla.edit('cases', made, {}),
    )
    const { checkpoint } = await carla.pull({
      collection: 'cases',
      checkpoint: null,
      limit: 1000,
      held: NOTHING,
    })

    await restore()
    await server.store.renewIncarnation()
    await carla.signInAgain()
    const asked = await compare(carla, checkpoint)
    expect(asked).toEqual(expect.arrayContaining([first.id, made.id]))

    const later = await enrolDevice(server.url, 'carla')
    await later.follow('cases')
    const subjects = new Map(casesOf(later).map(({ id, subject }) => [id, subject]))
    expect(subjects.get(first.id)).toBe('Edited after the backup')
    expect(subjects.get(made.id)).toBe('Made after the backup')
    expect(subjects.size).toBe(casesOf(carla).length)
  },
)

test.each(['sqlite', 'postgres'] as const)(
  'what was sent before a backup was put back on %s, and arrives after it, is refused; its device signs in and sends anew',
  async (dialect) => {
    const server = await startTestServer({ dialect })
    onTestFinished(() => server.close())
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('cases')
    const [held] = casesOf(carla)
    if (held === undefined) throw new Error('no case')
    const restore = await takeBackup(server)
    const first = carla.edit('cases', held, { subject: 'First' })
    const second = carla.edit('cases', held, { subject: 'Second' })
    await carla.push(second)
    await restore()
    await server.store.renewIncarnation()

    expect(await carla.call('push', { items: [first] })).toMatchObject({
      status: 401,
      body: { error: { code: 'access.session' } },
    })
    await carla.signInAgain()
    const [result] = await carla.push(second)
    // The base went with the old life; what there was before is in the ledger, and nothing of what came late.
    const ledger = [{ losing: held['subject'], winning: 'Second' }]
    expect(result).toMatchObject({ view: { subject: 'Second', conflicts: ledger } })
  },
)
