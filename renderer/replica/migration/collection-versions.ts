import type { CollectionName } from '#app/kernel/index.ts'

/** One module's step within a collection's version: documents of `kind` go to version `to` of their module. */
type CollectionStep = { readonly kind: string; readonly to: number }

export type CollectionVersions = Readonly<Record<CollectionName, readonly (readonly CollectionStep[])[]>>

/**
 * The versions of each collection: append only. Version n of a collection is reached by the first n entries of its list,
 * each of which names the modules that moved. Empty: version 0. A module's new `version` stands here, or a test fails.
 */
export const collectionVersions: CollectionVersions = {
  reference: [],
  patients: [[{ kind: 'patient', to: 2 }]],
  appointments: [],
  cases: [],
  accounts: [],
  contacts: [],
  opportunities: [],
  tasks: [],
  activities: [],
  clinical: [],
  engagement: [],
}
