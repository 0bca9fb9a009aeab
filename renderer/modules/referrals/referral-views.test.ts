import { describe, expect, it } from 'vitest'
import type { Referral } from './referral-views.ts'
import { boardStatuses, byNeed, isOnBoard, isOpenReferral } from './referral-views.ts'

const stamp = (at: string) => ({ at, by: 'test', origin: 'seed' }) as const
const today = '2026-03-11'

describe('referrals at the desk', () => {
  it('come by urgency, then by what is due, then by how long they wait', () => {
    const of = (priority: NonNullable<Referral['priority']>, dueOn: string | null, day: string) => ({
      priority,
      dueOn,
      created: stamp(`2026-03-${day}T09:00:00.000Z`),
    })
    const sorted = [
      of('stat', null, '01'),
      of('urgent', '2026-03-01', '09'),
      of('routine', '2026-03-02', '05'),
      of('routine', '2026-03-02', '06'),
      of('routine', null, '01'),
    ]
    expect(sorted.toReversed().toSorted(byNeed)).toEqual(sorted)
  })

  it('stand on the board while they are open, and for a fortnight after', () => {
    const ended = (at: string) => ({ status: 'closed' as const, updated: stamp(at) })
    expect(isOnBoard(ended('2026-02-25T08:00:00.000Z'), today)).toBe(true)
    expect(isOnBoard(ended('2026-02-24T08:00:00.000Z'), today)).toBe(false)
    expect(isOnBoard({ status: 'seen', updated: stamp('2025-01-01T08:00:00.000Z') }, today)).toBe(true)
    expect(boardStatuses.filter((status) => isOpenReferral({ status }))).toEqual([
      'sent',
      'accepted',
      'scheduled',
      'seen',
    ])
  })
})
