import { expect, onTestFinished, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { PushItem, PushResult } from '#app/protocol/index.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { Refusal } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'

const OPENING = 'a'.repeat(32)

test.each(['sqlite', 'postgres'] as const)(
  'a push that arrives behind a later one of its device does not undo it, on %s',
  async (dialect) => {
    const server = await startTestServer({ dialect })
    onTestFinished(() => server.close())
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('cases')
    const held = [...carla.held.values()].find(({ kind }) => kind === 'case')
    if (held === undefined) throw new Error('no case')
    const first = carla.edit('cases', held, { subject: 'The first' })
    const second = { ...carla.edit('cases', held, { subject: 'The second' }), edit: newId() }
    const push = async (item: PushItem, commit: number) => {
      const sent = { items: [item], place: { commit, opening: OPENING } }
      const { status, body } = await carla.call<{ readonly results: PushResult[] } & Refusal>('push', sent)
      return status === 200 ? body.results.map(({ outcome }) => outcome) : body.error.code
    }
    const subject = async () => {
      const other = await enrolDevice(server.url, 'carla')
      await other.follow('cases')
      return other.held.get(`cases/${held.id}`)?.['subject']
    }

    expect(await push(second, 8)).toEqual(['applied'])
    expect(await push(first, 7)).toBe('sync.overtaken')
    expect(await subject()).toBe('The second')
    // Sent twice at once, and sent again while nothing else was written: the receipt answers.
    expect(await Promise.all([push(second, 8), push(second, 8)])).toEqual([['applied'], ['applied']])
    // Side by side in one transaction, in whichever order they come.
    const third = { ...carla.edit('cases', held, { subject: 'The third' }), edit: newId() }
    const [later, earlier] = await Promise.all([push(third, 9), push(first, 7)])
    expect([later, earlier]).toEqual([['applied'], 'sync.overtaken'])
    expect(await subject()).toBe('The third')
  },
)
