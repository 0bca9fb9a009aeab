import type { AnyDocument, CollectionName, Id } from '#app/kernel/index.ts'
import type { Change, Facts } from '../facts.ts'

export type Filling = ReadonlyMap<CollectionName, readonly AnyDocument[]>

/**
 * One of those who are compared, in a page of its own. A first page calls `create`, `insert` and `finish`; a second, in a
 * new browser on the same profile, calls `approach`, `open` and then the rest. Timed: `insert`, `open` with the first
 * queries, `loaded`, and all that comes after.
 */
export type Contender = {
  /** An empty storage, ready to take the documents; what they must look like for it. */
  create(documents: Filling): Promise<{ insert(): Promise<void> }>
  /** What belongs to a filled storage, but not to the insert: checkpoints kept, indexes built; then closes. */
  finish(): Promise<void>
  /** Everything up to having the key in hand. */
  approach(): Promise<void>
  open(): Promise<void>
  /** The ids of patients whose words contain the text; a page of them. */
  patientsWith(text: string): Promise<readonly Id[]>
  /** Once everything is in memory that this one ever loads; true then. */
  isLoaded(): Promise<boolean>
  /** The ids of the first page of appointments from a time on, by start, then id. */
  appointmentsFrom(local: string): Promise<readonly Id[]>
  /** One field of one document, durable when it resolves. */
  update(change: Change): Promise<void>
  /** Many documents, each by one field, as fast as it goes. */
  updateAll(changes: readonly Change[]): Promise<void>
}

export type MakeContender = (facts: Facts) => Contender
