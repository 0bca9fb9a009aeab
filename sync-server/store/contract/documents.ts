import type {
  AnyDocument,
  CollectionName,
  Conflict,
  Id,
  Json,
  Scope,
  Sensitivity,
  Stamp,
} from '#app/kernel/index.ts'
import type { AccessStore } from './access.ts'
import type { NewAuditEntry } from './audit.ts'
import type { BlobLink, BlobReader } from './blobs.ts'
import type { ErasedReader } from './erasures.ts'
import type { InboxOutcome, Progress, Reached } from './inbox.ts'
import type { MessageTransaction, NewOutgoing, OutgoingEnd } from './outbox.ts'

/** The whole state of a document, as it is sealed. `feeds`: the last value that each feed sent, by field. */
export type StoredBody = {
  readonly doc: AnyDocument
  readonly stamps: Readonly<Record<string, Stamp>>
  readonly feeds: Readonly<Record<Id, Readonly<Record<string, Json>>>>
  /** Who said first that it is sensitive; of what was marked before this was kept there is none. */
  readonly marks?: Readonly<Partial<Record<Sensitivity, Stamp>>> | undefined
  /** Records that ended in this one: what names them means this one. */
  readonly aliases?: readonly Id[] | undefined
  /** The record that this one ended in, and what went there with it, so that it can come back. */
  readonly ended?: { readonly into: Id; readonly moved: readonly MovedRecord[] } | undefined
}

/**
 * A record that a merge changed: `handed over` was the ended record's, of `kept` only values changed. `before` holds the
 * values that it had, beside its owner.
 */
export type MovedRecord = DocumentRef & {
  readonly was: 'handed over' | 'kept'
  readonly before: Readonly<Record<string, Json>>
}

export type DocumentRef = { readonly collection: CollectionName; readonly id: Id }

export type StoredDocument = DocumentRef & {
  /** The collection's number at the document's last change. */
  readonly seq: number
  readonly scopes: readonly Scope[]
  /** When this server stored it, by its clock; absent within a transaction, and where it was not kept yet. */
  readonly storedAt?: string | undefined
  readonly body: StoredBody
  /** The open entries of its conflict ledger, oldest first. */
  readonly conflicts: readonly Conflict[]
}

export type Outcome = 'applied' | 'merged' | 'unchanged' | 'refused'

/** The answer to one edit of one device, kept so that a repeat gets the same. */
export type Receipt = DocumentRef & {
  readonly deviceId: Id
  readonly edit: string
  readonly outcome: Outcome
  readonly code?: string | undefined
  readonly field?: string | undefined
}

/**
 * What a device last pushed of a document, and on which rev: the base of its next push on the same rev. Its `state` is
 * null where it is not kept any more (contract/history.ts): the base is unknown then, and never the older one of the rev.
 */
export type Shadow = DocumentRef & {
  readonly deviceId: Id
  readonly edit: string
  readonly rev: string
  readonly state: Json
}

/** An identifier of a business or a patient. Its value is found by a keyed hash only. */
export type Identifier = { readonly authority: string; readonly type: string; readonly value: string }

/**
 * One thing to write in the last round trip.
 *
 * - `document`: must have been loaded in this transaction. Its scopes are `body.doc.scopes`, its kind `body.doc.kind`;
 *   the scopes it leaves become departures. `identifiers` replaces its index entries; absent: they stay. Staged
 *   twice, both become revisions and the later one is current. `files` replaces its links to files; absent: they stay. A link
 *   that counts once counts for good.
 * - `blob`: a whole file that came with a message. It stays where a document of the same transaction links to it.
 * - `conflict`: a new entry of the ledger, or a new state of one, by its id (derive the id from edit and field, so that
 *   a repeat makes none). It is open while `entry.state` is `open`.
 * - `shadow`: `storedAs` is the body, staged in this transaction, that holds the state already: it is not kept twice.
 * - `close-message`: the end of an inbox entry, see `claimMessages`.
 * - `outgoing`: into the queue of a destination, behind what was committed before. `sending`: one of it goes out now.
 *   `close-outgoing`: its end, unless it has ended already.
 */
export type StagedWrite =
  | (DocumentRef & {
      readonly type: 'document'
      readonly body: StoredBody
      readonly identifiers?: readonly Identifier[] | undefined
      readonly files?: readonly BlobLink[] | undefined
    })
  | { readonly type: 'blob'; readonly hash: string; readonly bytes: Uint8Array }
  | (DocumentRef & { readonly type: 'conflict'; readonly edit: string; readonly entry: Conflict })
  | (Receipt & { readonly type: 'receipt' })
  | (Shadow & { readonly type: 'shadow'; readonly storedAs?: StoredBody | undefined })
  | (NewAuditEntry & { readonly type: 'audit' })
  | { readonly type: 'outgoing'; readonly message: NewOutgoing }
  | { readonly type: 'sending'; readonly sequence: number }
  | (OutgoingEnd & { readonly type: 'close-outgoing' })
  | (InboxOutcome & {
      readonly type: 'close-message'
      readonly sequence: number
      /** Of a dead letter: whom it is about, so that what must wait for it is known. */
      readonly subjects?: readonly string[] | undefined
      /** Of an applied one: how far its sender has come with whom it is about. */
      readonly progress?: (Progress & Reached) | undefined
      /** Of one that ends for the first time: it counts in the traffic of its feed. */
      readonly arrived?: { readonly feedId: Id; readonly receivedAt: string } | undefined
    })

