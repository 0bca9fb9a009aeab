import type { ModuleName } from '#app/modules/index.ts'

/** The modules whose records have a page of their own; `renderer/modules` is tested against it. */
export const modulesWithPages: ReadonlySet<ModuleName> = new Set<ModuleName>([
  'accounts',
  'allergies',
  'appointments',
  'care-teams',
  'cases',
  'conditions',
  'consents',
  'contacts',
  'coverage',
  'diagnostic-reports',
  'documents',
  'immunizations',
  'opportunities',
  'orders',
  'patients',
  'practitioner-roles',
  'referrals',
  'related-persons',
  'territories',
])
