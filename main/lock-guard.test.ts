import { describe, expect, it } from 'vitest'
import type { HostEvent } from '#app/host/index.ts'
import { createLockGuard } from './lock-guard.ts'

function guarded() {
  const sent: HostEvent[] = []
  const waiting: (() => void)[] = []
  let restarts = 0
  const guard = createLockGuard({
    send: (event) => void sent.push(event),
    restart: () => void (restarts += 1),
    after: (_, action) => {
      waiting.push(action)
      return () => void waiting.splice(waiting.indexOf(action), 1)
    },
  })
  return { guard, sent, waiting, restarts: () => restarts }
}

describe('the lock guard', () => {
  it('tells the client, and ends it when it is still there after the grace time', () => {
    const { guard, sent, waiting, restarts } = guarded()
    guard.machineLocks('suspend')
    expect(sent).toEqual([{ type: 'lock', why: 'suspend' }])
    expect(restarts()).toBe(0)
    waiting[0]?.()
    expect(restarts()).toBe(1)
  })

  it('lets a client be that has locked by itself', () => {
    const { guard, waiting, restarts } = guarded()
    guard.machineLocks('screen-lock')
    guard.clientRestarted()
    expect(waiting).toEqual([])
    expect(restarts()).toBe(0)
  })

  it('ends the client once when several signs come together', () => {
    const { guard, sent, waiting } = guarded()
    guard.machineLocks('screen-lock')
    guard.machineLocks('suspend')
    expect(sent).toHaveLength(2)
    expect(waiting).toHaveLength(1)
  })
})