export type Written = DocumentRef & { readonly seq: number }

export type WriteTransaction = MessageTransaction &
  ErasedReader & {
    /**
     * The current states, held until the commit so that nobody changes them in between; what does not exist is absent.
     * Load a whole batch in one call: it locks in sorted order. What was loaded or staged before is answered from
     * memory, so that the second edit of a document in a batch sees the first (its `seq` is then 0: not yet numbered).
     */
    load(refs: readonly DocumentRef[]): Promise<readonly StoredDocument[]>
    /**
     * Like `load` for documents that are only looked at, such as those that a document refers to: they are not held, so
     * that many who refer to one document do not wait for each other. Read once per transaction. To stage one, load it.
     */
    look(refs: readonly DocumentRef[]): Promise<readonly StoredDocument[]>
    /**
     * Like `look`, and they stay as they are until the commit: for what a write derives from them. Many may rest on one
     * document at a time; who changes it waits for them, and they for who is changing it.
     */
    restOn(refs: readonly DocumentRef[]): Promise<readonly StoredDocument[]>
    /** The state of a document at one of its numbers; null when it is not kept. */
    revision(ref: DocumentRef, seq: number): Promise<StoredBody | null>
    /** These two know what this transaction staged, too. */
    shadows(deviceId: Id, refs: readonly DocumentRef[]): Promise<readonly Shadow[]>
    receipts(deviceId: Id, edits: readonly string[]): Promise<readonly Receipt[]>
    /**
     * The documents that carry each identifier, in the order asked; what this transaction staged counts. Holds the
     * identifiers until the commit, so that two feeds do not create one patient twice. Read once per transaction: ask for
     * a whole batch first, and each of it is answered from memory.
     */
    findByIdentifiers(
      collection: CollectionName,
      kind: string,
      identifiers: readonly Identifier[],
    ): Promise<readonly (readonly Id[])[]>

    /** As `AccessStore.number`: rights that were read at it hold here. */
    accessNumber(): Promise<number>

    stage(write: StagedWrite): void
    /** When `work` throws, what it staged is dropped and the error passes on; earlier stagings stay. */
    savepoint<T>(work: () => Promise<T>): Promise<T>

    readonly blobs: BlobReader
    /** Access rows written with the same commit. Not within a savepoint. */
    readonly access: AccessStore
  }

/**
 * What a reader reaches in one collection: documents of these kinds in these places. `all` for a grant over the
 * organisation; other readers name `org` among their scopes. Documents with a sensitivity only where it says so; `only`:
 * those and no others.
 */
export type Reach = readonly {
  readonly kinds: readonly string[]
  readonly scopes: readonly Scope[] | 'all'
  readonly sensitive?: boolean | 'only'
}[]

/** `horizon`: departures up to this number were pruned, so a replica behind it must walk. */
export type Head = { readonly seq: number; readonly horizon: number }

/** A document that changed, or left a scope within reach, at this number. Says nothing of whether it is visible now. */
export type ChangedRow = { readonly id: Id; readonly seq: number }

export type Reader = ErasedReader & {
  heads(): Promise<Readonly<Record<CollectionName, Head>>>
  /**
   * Changes and departures after `after`, by number, at least up to `limit` rows; rows of one number are never split.
   * An empty answer means that there is nothing up to the head of this snapshot.
   */
  changes(
    collection: CollectionName,
    reach: Reach,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly ChangedRow[]>
  /** Documents within reach by id: after `after` (exclusive, '' for the start) up to `through` (inclusive). */
  range(
    collection: CollectionName,
    reach: Reach,
    page: { readonly after: string; readonly through: string | null; readonly limit: number },
  ): Promise<readonly ChangedRow[]>
  /** Documents within reach, the last changed first: below the number `before` (exclusive, null for the end). */
  latest(
    collection: CollectionName,
    reach: Reach,
    page: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly ChangedRow[]>
  /** How many documents within reach lie behind an id, and how many changes behind a number: for progress. */
  countAfterId(collection: CollectionName, reach: Reach, after: string): Promise<number>
  countAfterSeq(collection: CollectionName, reach: Reach, after: number): Promise<number>
  /** Current states by id, unordered; what does not exist is absent. The caller decides who may see them. */
  documents(collection: CollectionName, ids: readonly Id[]): Promise<readonly StoredDocument[]>
  /** The whole conflict ledger of a document, oldest first. */
  conflicts(ref: DocumentRef): Promise<readonly Conflict[]>
  /** The numbers of the kept revisions, latest first. */
  revisions(ref: DocumentRef): Promise<readonly number[]>
  revision(ref: DocumentRef, seq: number): Promise<StoredBody | null>
  findByIdentifiers(
    collection: CollectionName,
    kind: string,
    identifiers: readonly Identifier[],
  ): Promise<readonly (readonly Id[])[]>
}
