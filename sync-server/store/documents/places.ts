import { isSensitivityScope } from '#app/kernel/index.ts'
import type { Conflict, Json, Scope } from '#app/kernel/index.ts'
import type { DocumentRef, Reach, StoredBody } from '../contract.ts'
import type { Place } from '../sealing/vault.ts'

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

/** Members of the organisation reach every document by this scope; no document names it. */
const EVERYWHERE = '*'
/** Beside a place: its documents that have a sensitivity. Which one it is stands in the sealed body only. */
const SENSITIVE = '!'

/**
 * Where SQL finds a document of these scopes. What has a sensitivity lies apart from the rest of its place, so that
 * who has no right to any sees neither it nor its number, and hears of a departure when it becomes sensitive.
 */
export function placesOf(scopes: readonly Scope[]): ReadonlySet<string> {
  const places = [EVERYWHERE, ...scopes.filter((scope) => !isSensitivityScope(scope))]
  const mark = scopes.some(isSensitivityScope) ? SENSITIVE : ''
  return new Set(places.map((place) => place + mark))
}

/** Where a reader looks. */
export function placesWithin({ scopes, sensitive }: Reach[number]): readonly string[] {
  const places = scopes === 'all' ? [EVERYWHERE] : scopes
  if (sensitive === 'only') return places.map((place) => place + SENSITIVE)
  return sensitive === true ? places.flatMap((place) => [place, place + SENSITIVE]) : places
}
