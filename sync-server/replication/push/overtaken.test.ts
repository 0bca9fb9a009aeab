import { expect, onTestFinished, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { FetchAnswer, PushItem, PushResult, ReplicaHead, ReplicaPlace } from '#app/protocol/index.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { Refusal } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'

type Sender = ReplicaPlace & { readonly token: string }

const OPENING = 'a'.repeat(32)

async function aCaseEditedTwice(dialect: 'sqlite' | 'postgres') {
  const server = await startTestServer({ dialect })
  onTestFinished(() => server.close())
  const carla = await enrolDevice(server.url, 'carla')
  await carla.follow('cases')
  const held = [...carla.held.values()].find(({ kind }) => kind === 'case')
  if (held === undefined) throw new Error('no case')
  const first = carla.edit('cases', held, { subject: 'The first' })
  const second = { ...carla.edit('cases', held, { subject: 'The second' }), edit: newId() }
  return { server, carla, held, first, second }
}

test.each(['sqlite', 'postgres'] as const)(
  'a push that arrives behind a later one of its device does not undo it, on %s',
  async (dialect) => {
    const { server, carla, held, first, second } = await aCaseEditedTwice(dialect)
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

test.each(['sqlite', 'postgres'] as const)(
  'a push that an earlier opening of the copy has left behind does not undo a later one, on %s',
  async (dialect) => {
    const { carla, held, first, second } = await aCaseEditedTwice(dialect)
    const before = { opening: OPENING, from: 1 }
    const after = { opening: 'b'.repeat(32), from: 8 }
    const tokenOf = async (commit: number, openings: ReplicaHead['openings']) =>
      (await carla.signIn({ commit, openings })).body.token
    const push = async (item: PushItem, { commit, opening, token }: Sender) => {
      const sent = { items: [item], place: { commit, opening } }
      const { status, body } = await carla.call<{ readonly results: PushResult[] } & Refusal>(
        'push',
        sent,
        token,
      )
      return status === 200 ? body.results.map(({ outcome }) => outcome) : body.error.code
    }
    const early = { commit: 7, opening: before.opening, token: await tokenOf(6, [before]) }
    const late = { commit: 9, opening: after.opening, token: await tokenOf(8, [before, after]) }
    expect(await push(second, late)).toEqual(['applied'])
    expect(await push(first, early)).toBe('access.session')
    // Let in before its session ended, and kept waiting since.
    expect(await push(first, { ...early, token: late.token })).toBe('sync.overtaken')
    const { body } = await carla.call<FetchAnswer>(
      'fetch',
      { collection: 'cases', ids: [held.id] },
      late.token,
    )
    expect(body.documents).toMatchObject([{ subject: 'The second' }])
  },
)
