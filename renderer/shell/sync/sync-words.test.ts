import { describe, expect, it } from 'vitest'
import type { SyncStatus } from '#renderer/replica/contract.ts'
import { initialShare, syncWords } from './sync-words.ts'

const quiet: SyncStatus = {
  phase: 'done',
  pending: 0,
  refused: 0,
  files: { count: 0, bytes: 0 },
  initial: null,
  estimate: null,
  lag: { behind: 0, levelAt: '2026-01-05T08:00:00.000Z' },
  lastReceiptAt: '2026-01-05T08:00:00.000Z',
  problem: null,
}

describe('what the sync indicator says', () => {
  it('says done only when the server has confirmed everything', () => {
    expect(syncWords(quiet)).toMatchObject({ short: 'Up to date', tone: 'done' })
    expect(syncWords({ ...quiet, pending: 1 }).tone).not.toBe('done')
    expect(syncWords({ ...quiet, files: { count: 1, bytes: 9 } }).tone).not.toBe('done')
    expect(syncWords({ ...quiet, phase: 'syncing' }).tone).not.toBe('done')
    expect(syncWords({ ...quiet, refused: 1 }).tone).toBe('attention')
  })

  it('counts what waits while there is no connection', () => {
    expect(syncWords({ ...quiet, phase: 'offline', pending: 3 }).short).toBe('Offline, 3 waiting')
    expect(syncWords({ ...quiet, phase: 'offline', pending: 1 }).sentence).toContain(
      '1 change to send. It is stored',
    )
    expect(syncWords({ ...quiet, phase: 'offline' }).short).toBe('Offline')
  })

  it('puts refused changes before everything else', () => {
    expect(syncWords({ ...quiet, phase: 'offline', refused: 2, pending: 1 }).short).toBe('2 to correct')
  })

  it('tells how far the first load is, and never divides by nothing', () => {
    const initial = [
      { collection: 'patients', loaded: 500, total: 1500 },
      { collection: 'cases', loaded: 100, total: 300 },
    ] as const
    expect(syncWords({ ...quiet, phase: 'syncing', initial }).short).toBe('Loading 33 %')
    const estimate = { documents: 1800, bytes: 2_000_000, secondsLeft: 42 }
    expect(syncWords({ ...quiet, phase: 'syncing', initial, estimate }).sentence).toContain(
      '33 %, about 50 seconds left.',
    )
    expect(initialShare([])).toBe(0)
    expect(initialShare([{ collection: 'cases', loaded: 12, total: 10 }])).toBe(1)
  })
})
