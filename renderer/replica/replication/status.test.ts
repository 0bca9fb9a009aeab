import { expect, test } from 'vitest'
import { AppError, newId } from '#app/kernel/index.ts'
import type { PullAnswer } from '#app/protocol/index.ts'
import { nextPhase } from './status.ts'
import type { SyncEvent } from './status.ts'
import { SyncMonitor } from './sync-monitor.ts'

const at = '2026-01-05T08:00:00.000Z'

function monitor(loaded: readonly 'cases'[] = ['cases']): SyncMonitor {
  return new SyncMonitor({
    names: ['cases'],
    clock: { now: () => Date.parse(at) },
    loaded: new Set(loaded),
    lastReceiptAt: null,
  })
}

function page(mode: 'walk' | 'tail', seq: number, remaining = 0, epoch = 'e'): PullAnswer {
  const checkpoint = { epoch, mode, cursor: '', until: 0, seq }
  const tombstone = { id: newId(), rev: 'i.1.p', _deleted: true as const }
  return { documents: [tombstone], checkpoint, more: remaining > 0, remaining, asked: [] }
}

test('a stop is final: only opening the replica again leads out of it', () => {
  const events: SyncEvent[] = ['connect', 'connected', 'lost', 'work', 'settled', 'stop']
  expect(events.map((event) => nextPhase('stopped', event))).toEqual(events.map(() => 'stopped'))
})

test('nothing but an open stream leads to done', () => {
  expect(nextPhase('offline', 'settled')).toBe('offline')
  expect(nextPhase('connecting', 'settled')).toBe('connecting')
  expect(nextPhase('syncing', 'settled')).toBe('done')
})

test('done is said only when every collection is level and nothing is pending', () => {
  const made = monitor()
  made.event('connect')
  made.event('connected')
  made.counted(1, 0)
  made.pulled('cases', page('tail', 7))
  made.landed('cases')
  expect(made.status().phase).toBe('syncing')
  made.counted(0, 0)
  expect(made.status()).toMatchObject({ phase: 'done', lastReceiptAt: at })
})

test('a head beyond the checkpoint takes done back until it is pulled and on the disk', () => {
  const made = monitor()
  made.event('connected')
  made.pulled('cases', page('tail', 7))
  made.landed('cases')
  expect(made.heard('cases', 'e', 7)).toBe(false)
  expect(made.heard('cases', 'e', 8)).toBe(true)
  expect(made.status().phase).toBe('syncing')
  made.landed('cases')
  expect(made.status().phase).toBe('syncing')
  made.pulled('cases', page('tail', 8))
  made.landed('cases')
  expect(made.status().phase).toBe('done')
})

test('another epoch means that the collection is behind', () => {
  const made = monitor()
  made.pulled('cases', page('tail', 7))
  expect(made.heard('cases', 'another', 7)).toBe(true)
})

test('a server that was put back to a backup counts from there: below what was heard of it before', () => {
  const made = monitor()
  made.event('connected')
  made.pulled('cases', page('tail', 7))
  made.heard('cases', 'e', 7)
  made.event('lost')
  made.event('connect')
  made.event('connected')
  expect(made.heard('cases', 'restored', 4)).toBe(true)
  made.pulled('cases', page('tail', 4, 0, 'restored'))
  made.landed('cases')
  expect(made.status()).toMatchObject({ phase: 'done', lag: { behind: 0 } })
})

test('a new stream makes everything uncertain until it was compared', () => {
  const made = monitor()
  made.event('connected')
  made.pulled('cases', page('tail', 7))
  made.landed('cases')
  made.event('lost')
  made.event('connect')
  made.event('connected')
  expect(made.status().phase).toBe('syncing')
})

test('the first load counts what came and what waits, and is over with its last page on the disk', () => {
  const made = monitor([])
  expect(made.status().initial).toEqual([{ collection: 'cases', loaded: 0, total: 0 }])
  made.pulled('cases', page('walk', 0, 3))
  expect(made.status().initial).toEqual([{ collection: 'cases', loaded: 1, total: 4 }])
  made.pulled('cases', page('tail', 9))
  made.landed('cases')
  expect(made.status().initial).toBeNull()
  expect(made.loaded()).toEqual(['cases'])
})

test('that the disk is damaged stays said until the server has answered everything', () => {
  const made = monitor()
  const said = () => made.status().problem?.code
  made.problem(new AppError('replica.damaged', { pages: 1 }))
  made.event('connect')
  made.problem(new AppError('network.unreachable'))
  made.event('lost')
  made.event('connect')
  made.event('connected')
  expect(said()).toBe('replica.damaged')
  made.problem(new AppError('replica.write-failed'))
  expect(said()).toBe('replica.write-failed')
  made.problem(new AppError('replica.damaged', { pages: 1 }))
  made.pulled('cases', page('tail', 0))
  made.landed('cases')
  expect(made.status()).toMatchObject({ phase: 'done', problem: null })
})
