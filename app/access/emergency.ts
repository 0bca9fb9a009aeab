import type { Id } from '../kernel/ids.ts'
import { derivedId } from '../kernel/ids.ts'
import type { Role } from '../kernel/role.ts'
import { sensitivities, sensitivityScope } from '../kernel/sensitivity.ts'
import { grantHolds } from './grants.ts'
import type { Grant, Subject } from './grants.ts'

/** Who cares for patients themselves, and so may break the glass. */
const clinicalRoles: readonly Role[] = ['clinician']

export function mayBreakGlass({ grants }: Subject, at: string): boolean {
  return grants.some((grant) => clinicalRoles.includes(grant.role) && grantHolds(grant, at))
}

/**
 * What an emergency lets a person see, for its time: what a clinician sees who has every place and every sensitivity. It
 * is for the records of one patient; the caller reads no others.
 */
export function emergencySubject(
  { id, orgId }: Pick<Subject, 'id' | 'orgId'>,
  emergency: { readonly id: Id; readonly openedAt: string; readonly until: string },
): Subject {
  const grants = (['org', ...sensitivities.map(sensitivityScope)] as const).map((scope): Grant => ({
    id: derivedId('emergency grant', emergency.id, scope),
    userId: id,
    role: 'clinician',
    scope,
    from: emergency.openedAt,
    until: emergency.until,
  }))
  return { id, orgId, grants }
}
