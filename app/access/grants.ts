import { z } from 'zod'
import { instantSchema, scopeSchema } from '../kernel/envelope.ts'
import { idSchema } from '../kernel/ids.ts'
import { roleSchema } from '../kernel/role.ts'
import type { Role } from '../kernel/role.ts'
import { isSensitivityScope } from '../kernel/sensitivity.ts'

/**
 * A role of one user over one scope, for a time. The scope `org` covers every place of the organisation. A sensitivity
 * (`sensitivity:hiv`) covers no place: it is the further right that records of that sensitivity ask of the same role.
 */
export const grantSchema = z.strictObject({
  id: idSchema,
  userId: idSchema,
  role: roleSchema,
  scope: scopeSchema,
  from: instantSchema,
  until: instantSchema.nullable(),
})
export type Grant = z.infer<typeof grantSchema>

/** Who asks: a user with grants, or a feed, which is a subject with one grant of the role `feed`. */
export type Subject = { readonly id: string; readonly orgId: string; readonly grants: readonly Grant[] }

/** A feed brings what is sensitive, so it may write it without a further right. It reads nothing out. */
const bringsSensitive: Role = 'feed'

/**
 * The roles that reach a document of these scopes at an instant: by a grant of one of its places, and, for each of
 * its sensitivities, one of the same role.
 */
export function rolesOver(
  grants: readonly Grant[],
  scopes: readonly string[],
  at: string,
): ReadonlySet<Role> {
  const roles = new Set<Role>()
  for (const grant of grants) {
    if (coversPlace(grant.scope, scopes) && grantHolds(grant, at)) roles.add(grant.role)
  }
  for (const scope of scopes) {
    if (!isSensitivityScope(scope)) continue
    for (const role of roles) if (!mayKnow(grants, role, scope, at)) roles.delete(role)
  }
  return roles
}

/** The roles that reach documents with some sensitivity, wherever they lie: what SQL may narrow by. */
export function rolesOverSensitive(grants: readonly Grant[], at: string): ReadonlySet<Role> {
  const further = grants.filter(({ role, scope }) => role === bringsSensitive || isSensitivityScope(scope))
  return new Set(further.filter((grant) => grantHolds(grant, at)).map(({ role }) => role))
}

/** The scopes of a subject's grants that are places: where they may look, and where what they make may lie. */
export function placesOf(subject: Subject): readonly Grant['scope'][] {
  return subject.grants.map(({ scope }) => scope).filter((scope) => !isSensitivityScope(scope))
}

export function grantHolds(grant: Grant, at: string): boolean {
  return grant.from <= at && (grant.until === null || at < grant.until)
}

function coversPlace(held: string, scopes: readonly string[]): boolean {
  if (isSensitivityScope(held)) return false
  return held === 'org' || scopes.includes('org') || scopes.includes(held)
}

function mayKnow(grants: readonly Grant[], role: Role, sensitivity: string, at: string): boolean {
  if (role === bringsSensitive) return true
  return grants.some((grant) => grant.role === role && grant.scope === sensitivity && grantHolds(grant, at))
}
