import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'

type Index = (typeof modules)[ModuleName]['indexes'][number]

/**
 * Where a contact is one of several, or a professional with a name beside: an index has one key for a record, so these
 * modules are looked through for a contact.
 */
const lookedThrough: ReadonlySet<ModuleName> = new Set<ModuleName>([
  'activities',
  'appointments',
  'diagnostic-reports',
  'documents',
  'encounters',
  'immunizations',
  'observations',
  'opportunities',
  'orders',
  'practitioner-roles',
  'referrals',
])

/**
 * The indexes of a module by which its records about a record of another are found; null: only by looking at all of them.
 * An index of something else has no key that is an id, and costs nothing.
 */
export function waysTo(module: ModuleName, target: ModuleName): readonly (Index | null)[] {
  if (target === 'contacts' && lookedThrough.has(module)) return [null]
  return modules[module].indexes
}
