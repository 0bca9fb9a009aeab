import { z } from 'zod'
import type { PhiClass } from './phi.ts'

/**
 * Who people are to Rounds. What each may do with records stands in the modules (`access`), and as a table in
 * docs/access-matrix.md.
 *
 * - `account-manager`: accounts, contacts and opportunities of their territories; no patient
 * - `coordinator`, `clinician`: the patients of their sites
 * - `supervisor`: everything in their scopes
 * - `sync-admin`: devices, users, queues; never PHI
 * - `interface-analyst`: opens and corrects messages at the console, with a purpose
 * - `privacy-officer`: consents and restrictions, who saw whom, disclosures
 * - `auditor`: reads the audit, never changes anything
 * - `patient`, `proxy`: for the portal to come; no module admits them yet
 * - `feed`: a hospital's messages coming in
 * - `integration`: a machine that asks by FHIR
 */
export const roles = [
  'account-manager',
  'coordinator',
  'clinician',
  'supervisor',
  'sync-admin',
  'interface-analyst',
  'privacy-officer',
  'auditor',
  'patient',
  'proxy',
  'feed',
  'integration',
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
