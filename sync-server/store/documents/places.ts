import type { Conflict, Json } from '#app/kernel/index.ts'
import type { DocumentRef, StoredBody } from '../contract.ts'
import type { Place } from '../vault.ts'

// Where the sealed parts of a document belong.

export function bodyPlace(ref: DocumentRef, seq: number): Place<StoredBody> {
  return { table: ref.collection, id: ref.id, revision: seq }
}

export function conflictPlace(ref: DocumentRef, conflictId: string): Place<Conflict> {
  return { table: `conflicts/${ref.collection}`, id: ref.id, revision: conflictId }
}

/** A shadow that is one of the document's revisions. */
export type StoredState = { readonly revision: number }

export function shadowPlace(ref: DocumentRef, deviceId: string, edit: string): Place<Json | StoredState> {
  return { table: `shadows/${ref.collection}/${deviceId}`, id: ref.id, revision: edit }
}

/** One key for a document of any collection. */
export function keyOf(ref: DocumentRef): string {
  return `${ref.collection}/${ref.id}`
}

/** Members of the organisation reach every document by this scope; no document names it. */
export const EVERYWHERE = '*'
