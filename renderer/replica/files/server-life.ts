import { fileFieldsOf } from '#app/files/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'
import { parseRev } from '#app/protocol/index.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import { isUnstored } from '../database/stored-document.ts'
import type { StoredDocument } from '../database/stored-document.ts'

// The server's data begin another life when a backup is put back (`Rev.incarnation`): what was sent in the life before, it
// may not have any more.

const collectionsWithFiles: ReadonlySet<CollectionName> = new Set(
  allModules.flatMap((module) => (fileFieldsOf(module).length > 0 ? [module.collection] : [])),
)

/** Of these collections, those whose documents can name files. */
export function withFiles(names: readonly CollectionName[]): readonly CollectionName[] {
  return names.filter((name) => collectionsWithFiles.has(name))
}

/** The life that a document's state is of; null where the server has never answered it. */
export function lifeOf({ rev }: Pick<StoredDocument, 'rev'>): string | null {
  return isUnstored(rev) ? null : (parseRev(rev)?.incarnation ?? null)
}

/**
 * The life that the server speaks of, as far as documents here tell: of the one before, while they are being compared.
 * Empty where there are none.
 */
export function lifeOfServer({ names, table }: Pick<ReplicaDatabase, 'names' | 'table'>): string {
  for (const name of withFiles(names)) {
    for (const document of table(name).documents()) {
      const life = lifeOf(document)
      if (life !== null) return life
    }
  }
  return ''
}
