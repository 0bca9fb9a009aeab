import { collectionSchema } from '#app/kernel/index.ts'
import type { AnyModule, CollectionName } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import type { StorageMigrations } from '../storage/index.ts'
import { collectionVersions } from './collection-versions.ts'
import type { CollectionVersions } from './collection-versions.ts'
import { migrateDocument } from './migrate-document.ts'
import type { Step } from './migrate-document.ts'

/** Where the steps come from: the modules; tests bring versions that are still to come. */
export type StepsSource = {
  readonly versions: CollectionVersions
  moduleOfKind(collection: CollectionName, kind: string): Pick<AnyModule, 'migrations'> | undefined
}

/**
 * The modules' migrations, as the storage asks for them while it reads pages. Only collections of documents have
 * versions: what RxDB keeps for itself is the same in all of them, and replication compares by rev and edit alone.
 */
export function storageMigrations(
  source: StepsSource = { versions: collectionVersions, moduleOfKind },
): StorageMigrations {
  const known = new Map<string, readonly Step[]>()

  function stepsOf(collection: CollectionName, kind: string, from: number): readonly Step[] {
    const key = `${collection}/${kind}/${from}`
    const steps = known.get(key) ?? stepsBetween(source, collection, kind, from)
    known.set(key, steps)
    return steps
  }

  return {
    versionOf(name) {
      const { data: collection } = collectionSchema.safeParse(name)
      return collection === undefined ? 0 : source.versions[collection].length
    },
    migrate<Document extends object>(name: string, document: Document, from: number): Document {
      const collection = collectionSchema.parse(name)
      // The storage knows documents by their ids only; those of a collection are views of its modules, or tombstones.
      const stored = document as unknown as StoredDocument
      return migrateDocument(stored, stepsOf(collection, stored.kind, from)) as unknown as Document
    },
  }
}

/** What documents of a kind go through from a collection's version on. Throws where a module lacks a step. */
function stepsBetween(
  { versions, moduleOfKind: moduleOf }: StepsSource,
  collection: CollectionName,
  kind: string,
  from: number,
): Step[] {
  const ahead = versions[collection].slice(from).flat()
  return ahead
    .filter((step) => step.kind === kind)
    .map(({ to }) => {
      const step = moduleOf(collection, kind)?.migrations[to]
      if (step === undefined) throw new Error(`${collection}/${kind}: no migration to version ${to}`)
      return step
    })
}
