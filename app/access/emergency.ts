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
 * What the emergency set of a person's device holds, and what it may show: what a clinician sees who has every sensitivity
 * at the places of their own grants, and nowhere else. Who has no such grant at that instant sees nothing.
 */
export function ownSitesSubject({ id, orgId, grants }: Subject, at: string): Subject {
  const own = grants.filter((grant) => clinicalRoles.includes(grant.role) && grantHolds(grant, at))
  const rights = clinicalRoles.flatMap((role) =>
    sensitivities.map(sensitivityScope).map((scope): Grant => ({
      id: derivedId('emergency right', id, role, scope),
      userId: id,
      role,
      scope,
      from: at,
      until: null,
    })),
  )
  return { id, orgId, grants: [...own, ...rights] }
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
