import type { CollectionName, Conflict, Id } from '#app/kernel/index.ts'
import type { DocumentRef, Identifier, StoredBody, StoredDocument } from '../contract.ts'
import type { Dialect, Executor } from '../dialects/dialect.ts'
import { prepared } from '../dialects/prepared.ts'
import type { Vault } from '../sealing/vault.ts'
import { bodyOfText } from './body-text.ts'
import { bodyPlace, conflictPlace } from './places.ts'

// Reads that transactions and snapshots share.

export type Context = { readonly executor: Executor; readonly dialect: Dialect; readonly vault: Vault }

type OfCollection = { readonly collection: string; readonly ids: readonly Id[] }
type CurrentRow = { id: string; seq: number; stored_at: string | null; sealed: Buffer }

const currentStates = prepared<OfCollection, CurrentRow>(({ executor, dialect }, { collection, ids }) =>
  executor
    .selectFrom('documents as d')
    .innerJoin('revisions as r', (join) =>
      join.onRef('r.collection', '=', 'd.collection').onRef('r.id', '=', 'd.id').onRef('r.seq', '=', 'd.seq'),
    )
    .select(['d.id', 'd.seq', 'd.stored_at', 'r.sealed'])
    .where('d.collection', '=', collection)
    .where(dialect.any('d.id', ids))
    .orderBy('d.id'),
)

/** Current states with their open conflicts. */
export async function readDocuments(
  context: Context,
  collection: CollectionName,
  ids: readonly Id[],
): Promise<readonly StoredDocument[]> {
  if (ids.length === 0) return []
  const { vault } = context
  const rows = await currentStates(context, { collection, ids })
  if (rows.length === 0) return []
  const open = await readOpenConflicts(
    context,
    collection,
    rows.map(({ id }) => id),
  )
  return rows.map(({ id, seq, stored_at, sealed }) => {
    const body = openBody(vault, { collection, id }, seq, sealed)
    return {
      collection,
      id,
      seq,
      scopes: body.doc.scopes,
      storedAt: stored_at ?? undefined,
      body,
      conflicts: open.get(id) ?? [],
    }
  })
}

type ConflictRow = { id: string; document_id: string; sealed: Buffer }

const openEntries = prepared<OfCollection, ConflictRow>(({ executor, dialect }, { collection, ids }) =>
  executor
    .selectFrom('conflicts')
    .select(['id', 'document_id', 'sealed'])
    .where('collection', '=', collection)
    .where(dialect.any('document_id', ids))
    .where('is_open', '=', 1)
    .orderBy('seq')
    .orderBy('id'),
)

async function readOpenConflicts(
  context: Context,
  collection: CollectionName,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, readonly Conflict[]>> {
  const { vault } = context
  const rows = await openEntries(context, { collection, ids })
  const byDocument = Map.groupBy(rows, (row) => row.document_id)
  return new Map(
    [...byDocument].map(([documentId, entries]) => [
      documentId,
      entries.map((row) => openConflict(vault, { collection, id: documentId }, row)),
    ]),
  )
}

/** The whole ledger of a document, oldest first. */
export async function readConflicts({ executor, vault }: Context, ref: DocumentRef): Promise<Conflict[]> {
  const rows = await executor
    .selectFrom('conflicts')
    .select(['id', 'sealed'])
    .where('collection', '=', ref.collection)
    .where('document_id', '=', ref.id)
    .orderBy('seq')
    .orderBy('id')
    .execute()
  return rows.map((row) => openConflict(vault, ref, row))
}

function openConflict(vault: Vault, ref: DocumentRef, row: { id: string; sealed: Buffer }): Conflict {
  return vault.openJson(conflictPlace(ref, row.id), row.sealed)
}

export async function readRevision(
  { executor, vault }: Context,
  ref: DocumentRef,
  seq: number,
): Promise<StoredBody | null> {
  const row = await executor
    .selectFrom('revisions')
    .select('sealed')
    .where('collection', '=', ref.collection)
    .where('id', '=', ref.id)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row === undefined ? null : openBody(vault, ref, seq, row.sealed)
}

function openBody(vault: Vault, ref: DocumentRef, seq: number, sealed: Buffer): StoredBody {
  return bodyOfText(ref, vault.open(bodyPlace(ref, seq), sealed).toString())
}

export async function readRevisionNumbers({ executor }: Context, ref: DocumentRef): Promise<number[]> {
  const rows = await executor
    .selectFrom('revisions')
    .select('seq')
    .where('collection', '=', ref.collection)
    .where('id', '=', ref.id)
    .orderBy('seq', 'desc')
    .execute()
  return rows.map((row) => row.seq)
}

export function identifierHash(
  vault: Vault,
  collection: CollectionName,
  kind: string,
  { authority, type, value }: Identifier,
): string {
  return vault.hash('identifier', collection, kind, authority, type, value)
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}

type OfIdentifiers = {
  readonly collection: string
  readonly kind: string
  readonly hashes: readonly string[]
}
type BearerRow = { hash: string; document_id: string }

const bearers = prepared<OfIdentifiers, BearerRow>(({ executor, dialect }, { collection, kind, hashes }) =>
  executor
    .selectFrom('identifiers')
    .select(['hash', 'document_id'])
    .where('collection', '=', collection)
    .where('kind', '=', kind)
    .where(dialect.any('hash', hashes)),
)

/** Document ids by identifier, in the order of `hashes`. */
export async function readIdentified(
  context: Context,
  collection: CollectionName,
  kind: string,
  hashes: readonly string[],
): Promise<readonly (readonly Id[])[]> {
  if (hashes.length === 0) return []
  const rows = await bearers(context, { collection, kind, hashes })
  // Ordered here: asked for the order, SQLite reads every identifier there is by an index that has it.
  const byHash = Map.groupBy(rows, (row) => row.hash)
  return hashes.map((hash) => (byHash.get(hash) ?? []).map((row) => row.document_id).toSorted(byText))
}
