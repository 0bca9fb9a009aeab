import type { MigrationStrategies, RxJsonSchema } from 'rxdb'
import { collections } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { ReplicatedDocument } from './stored-document.ts'

/** One module's step within a collection's version: documents of `kind` go to version `to` of their module. */
export type CollectionStep = { readonly kind: string; readonly to: number }

/**
 * The versions of each collection: append only. Version n of a collection is reached by the first n entries of its list,
 * each of which names the modules that moved. Empty: version 0.
 */
export const collectionVersions: Readonly<Record<CollectionName, readonly (readonly CollectionStep[])[]>> = {
  reference: [],
  patients: [],
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

/**
 * In which order the first load fills them. `collections` is declared in that order: what a screen shows names for comes
 * first, so that the replica is usable before it is full.
 */
export const priority: readonly CollectionName[] = collections

/**
 * RxDB's schema of a collection. Only what the storage itself needs is declared: the key. Documents of several modules
 * and of several projections share a collection, so any field may be absent; the module validates what is in them. No
 * index beside the key: lists run over the table in memory and nobody would read one.
 */
export function rxSchemaOf(collection: CollectionName): RxJsonSchema<ReplicatedDocument> {
  const properties = {
    id: { type: 'string', maxLength: 36 },
    kind: { type: 'string', maxLength: 32 },
    rev: { type: 'string', maxLength: 120 },
    edit: { type: 'string', maxLength: 36 },
  }
  return {
    version: collectionVersions[collection].length,
    primaryKey: 'id',
    type: 'object',
    properties,
    required: ['id'],
    additionalProperties: true,
  } as unknown as RxJsonSchema<ReplicatedDocument>
}

/** RxDB's migrations of a collection: each version's step, taken by the documents of the kinds it names. */
export function migrationsOf(collection: CollectionName): MigrationStrategies {
  const steps = collectionVersions[collection].map((moved, index) => [
    String(index + 1),
    (document: AnyDocument) => migrated(collection, document, moved),
  ])
  return Object.fromEntries(steps) as MigrationStrategies
}

function migrated(
  collection: CollectionName,
  document: AnyDocument,
  moved: readonly CollectionStep[],
): AnyDocument {
  const step = moved.find((candidate) => candidate.kind === document.kind)
  if (step === undefined) return document
  return moduleOfKind(collection, step.kind)?.migrations[step.to]?.(document) ?? document
}
