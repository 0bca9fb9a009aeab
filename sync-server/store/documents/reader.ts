import type { ExpressionBuilder, Expression, SqlBool } from 'kysely'
import { collections } from '#app/kernel/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import type { ChangedRow, Head, Reach, Reader } from '../contract.ts'
import type { Tables } from '../schema.ts'
import { placesWithin } from './places.ts'
import { identifierHash, readConflicts, readDocuments, readIdentified } from './rows.ts'
import { readRevision, readRevisionNumbers } from './rows.ts'
import { readErased } from '../erasure-store.ts'
import type { Context } from './rows.ts'

/** The reads of a pull, over one consistent state. */
export function createReader(context: Context): Reader {
  const { vault } = context
  return {
    heads: () => readHeads(context),
    changes: (collection, reach, page) => readChanges(context, collection, reach, page),
    range: (collection, reach, page) => readRange(context, collection, reach, page),
    latest: (collection, reach, page) => readLatest(context, collection, reach, page),
    countAfterId: (collection, reach, after) => count(context, collection, reach, ['id', after]),
    countAfterSeq: (collection, reach, after) => count(context, collection, reach, ['seq', after]),
    documents: (collection, ids) => readDocuments(context, collection, ids),
    erased: (collection, ids) => readErased(context, collection, ids),
    conflicts: (ref) => readConflicts(context, ref),
    revisions: (ref) => readRevisionNumbers(context, ref),
    revision: (ref, seq) => readRevision(context, ref, seq),
    findByIdentifiers(collection, kind, identifiers) {
      const hashes = identifiers.map((identifier) => identifierHash(vault, collection, kind, identifier))
      return readIdentified(context, collection, kind, hashes)
    },
  }
}

async function readHeads({ executor }: Context): Promise<Readonly<Record<CollectionName, Head>>> {
  const rows = await executor.selectFrom('counters').selectAll().execute()
  const byName = new Map(rows.map(({ name, seq, horizon }) => [name, { seq, horizon }]))
  const heads = collections.map((name) => [name, byName.get(name) ?? { seq: 0, horizon: 0 }] as const)
  // The keys are those of `collections`, which the type system can't follow.
  return Object.fromEntries(heads) as Record<CollectionName, Head>
}

async function readChanges(
  context: Context,
  collection: CollectionName,
  reach: Reach,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly ChangedRow[]> {
  const documents = await changedSince(context, 'memberships', collection, reach, after, limit)
  const departures = await changedSince(context, 'departures', collection, reach, after, limit)
  const last = Math.min(lastOf(documents, limit), lastOf(departures, limit))
  const rows = [...documents, ...departures].filter((row) => row.seq <= last)
  const unique = new Map(rows.map((row) => [`${row.seq}/${row.id}`, row]))
  return [...unique.values()].toSorted((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1))
}

/** Whoever reads only the first `limit` rows of a table knows nothing behind the last of them. */
function lastOf(rows: readonly ChangedRow[], limit: number): number {
  return rows.length < limit ? Infinity : (rows.at(-1)?.seq ?? 0)
}

type Rows = readonly ChangedRow[]

/** One number belongs to one document, so a page never splits the rows of a number. */
async function changedSince(
  { executor, dialect }: Context,
  table: 'memberships' | 'departures',
  collection: CollectionName,
  reach: Reach,
  after: number,
  limit: number,
): Promise<Rows> {
  const found = await everyPlace(reach, (scope, kinds) =>
    executor
      .selectFrom(table)
      .select(['id', 'seq'])
      .where('collection', '=', collection)
      .where('scope', '=', scope)
      .where('seq', '>', after)
      .where(dialect.any('kind', kinds))
      .orderBy('seq')
      .limit(limit)
      .execute(),
  )
  return firstOf(found, limit, (a, b) => a.seq - b.seq)
}

async function readRange(
  { executor, dialect }: Context,
  collection: CollectionName,
  reach: Reach,
  page: { readonly after: string; readonly through: string | null; readonly limit: number },
): Promise<Rows> {
  const found = await everyPlace(reach, (scope, kinds) =>
    executor
      .selectFrom('memberships')
      .select(['id', 'seq'])
      .where('collection', '=', collection)
      .where('scope', '=', scope)
      .where('id', '>', page.after)
      .$if(page.through !== null, (query) => query.where('id', '<=', page.through ?? ''))
      .where(dialect.any('kind', kinds))
      .orderBy('id')
      .limit(page.limit)
      .execute(),
  )
  return firstOf(found, page.limit, (a, b) => (a.id < b.id ? -1 : 1))
}

async function readLatest(
  { executor, dialect }: Context,
  collection: CollectionName,
  reach: Reach,
  page: { readonly before: number | null; readonly limit: number },
): Promise<Rows> {
  const found = await everyPlace(reach, (scope, kinds) =>
    executor
      .selectFrom('memberships')
      .select(['id', 'seq'])
      .where('collection', '=', collection)
      .where('scope', '=', scope)
      .$if(page.before !== null, (query) => query.where('seq', '<', page.before ?? 0))
      .where(dialect.any('kind', kinds))
      .orderBy('seq', 'desc')
      .limit(page.limit)
      .execute(),
  )
  return firstOf(found, page.limit, (a, b) => b.seq - a.seq)
}

/**
 * A page is read scope by scope, each along its own index: the cost is that of the page, however much lies in the
 * scopes. Over all scopes at once the database would sort everything within reach for each page.
 */
async function everyPlace(
  reach: Reach,
  read: (scope: string, kinds: readonly string[]) => Promise<Rows>,
): Promise<readonly Rows[]> {
  const kindsByScope = new Map<string, Set<string>>()
  for (const part of reach) {
    for (const scope of placesWithin(part)) {
      kindsByScope.set(scope, new Set([...(kindsByScope.get(scope) ?? []), ...part.kinds]))
    }
  }
  const found: Rows[] = []
  for (const [scope, kinds] of kindsByScope) {
    if (kinds.size > 0) found.push(await read(scope, [...kinds]))
  }
  return found
}

/** The first rows of several sorted lists, each document once. */
function firstOf(
  lists: readonly Rows[],
  limit: number,
  compare: (a: ChangedRow, b: ChangedRow) => number,
): Rows {
  const [only, ...others] = lists
  if (others.length === 0) return only ?? []
  const unique = new Map(lists.flat().map((row) => [`${row.seq}/${row.id}`, row]))
  return [...unique.values()].toSorted(compare).slice(0, limit)
}

async function count(
  { executor, dialect }: Context,
  collection: CollectionName,
  reach: Reach,
  [column, after]: readonly ['id', string] | readonly ['seq', number],
): Promise<number> {
  if (isEmpty(reach)) return 0
  const row = await executor
    .selectFrom('memberships')
    .select((builder) => builder.fn.count<number>('id').distinct().as('documents'))
    .where('collection', '=', collection)
    .where(column, '>', after)
    .where((builder) => within(builder, dialect, reach))
    .executeTakeFirstOrThrow()
  return row.documents
}

function within(
  builder: ExpressionBuilder<Tables, 'memberships' | 'departures'>,
  dialect: Context['dialect'],
  reach: Reach,
): Expression<SqlBool> {
  return builder.or(
    reach.map((part) =>
      builder.and([dialect.any('scope', placesWithin(part)), dialect.any('kind', part.kinds)]),
    ),
  )
}

function isEmpty(reach: Reach): boolean {
  return reach.every(({ kinds, scopes }) => kinds.length === 0 || scopes.length === 0)
}
