import { z } from 'zod'
import { instantSchema, scopeSchema } from '../kernel/envelope.ts'
import { idSchema } from '../kernel/ids.ts'
import { roleSchema } from '../kernel/role.ts'

/** A role of one user over one scope, for a time. The scope `org` covers everything of the organisation. */
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

/** Whether a grant holds at an instant and covers a document of these scopes. */
export function grantCovers(grant: Grant, scopes: readonly string[], at: string): boolean {
  if (!grantHolds(grant, at)) return false
  return grant.scope === 'org' || scopes.includes('org') || scopes.includes(grant.scope)
}

export function grantHolds(grant: Grant, at: string): boolean {
  return grant.from <= at && (grant.until === null || at < grant.until)
}
