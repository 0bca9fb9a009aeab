import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEntry } from '../store/contract.ts'
import { consoleCalls } from './protocol/console.ts'
import { openWalkStage } from './testing/walk-stage.ts'
import type { WalkStage } from './testing/walk-stage.ts'
import { walksOf } from './testing/walks.ts'
import type { ByProvider, Walk, Walks } from './testing/walks.ts'

// Whatever a person's call leaves in the audit names where it came from.

describe.each(['sqlite', 'postgres'] as const)('what the console writes down, over %s', (dialect) => {
  let stage: WalkStage
  beforeAll(async () => {
    stage = await openWalkStage(dialect)
  })
  afterAll(() => stage.server.close())

  /** What people have done since an entry. */
  async function entriesAfter(seq: number): Promise<readonly AuditEntry[]> {
    const { access, audit } = stage.server.store
    const users = new Set((await access.users()).map(({ id }) => id))
    const latest = await audit.read({ limit: 50 })
    return latest.filter((entry) => entry.seq > seq && users.has(entry.actor))
  }

  async function walk<Call extends keyof Walks>(call: Call, { as, ask, leaves, keep }: Walk<Call>) {
    const request = await ask()
    const { seq } = await stage.server.store.audit.head()
    const { status, body } = await stage.as(as)(call, request)
    expect([status, status === 200 ? null : body.error], call).toEqual([200, null])
    keep?.(body)
    const left = await entriesAfter(seq)
    const actions = left.map(({ action }) => action)
    if (leaves === null) expect(actions, call).toEqual([])
    else expect(actions, call).toContain(leaves)
    for (const { action, address } of left)
      expect([call, action, address]).toEqual([call, action, '127.0.0.1'])
  }

  it('names the address of whoever asked, for every call that there is', async () => {
    const walks = walksOf(stage)
    for (const call of Object.keys(walks) as (keyof Walks)[])
      await walk(call, walks[call] as Walk<typeof call>)
    const byProvider: readonly ByProvider[] = ['sign-on', 'sign-device-on']
    expect([...Object.keys(walks), ...byProvider].toSorted()).toEqual(Object.keys(consoleCalls).toSorted())
  }, 90_000)
})
