import { grantHolds } from '#app/access/index.ts'
import type { Grant } from '#app/access/index.ts'
import type { LeaseDays } from '../../store/contract.ts'

const DAY = 24 * 3_600_000

/**
 * Until when a session of `now` lets its copy open without contact. Whoever has several roles has the shortest lease of theirs:
 * what each of them may see lies in one copy, and has to be closed when the most careful of them asks for it. A role without
 * days of its own asks for everybody's, and so does who has none at this moment. Pure.
 */
export function leaseEnd({ days, byRole }: LeaseDays, grants: readonly Grant[], now: number): string {
  const at = new Date(now).toISOString()
  const asked = grants.filter((grant) => grantHolds(grant, at)).map(({ role }) => byRole[role] ?? days)
  const lasts = asked.length === 0 ? days : Math.min(...asked)
  return new Date(now + lasts * DAY).toISOString()
}
