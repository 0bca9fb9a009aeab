import { z } from 'zod'
import type { PhiClass } from './phi.ts'

export const roles = [
  'account-manager',
  'coordinator',
  'supervisor',
  'sync-admin',
  'interface-analyst',
  'feed',
] as const
export type Role = (typeof roles)[number]
export const roleSchema = z.enum(roles)

/** Which fields: every one, none, those of the named PHI classes, or those named. */
export type FieldSelection<Name extends string = string> =
  | 'all'
  | 'none'
  | { readonly classes: readonly PhiClass[] }
  | { readonly fields: readonly Name[] }

/** What a role may do with a document in scope. Writing is limited to what may be read. */
export type RolePermission<Name extends string = string> = {
  readonly read: FieldSelection<Name>
  readonly write: FieldSelection<Name>
  readonly create: boolean
}

/** Everything: for the roles that work with the module. */
export const full = { read: 'all', write: 'all', create: true } as const satisfies RolePermission
/** Every field, to look at. */
export const readOnly = { read: 'all', write: 'none', create: false } as const satisfies RolePermission
/** What says nothing about a patient, to look at. */
export const readNoPhi = {
  read: { classes: ['none'] },
  write: 'none',
  create: false,
} as const satisfies RolePermission
