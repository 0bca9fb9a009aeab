import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AuditEntry } from '../store/contract.ts'
import { summarised } from './activity.ts'

const at = '2026-03-02T10:00:00.000Z'
const entry = (told: Partial<AuditEntry>): AuditEntry => ({
  seq: 1,
  at,
  actor: 'carla',
  action: 'view',
  ...told,
})

it('counts what each did, what was refused apart, and different records once', () => {
  const [carla, feed] = summarised([
    entry({ ids: ['a', 'b'], address: '10.0.0.1' }),
    entry({ action: 'print', ids: ['b'] }),
    entry({ action: 'break-glass', outcome: 'access.forbidden' }),
    entry({ action: 'break-glass', outcome: 'opened' }),
    entry({ action: 'pull', ids: ['c'] }),
    entry({ actor: 'feed', action: 'disclose' }),
    entry({ action: 'never-heard-of' }),
  ])
  expect(carla).toMatchObject({ actor: 'carla', records: 2, addresses: ['10.0.0.1'] })
  expect(carla?.counts).toMatchObject({
    looked: 1,
    printed: 1,
    refused: 1,
    emergencies: 1,
    loaded: 1,
    administered: 1,
  })
  expect(feed?.counts.disclosed).toBe(1)
})

it('counts as changed what was taken, and what was refused as that', () => {
  const told = (facts: AuditEntry['facts']) => summarised([entry({ action: 'push', facts })])[0]?.counts
  expect(told({ applied: 2, merged: 1 })).toMatchObject({ changed: 1, refused: 0 })
  expect(told({ refused: 3 })).toMatchObject({ changed: 0, refused: 1 })
  expect(told({ applied: 1, refused: 1 })).toMatchObject({ changed: 1, refused: 1 })
  const [others] = summarised([
    entry({ action: 'client', outcome: 'merged' }),
    entry({ action: 'feed', outcome: 'applied' }),
    entry({ action: 'feed', outcome: 'refused' }),
    entry({ action: 'client', outcome: 'sync.invalid' }),
  ])
  expect(others?.counts).toMatchObject({ changed: 2, refused: 2, administered: 0 })
})

it('loses no entry, whatever they are', () => {
  const entries = fc.record({
    actor: fc.constantFrom('a', 'b'),
    action: fc.constantFrom('view', 'push', 'other', 'session'),
    outcome: fc.constantFrom('opened', 'access.session'),
  })
  fc.assert(
    fc.property(fc.array(entries), (told) => {
      const counted = summarised(told.map(entry)).flatMap(({ counts }) => Object.values(counts))
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(told.length)
    }),
  )
})
