import { getQueryMatcher, getSortComparator } from 'rxdb'
import type { PreparedQuery } from 'rxdb'
import type { Fields, Stored } from './document-codec.ts'
import { wholeOf } from './document-codec.ts'
import type { CreationParams, StoredCollection } from './stored-collection.ts'

/**
 * RxDB's queries, answered by looking at every document: lists and search run over the table, and RxDB itself asks its
 * small internal collections only.
 */
export function scan(
  stored: StoredCollection,
  schema: CreationParams['schema'],
  { query }: PreparedQuery<Fields>,
): Stored[] {
  const matches = getQueryMatcher(schema, query)
  const found: Stored[] = []
  for (const id of stored.ids()) {
    const parsed = stored.glance(id)
    const document = parsed && wholeOf(parsed)
    if (document !== undefined && matches(document)) found.push(document)
  }
  const { skip, limit } = query
  const sorted = found.toSorted(getSortComparator(schema, query)).slice(skip)
  return limit === undefined ? sorted : sorted.slice(0, limit)
}
