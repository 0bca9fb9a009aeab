import { idSchema } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Authority, Identifier } from '#app/values/index.ts'

/** Who gives out the numbers by which Rounds names its records to others: the organisation itself. */
export function ownAuthority(orgId: Id): Authority {
  return { namespace: 'ROUNDS', universalId: orgId, universalIdType: 'UUID' }
}

/**
 * The record that a number of ours names, where an answer or an echo brings it back: systems keep at least one half of the
 * authority. Null for anybody else's number.
 */
export function ownRecord(
  orgId: Id,
  { value, authority }: Pick<Identifier, 'value' | 'authority'>,
): Id | null {
  const own = ownAuthority(orgId)
  const isOwn =
    authority?.universalId === undefined
      ? authority?.namespace === own.namespace
      : authority.universalId === own.universalId
  if (!isOwn) return null
  return idSchema.safeParse(value.toLowerCase()).data ?? null
}
