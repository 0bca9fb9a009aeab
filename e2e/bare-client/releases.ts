import { collections } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'
import { collectionVersions } from '#renderer/replica/migration/collection-versions.ts'
import type { CollectionVersions } from '#renderer/replica/migration/collection-versions.ts'
import { storageMigrations } from '#renderer/replica/migration/storage-migrations.ts'
import type { StorageMigrations } from '#renderer/replica/storage/index.ts'

/** The versions of modules that releases still to come bring: far above those that there will be. */
const FIRST = 1000

/**
 * The migrations of the n-th release after this one. Each release moves every document of every module, and changes
 * nothing in it: what was written before can be compared with what is there after.
 */
export function migrationsOfRelease(release: number): StorageMigrations {
  const all = Array.from({ length: release }, (_, at) => FIRST + at)
  return storageMigrations({
    versions: Object.fromEntries(
      collections.map((name) => {
        const kinds = allModules.filter(({ collection }) => collection === name).map(({ kind }) => kind)
        return [name, [...collectionVersions[name], ...all.map((to) => kinds.map((kind) => ({ kind, to })))]]
      }),
      // Every name of the table is there.
    ) as unknown as CollectionVersions,
    moduleOfKind: () => ({ migrations: Object.fromEntries(all.map((to) => [to, (document) => document])) }),
  })
}
