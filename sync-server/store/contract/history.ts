import type { CollectionName } from '#app/kernel/index.ts'

// Forgetting what no replica can need any more. Whatever is forgotten too early costs a replica a walk, or an edit its
// base, and both are safe: a walk finds what left, and without its base every field that differs counts as changed on
// both sides, so that the ledger keeps what is overwritten. What must never happen is that an older base is taken for
// the right one. Hence:
//
// - of the revisions of a document up to a number, the last is kept, and with it every later one
// - a shadow goes only where the revision that its rev names is gone; one of a creation never does, since without it the
//   device would seem to create the document anew

/** One part of the work, so that others can write in between. `after`: null for the first, then what `next` said. */
export type Slice = { readonly after: string | null; readonly limit: number }
/** `next` is null when there is nothing behind this slice. */
export type Sliced = { readonly forgotten: number; readonly next: string | null }

export type HistoryStore = {
  /** Notes how far each collection has come at an instant. False where somebody has noted that instant already. */
  mark(at: string): Promise<boolean>
  /**
   * Sets the horizon of each collection to how far it had come by an instant, as far as was noted, and forgets older
   * notes. From now on a replica behind it walks. A horizon never goes back; answers where they stand.
   */
  raiseHorizons(before: string): Promise<Readonly<Record<CollectionName, number>>>
  /** Departures up to the collection's horizon. */
  forgetDepartures(collection: CollectionName, slice: Slice): Promise<Sliced>
  /** Revisions up to the collection's horizon that a later one up to there has replaced. `limit` counts documents. */
  forgetRevisions(collection: CollectionName, slice: Slice): Promise<Sliced>
  /** Shadows whose base is gone. `limit` counts shadows that are looked at. */
  forgetShadows(slice: Slice): Promise<Sliced>
  /** Receipts of a day before that of `before`. */
  forgetReceipts(before: string, slice: Slice): Promise<Sliced>
}
