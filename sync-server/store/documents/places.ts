import type { DocumentRef } from '../contract.ts'
import type { Place } from '../vault.ts'

// Where the sealed parts of a document belong.

export function bodyPlace(ref: DocumentRef, seq: number): Place {
  return [ref.collection, ref.id, seq]
}

export function conflictPlace(ref: DocumentRef, conflictId: string): Place {
  return [`conflicts/${ref.collection}`, ref.id, conflictId]
}

export function shadowPlace(ref: DocumentRef, deviceId: string, edit: string): Place {
  return [`shadows/${ref.collection}/${deviceId}`, ref.id, edit]
}

/** One key for a document of any collection. */
export function keyOf(ref: DocumentRef): string {
  return `${ref.collection}/${ref.id}`
}

/** Members of the organisation reach every document by this scope; no document names it. */
export const EVERYWHERE = '*'
