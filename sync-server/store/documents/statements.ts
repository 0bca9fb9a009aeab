import { sql } from 'kysely'
import type { CollectionName } from '#app/kernel/index.ts'
import { insertAll } from '../dialects/batches.ts'
import type { Identifier } from '../contract.ts'
import type { RowInsert, Statement } from '../dialects/dialect.ts'
import { bearerKey } from './bearers.ts'
import { ByDocument } from './by-document.ts'
import { bodyPlace, conflictPlace, placesOf } from './places.ts'
import { identifierHash } from './rows.ts'
import type { Context } from './rows.ts'
import type { Ground, Staged, Staging } from './staging.ts'

// What the last round trip writes. On PostgreSQL all of these become parts of one statement, which sees the rows as they
// were before it: no two parts may touch the same row.

/** A staged document with the number it was given. */
export type Numbered = { readonly write: Staged<'document'>; readonly seq: number }

/** Of a document that was staged more than once the last state. */
export function currentOf(numbered: readonly Numbered[]): readonly Numbered[] {
  const current = new ByDocument<Numbered>()
  for (const entry of numbered) current.set(entry.write, entry)
  return current.values()
}

export function revisionStatements(
  { executor, vault }: Context,
  numbered: readonly Numbered[],
  bodies: readonly Buffer[],
): RowInsert[] {
  const rows = numbered.map(({ write: { collection, id }, seq }, index) => ({
    collection,
    id,
    seq,
    sealed: vault.seal(bodyPlace({ collection, id }, seq), bodies[index] ?? Buffer.alloc(0)),
  }))
  return insertAll('revisions', rows, (batch) => executor.insertInto('revisions').values(batch))
}

export function membershipStatements({ executor }: Context, current: readonly Numbered[]): RowInsert[] {
  const rows = current.flatMap(({ write, seq }) =>
    [...placesOf(write.body.doc.scopes)].map((scope) => ({
      collection: write.collection,
      scope,
      id: write.id,
      kind: write.body.doc.kind,
      seq,
    })),
  )
  return insertAll('memberships', rows, (batch) =>
    executor
      .insertInto('memberships')
      .values(batch)
      .onConflict((conflict) =>
        conflict
          .columns(['collection', 'scope', 'id'])
          .doUpdateSet((row) => ({ seq: row.ref('excluded.seq'), kind: row.ref('excluded.kind') })),
      ),
  )
}

export function departureStatements(
  { executor, dialect }: Context,
  { write, seq }: Numbered,
  ground: Ground | undefined,
): Statement[] {
  if (ground === null || ground === undefined) return []
  const kept = placesOf(write.body.doc.scopes)
  const lost = [...placesOf(ground.scopes)].filter((place) => !kept.has(place))
  if (lost.length === 0) return []
  const { collection, id, body } = write
  return [
    executor
      .insertInto('departures')
      .values(lost.map((scope) => ({ collection, scope, seq, id, kind: body.doc.kind }))),
    executor
      .deleteFrom('memberships')
      .where('collection', '=', collection)
      .where('id', '=', id)
      .where(dialect.any('scope', lost)),
  ]
}

export function identifierStatements(
  context: Context,
  staging: Staging,
  numbered: readonly Numbered[],
): (Statement | RowInsert)[] {
  const named = numbered.filter(({ write }) => write.identifiers !== undefined)
  const latest = currentOf(named)
  const byCollection = Map.groupBy(latest, ({ write }) => write.collection)
  return [...byCollection].flatMap(([collection, entries]) =>
    replaceIdentifiers(context, staging, collection, entries),
  )
}

/** New entries go in beside those that stay: within one statement a row is never taken away and put back. */
function replaceIdentifiers(
  { executor, dialect, vault }: Context,
  { grounds }: Staging,
  collection: CollectionName,
  entries: readonly Numbered[],
): (Statement | RowInsert)[] {
  // Many documents of a batch bear one patient's mark: it is hashed once.
  const hashes = new Map<string, string>()
  const hashOf = (kind: string, identifier: Identifier): string => {
    const key = bearerKey(collection, kind, identifier)
    const known = hashes.get(key) ?? identifierHash(vault, collection, kind, identifier)
    hashes.set(key, known)
    return known
  }
  const rows = entries.flatMap(({ write }) =>
    (write.identifiers ?? []).map((identifier) => ({
      collection,
      kind: write.body.doc.kind,
      hash: hashOf(write.body.doc.kind, identifier),
      document_id: write.id,
    })),
  )
  const inserts = insertAll('identifiers', rows, (batch) =>
    executor
      .insertInto('identifiers')
      .values(batch)
      .onConflict((conflict) => conflict.doNothing()),
  )
  const ids = entries.filter(({ write }) => isThere(grounds, write)).map(({ write }) => write.id)
  if (ids.length === 0) return inserts
  const staying = rows.map((row) => `${row.document_id}${row.hash}`)
  const outdated = executor
    .deleteFrom('identifiers')
    .where('collection', '=', collection)
    .where(dialect.any('document_id', ids))
    .where(sql<boolean>`not (${dialect.any(sql<string>`document_id || hash`, staying)})`)
  return [outdated, ...inserts]
}

/** What is new has nothing yet that could be outdated. */
function isThere(grounds: Staging['grounds'], write: Staged<'document'>): boolean {
  return (grounds.get(write) ?? null) !== null
}

export function conflictStatements(
  { executor, vault }: Context,
  staging: Staging,
  current: readonly Numbered[],
): RowInsert[] {
  const numbers = new ByDocument<number>()
  for (const { write, seq } of current) numbers.set(write, seq)
  const latest = new Map(staging.of('conflict').map((write) => [write.entry.id, write]))
  const rows = [...latest.values()].map((write) => ({
    id: write.entry.id,
    collection: write.collection,
    document_id: write.id,
    edit: write.edit,
    seq: numbers.get(write) ?? staging.grounds.get(write)?.seq ?? 0,
    is_open: write.entry.state === 'open' ? 1 : 0,
    sealed: vault.sealJson(conflictPlace(write, write.entry.id), write.entry),
  }))
  return insertAll('conflicts', rows, (batch) =>
    executor
      .insertInto('conflicts')
      .values(batch)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          is_open: row.ref('excluded.is_open'),
          sealed: row.ref('excluded.sealed'),
        })),
      ),
  )
}
