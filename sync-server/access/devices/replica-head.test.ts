import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leadsThrough } from '#app/protocol/index.ts'
import type { ReplicaHead, Session } from '#app/protocol/index.ts'
import { draft, enrolDevice } from '../../testing/test-device.ts'
import type { Refusal, TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { letCopyGoOn } from './replica-head.ts'

// Copies of one profile, as a machine makes them: opened, worked on, put away, put back, put to use twice.

/** A copy on a disk: its openings, and how many commits it has made. */
class Copy {
  private readonly openings: { opening: string; from: number }[] = []
  private commit = 0

  open(): this {
    const opening = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex')
    this.openings.push({ opening, from: this.commit + 1 })
    return this.work(1)
  }

  work(commits: number): this {
    this.commit += commits
    return this
  }

  /** As it lies on the disk now, to be put back or used beside it. */
  copied(): Copy {
    const copy = new Copy()
    copy.openings.push(...this.openings)
    copy.commit = this.commit
    return copy
  }

  head(): ReplicaHead {
    return { commit: this.commit, openings: this.openings }
  }

  place() {
    return { commit: this.commit, opening: this.openings.at(-1)?.opening ?? '' }
  }
}

describe('a place in the history of a copy', () => {
  it('lies in the histories that went on from it, and in no other', () => {
    const moves = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5 })), { maxLength: 6 })
    fc.assert(
      fc.property(moves, moves, fc.integer({ min: 1, max: 9 }), (before, after, ahead) => {
        const go = (copy: Copy, steps: readonly (readonly [boolean, number])[]) =>
          steps.forEach(([reopened, commits]) => (reopened ? copy.open() : copy).work(commits))
        const copy = new Copy().open()
        go(copy, before)
        const [earlier, place] = [copy.copied(), copy.work(ahead).place()]
        go(copy, after)
        expect(leadsThrough(copy.head(), place)).toBe(true)
        go(earlier.open(), after)
        expect(leadsThrough(earlier.head(), place)).toBe(false)
      }),
    )
  })
})

describe('a copy that comes', () => {
  let server: TestServer
  let device: TestDevice

  beforeEach(async () => {
    server = await startTestServer()
    device = await enrolDevice(server.url, 'carla')
  })
  afterEach(() => server.close())

  async function says(copy: Copy): Promise<string> {
    const { body } = await device.signIn(copy.head())
    return 'error' in body ? body.error.code : (body as Session).copy
  }

  async function noticed(): Promise<string[]> {
    const entries = await server.store.audit.read({ limit: 100 })
    return entries.filter(({ deviceId }) => deviceId === device.deviceId).map(({ action }) => action)
  }

  const stored = async () => {
    const found = await server.store.access.device(device.deviceId)
    if (found === null) throw new Error('no such device')
    return found
  }

  it('is the one that was here, whatever it did meanwhile', async () => {
    const copy = new Copy().open()
    expect(await says(copy)).toBe('current')
    expect(await says(copy.work(9))).toBe('current')
    expect(await says(copy.open().work(3).open())).toBe('current')
    expect((await stored()).olderCopyAt).toBeNull()
  })

  it('is an earlier state of it, even where it was worked on beyond the later', async () => {
    const copy = new Copy().open()
    await says(copy)
    const earlier = copy.copied()
    const doc = draft('case', server.synthetic.organisation.id, {})
    const item = device.edit('cases', doc, {})
    await device.call('push', { items: [item], place: copy.work(5).place() })
    expect(await says(earlier.open().work(50))).toBe('older')
    expect((await stored()).olderCopyAt).not.toBeNull()
    expect(await noticed()).toContain('older-copy')
    // Until it has said that it is whole, each session tells it again.
    expect(await says(earlier.open())).toBe('older')
    const { body } = await device.signIn(earlier.head())
    await device.call('healed', {}, body.token)
    expect(await says(earlier.work(2))).toBe('current')
  })

  it('takes the sessions of the one before it with it', async () => {
    const copy = new Copy().open()
    const { body } = await device.signIn(copy.head())
    const earlier = copy.copied()
    await says(copy.work(3))
    expect(await says(earlier.open())).toBe('older')
    const answer = await device.call<Refusal>('healed', {}, body.token)
    expect(answer.body.error.code).toBe('access.session')
  })

  it('is one of two in use: none is let in until an administrator says which', async () => {
    const copy = new Copy().open()
    await says(copy)
    const other = copy.copied()
    expect(await says(copy.open())).toBe('current')
    expect(await says(other.open())).toBe('older')
    expect(await says(copy.open())).toBe('replica.copied')
    expect(await says(other.open())).toBe('replica.copied')
    expect(await noticed()).toContain('copied')

    await letCopyGoOn(server.store, await stored())
    expect(await says(copy.open())).toBe('older')
    expect(await says(other.open())).toBe('replica.copied')
    // The other is turned away, and the one that was chosen works on.
    expect(await says(copy.open())).toBe('older')
  })

  it('is the one that was here, where the server was put back to before its last openings', async () => {
    await says(new Copy().open())
    await server.store.renewIncarnation()
    // A copy tells of its openings since the last contact, and the server has forgotten that.
    const opened = new Copy().open()
    expect(await says(opened)).toBe('current')
    expect(await says(opened.open())).toBe('current')
    expect((await stored()).olderCopyAt).toBeNull()
    expect(await noticed()).not.toContain('older-copy')
    expect(await says(new Copy().open())).toBe('older')
  })

  it('is turned away or healed as before the server was put back, where that was known by then', async () => {
    const copy = new Copy().open()
    await says(copy)
    const other = copy.copied()
    await says(copy.open())
    await says(other.open())
    await server.store.renewIncarnation()
    expect(await says(copy.open())).toBe('replica.copied')
    await letCopyGoOn(server.store, await stored())
    await server.store.renewIncarnation()
    expect(await says(copy.open())).toBe('older')
  })

  it('is asked nothing while it is closed', async () => {
    await says(new Copy().open())
    const { body } = await device.signIn()
    expect(body).toMatchObject({ copy: 'current' })
  })

  it('of another device is none of its business', async () => {
    await says(new Copy().open())
    const another = await enrolDevice(server.url, 'carla')
    const { body } = await another.signIn(new Copy().open().head())
    expect(body).toMatchObject({ copy: 'current' })
  })
})
