import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Grant } from '#app/access/index.ts'
import { newId, roles } from '#app/kernel/index.ts'
import { leaseEnd } from './lease-end.ts'

const DAY = 24 * 3_600_000
const now = Date.parse('2026-03-02T10:00:00.000Z')
const on = (days: number) => new Date(now + days * DAY).toISOString()

const grant = (role: Grant['role'], from = on(-10), until: string | null = null): Grant => ({
  id: newId(),
  userId: newId(),
  role,
  scope: 'org',
  from,
  until,
})
const lease = { days: 7, byRole: { clinician: 2, supervisor: 30 } }

test.each([
  ['nobody’s role', [], 7],
  ['a role without days of its own', [grant('coordinator')], 7],
  ['a role with fewer', [grant('clinician')], 2],
  ['a role with more', [grant('supervisor')], 30],
  ['the shortest of several', [grant('supervisor'), grant('clinician')], 2],
  ['everybody’s, where one of several has none', [grant('supervisor'), grant('coordinator')], 7],
  [
    'a grant that is over or to come asks for nothing',
    [grant('clinician', on(-9), on(0)), grant('supervisor'), grant('clinician', on(1))],
    30,
  ],
])('a lease lasts for %s', (_, grants, days) => {
  expect(leaseEnd(lease, grants, now)).toBe(on(days))
})

test('a further role never makes a lease longer than the one of any role alone', () => {
  const role = fc.constantFrom(...roles)
  const days = fc.integer({ min: 1, max: 90 })
  const anyLease = fc.record({ days, byRole: fc.dictionary(role, days) })
  fc.assert(
    fc.property(anyLease, fc.array(role, { minLength: 1, maxLength: 4 }), (one, held) => {
      const alone = held.map((each) => leaseEnd(one, [grant(each)], now))
      const together = leaseEnd(
        one,
        held.map((each) => grant(each)),
        now,
      )
      expect(together).toBe(alone.toSorted()[0])
    }),
  )
})
