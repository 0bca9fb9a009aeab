import type { RxJsonSchema } from 'rxdb'
import { collections } from '#app/kernel/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import type { ReplicatedDocument } from './stored-document.ts'

/**
 * In which order the first load fills them. `collections` is declared in that order: what a screen shows names for comes
 * first, so that the replica is usable before it is full.
 */
export const priority: readonly CollectionName[] = collections

/**
 * RxDB's schema of every collection. Only what the storage itself needs is declared: the key. Documents of several modules
 * and of several projections share a collection, so any field may be absent; the module validates what is in them. No
 * index beside the key: lists run over the table in memory and nobody would read one. It never changes, so RxDB never
 * migrates: documents of older versions become today's while the storage reads them (`../migration`).
 */
export function rxSchemaOf(): RxJsonSchema<ReplicatedDocument> {
  const properties = {
    id: { type: 'string', maxLength: 36 },
    kind: { type: 'string', maxLength: 32 },
    rev: { type: 'string', maxLength: 120 },
    edit: { type: 'string', maxLength: 36 },
  }
  return {
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties,
    required: ['id'],
    additionalProperties: true,
  } as unknown as RxJsonSchema<ReplicatedDocument>
}

/** The day's work: looked at all the time, by everybody at the desk. Of the others, the last that were looked at stay parsed. */
export const alwaysParsed: ReadonlySet<CollectionName> = new Set(['appointments'])
