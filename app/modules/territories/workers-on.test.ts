import { describe, expect, it } from 'vitest'
import { derivedId } from '../../kernel/index.ts'
import { workersOn } from './index.ts'
import type { TerritoryAssignment } from './index.ts'

const [ada, amir, eve] = [derivedId('ada'), derivedId('amir'), derivedId('eve')]

const assignments: readonly TerritoryAssignment[] = [
  { key: 'eve', userId: eve, role: 'specialist' },
  { key: 'amir', userId: amir, role: 'manager', period: { end: '2026-03-31' } },
  { key: 'ada', userId: ada, role: 'manager', period: { start: '2026-04-01' } },
]

describe('who works a territory', () => {
  it('changes on the day it is handed over; managers come first', () => {
    expect(workersOn(assignments, '2026-03-31')).toEqual([amir, eve])
    expect(workersOn(assignments, '2026-04-01')).toEqual([ada, eve])
  })
})
