import type { ModuleName } from '#app/modules/index.ts'

/** The modules whose records have a page of their own; `renderer/modules` is tested against it. */
export const modulesWithPages: ReadonlySet<ModuleName> = new Set<ModuleName>([
  'accounts',
  'appointments',
  'cases',
  'contacts',
  'diagnostic-reports',
  'documents',
  'immunizations',
  'opportunities',
  'orders',
  'patients',
  'referrals',
])
