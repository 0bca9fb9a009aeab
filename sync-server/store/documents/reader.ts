import type { ExpressionBuilder, Expression, SqlBool } from 'kysely'
import { collections } from '#app/kernel/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import type { ChangedRow, Head, Reach, Reader } from '../contract.ts'
import type { Tables } from '../schema.ts'
import { EVERYWHERE } from './places.ts'
import { identifierHash, readConflicts, readDocuments, readIdentified } from './rows.ts'
import { readRevision, readRevisionNumbers } from './rows.ts'
import type { Context } from './rows.ts'

/** The reads of a pull, over one consistent state. */
export function createReader(context: Context): Reader {
  const { vault } = context
  return {
    heads: () => readHeads(context),
    changes: (collection, reach, page) => readChanges(context, collection, reach, page),
    range: (collection, reach, page) => readRange(context, collection, reach, page),
    countAfterId: (collection, reach, after) => count(context, collection, reach, ['id', after]),
    countAfterSeq: (collection, reach, after) => count(context, collection, reach, ['seq', after]),
    documents: (collection, ids) => readDocuments(context, collection, ids),
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
  if (isEmpty(reach)) return []
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

async function changedSince(
  { executor, dialect }: Context,
  table: 'memberships' | 'departures',
  collection: CollectionName,
  reach: Reach,
  after: number,
  limit: number,
): Promise<readonly ChangedRow[]> {
  // One number belongs to one document, so a page never splits the rows of a number.
  return executor
    .selectFrom(table)
    .select(['id', 'seq'])
    .where('collection', '=', collection)
    .where('seq', '>', after)
    .where((builder) => within(builder, dialect, reach))
    .groupBy(['seq', 'id'])
    .orderBy('seq')
    .limit(limit)
    .execute()
}

async function readRange(
  { executor, dialect }: Context,
  collection: CollectionName,
  reach: Reach,
  page: { readonly after: string; readonly through: string | null; readonly limit: number },
): Promise<readonly ChangedRow[]> {
  if (isEmpty(reach)) return []
  return executor
    .selectFrom('memberships')
    .select(['id', 'seq'])
    .where('collection', '=', collection)
    .where('id', '>', page.after)
    .$if(page.through !== null, (query) => query.where('id', '<=', page.through ?? ''))
    .where((builder) => within(builder, dialect, reach))
    .groupBy(['id', 'seq'])
    .orderBy('id')
    .limit(page.limit)
    .execute()
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
    reach.map(({ kinds, scopes }) =>
      builder.and([
        dialect.any('scope', scopes === 'all' ? [EVERYWHERE] : scopes),
        dialect.any('kind', kinds),
      ]),
    ),
  )
}

function isEmpty(reach: Reach): boolean {
  return reach.every(({ kinds, scopes }) => kinds.length === 0 || scopes.length === 0)
}
