import type { Observable } from 'rxjs'
import type { CollectionName, ErrorCode, ErrorFacts, Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { FilesWaiting } from './files-contract.ts'

// How the copy stands to the server, as a whole and record by record.

/** `done` means that the server's receipt for everything is here; nothing else is called done. */
export type SyncPhase = 'offline' | 'connecting' | 'syncing' | 'done' | 'stopped'

export type InitialLoad = {
  readonly collection: CollectionName
  readonly loaded: number
  readonly total: number
}

/** How much a first load brings, as the server guessed before it began, and how long it will still take. */
export type LoadEstimate = {
  readonly documents: number
  /** Of JSON, before it is compressed; about as much as it takes on the disk. */
  readonly bytes: number
  /** Null while nothing can be said. */
  readonly secondsLeft: number | null
}

/** How far this copy is behind the server. */
export type Lag = {
  /** Changes of the server that are not here yet, as far as was heard of. */
  readonly behind: number
  /** When everything was last known to be here, by this machine's clock; null before the first time. */
  readonly levelAt: string | null
}

/** Bytes of what was said since the replica was opened, before they are compressed on the way. */
export type Traffic = { readonly sent: number; readonly received: number }

export type SyncStatus = {
  readonly phase: SyncPhase
  /** Local edits that the server has not answered. */
  readonly pending: number
  /** Edits that the server refused; each lies in the quarantine. */
  readonly refused: number
  /** Files that the server does not have yet. */
  readonly files: FilesWaiting
  /** The first load, by collection in order of priority; null once it is over. */
  readonly initial: readonly InitialLoad[] | null
  /** Null where there is no first load, and until the server has answered. */
  readonly estimate: LoadEstimate | null
  readonly lag: Lag
  /**
   * When the server last answered that it has everything, by this machine's clock; null before the first
   * time.
   */
  readonly lastReceiptAt: string | null
  readonly problem: { readonly code: ErrorCode; readonly facts: ErrorFacts } | null
}

/** A refused edit: the author's changed fields, and why. Stays until a person corrects or discards it. */
export type QuarantineEntry = {
  readonly id: Id
  readonly module: ModuleName
  readonly documentId: Id
  readonly at: string
  readonly author: Id
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly changes: Readonly<Record<string, unknown>>
  /** What those fields held before; absent of a new record. */
  readonly before?: Readonly<Record<string, unknown>> | undefined
}

/** A record that waits for the server, or for a person to settle its conflicts. */
export type UnsettledRecord = {
  readonly module: ModuleName
  readonly id: Id
  /** When it was changed last. */
  readonly at: string
  /** How many open conflicts it has. */
  readonly conflicts: number
}

/** Record by record, each list whole; the earliest comes first, of what left the latest. */
export type SyncRecords = {
  /** Changed here, and not answered by the server. */
  readonly pending$: Observable<readonly UnsettledRecord[]>
  readonly conflicted$: Observable<readonly UnsettledRecord[]>
  /** The latest of what was taken off this device. */
  readonly evicted$: Observable<readonly EvictedRecord[]>
}

/** A record that was taken off this device because it left the user's reach. Of what was in it nothing is kept. */
export type EvictedRecord = {
  readonly module: ModuleName
  readonly id: Id
  readonly at: string
  /** When the server had this device's word that nothing of it is left here; null until then. */
  readonly confirmedAt: string | null
}
