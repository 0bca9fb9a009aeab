import type { Role } from '../kernel/role.ts'
import { isSensitivityScope } from '../kernel/sensitivity.ts'
import { rolesOver } from './grants.ts'
import type { Subject } from './grants.ts'

/**
 * Who decides what counts as sensitive, beside the feeds that say so. It takes no right to the sensitivity: whoever decides
 * sees that there is a record and how it is marked, not what it says. To release a mark opens, so it takes two.
 */
export const markDeeds = {
  mark: ['privacy-officer'],
  'propose-release': ['privacy-officer'],
  'approve-release': ['supervisor', 'privacy-officer'],
} as const satisfies Readonly<Record<string, readonly Role[]>>
export type MarkDeed = keyof typeof markDeeds

/** Whether the subject may do so to a record of these scopes at an instant: by a grant of one of its places. */
export function mayDecideMarks(
  subject: Subject,
  deed: MarkDeed,
  scopes: readonly string[],
  at: string,
): boolean {
  const places = scopes.filter((scope) => !isSensitivityScope(scope))
  const held = rolesOver(subject.grants, places, at)
  return markDeeds[deed].some((role) => held.has(role))
}
