import type { ErrorCode, ErrorFacts, Id, Json } from '#app/kernel/index.ts'
import type { NewOutgoing } from './outbox.ts'

/** Who sent a message under which number: what a repeat is recognised by. Sealed, and found by a keyed hash. */
export type MessageKey = { readonly feedId: Id; readonly sender: string; readonly controlId: string }

/** `duplicate`: said nothing new. `corrected`: a person's corrected copy of it was applied in its place. */
export type MessageState = 'open' | 'applied' | 'parked' | 'dead' | 'refused' | 'duplicate' | 'corrected'

/** How an entry ends. `code` and `facts` hold no PHI; a person reads the message itself. */
export type InboxOutcome = {
  readonly outcome: Exclude<MessageState, 'open'>
  readonly code?: ErrorCode | undefined
  readonly facts?: ErrorFacts | undefined
  readonly at: string
}

/** How a message is told from a repeat of an earlier one. */
export type Memory = {
  /** Earlier receipts are forgotten. */
  readonly since: string
  /** Whether the sender was told that a dead letter failed: then the same bytes are no repeat but another try. */
  readonly deadIsRefused: boolean
}

export type NewMessage = {
  readonly id: Id
  readonly feedId: Id
  readonly receivedAt: string
  /** Null where the bytes are no HL7 message. */
  readonly key: MessageKey | null
  /** For the console, such as `ADT^A01`; sealed. */
  readonly messageType: string
  readonly raw: Uint8Array
  /** Given when the end is known at once: a refusal, what a rule parks. */
  readonly closed?: InboxOutcome | undefined
  /** Given where repeats count: a message whose key and bytes came before closes as `duplicate`. */
  readonly memory?: Memory | undefined
  /** The entry of which this is a corrected copy. */
  readonly replays?: number | undefined
  /**
   * Goes into its queue with this commit where the message is over as it comes in: with `closed`, or as the repeat of one
   * that ended well. Where what it repeats is open, that one's end is what is acknowledged.
   */
  readonly acknowledgement?: NewOutgoing | undefined
}

export type Appended = {
  readonly sequence: number
  /** The earlier entry that this one repeats. */
  readonly repeats: { readonly sequence: number; readonly state: MessageState } | null
  /** What was noticed of it, such as that its number came before with other bytes. */
  readonly facts: ErrorFacts
}

/** What the console lists: no body. */
export type InboxSummary = {
  readonly sequence: number
  readonly id: Id
  readonly feedId: Id
  readonly receivedAt: string
  readonly key: MessageKey | null
  readonly messageType: string
  readonly bytes: number
  readonly state: MessageState
  readonly code: ErrorCode | null
  /** Of an open entry: what was noticed when it came in. */
  readonly facts: ErrorFacts
  readonly closedAt: string | null
  readonly replays: number | null
  /** How often a person has put it back. */
  readonly reopened: number
  /** A person had it applied although a rule says that it changes nothing. */
  readonly forced: boolean
}

export type InboxEntry = InboxSummary & { readonly raw: Uint8Array }

/** An open entry that a transaction holds; its content, unless the caller has it in memory already. */
export type ClaimedMessage = { readonly sequence: number; readonly entry: InboxEntry | null }

/** Whose progress with whom. */
export type Progress = { readonly feedId: Id; readonly sender: string; readonly subject: Id }

/** `at`: source time of the last message that was applied. `since`: when the first one came in. */
export type Reached = { readonly at: string; readonly since: string }

export type Reopening = {
  readonly forced?: boolean
  /** What a person has said about it; stays with the entry when it ends. */
  readonly facts?: ErrorFacts
}

export type InboxFilter = {
  readonly feedId?: Id | undefined
  readonly state?: MessageState | undefined
  readonly code?: ErrorCode | undefined
  /** Entries below this number, for the next page. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Type and control id are sealed, so entries are opened one after the other, latest first, and not without end. */
export type InboxSearch = InboxFilter & {
  /** Received from this instant on, and before that one. */
  readonly from?: string | undefined
  readonly until?: string | undefined
  /** `ADT`, or `ADT^A08`. */
  readonly messageType?: string | undefined
  readonly controlId?: string | undefined
}

/** `goOnBefore`: there may be more below this number; null where everything was looked at. */
export type InboxFindings = { readonly found: readonly InboxSummary[]; readonly goOnBefore: number | null }

export type InboxStore = {
  /**
   * Durable when it resolves; appends that meet share one commit. The number is the order of receipt. Repeats are told
   * within that commit, so that of two copies that come at once one is the first.
   */
  append(message: NewMessage): Promise<Appended>
  /** Adds to what is known of an entry that is over. */
  addFacts(sequence: number, facts: ErrorFacts): Promise<void>
  /** Puts a closed entry back into the queue under its old number. False when it is not there, or open. */
  reopen(sequence: number, how?: Reopening): Promise<boolean>
  list(filter: InboxFilter): Promise<readonly InboxSummary[]>
  /** Those of a list that also fit what only an opened entry tells; see `InboxSearch`. */
  search(wanted: InboxSearch): Promise<InboxFindings>
  /** `latest`: the highest number among them. */
  counts(): Promise<
    readonly {
      readonly feedId: Id
      readonly state: MessageState
      readonly count: number
      readonly latest: number
    }[]
  >
  /** Of each feed that has open messages: when the oldest of them came in. */
  oldestOpen(): Promise<readonly { readonly feedId: Id; readonly receivedAt: string }[]>
  /** Messages that came under the same key, oldest first, the one itself among them. */
  sameKey(sequence: number): Promise<readonly InboxSummary[]>
  entry(sequence: number): Promise<InboxEntry | null>
  /** Those that are there, by number. */
  summaries(sequences: readonly number[]): Promise<readonly InboxSummary[]>
  /** The numbers of the copies that were made of an entry, oldest first. */
  copies(sequence: number): Promise<readonly number[]>
  /** Entries behind a number that are not open and still have their content, in order. */
  closedAfter(sequence: number, limit: number): Promise<readonly InboxEntry[]>
  /**
   * Takes the content of these away for good, but of what is open. How each ended, and what it was known by, stay: a repeat
   * is recognised, and what waited for a person is refused from then on (`sync.erased`). Answers how many.
   */
  eraseContent(sequences: readonly number[], at: string): Promise<number>
  /** Forgets what is over and came in before the instant: never what is open, parked or dead. Answers how many. */
  prune(before: string, limit: number): Promise<number>
}

/** Within a transaction. */
export type InboxTransaction = {
  /**
   * Holds open entries, in the order of receipt. One transaction of all processes at a time holds any,
   * so that the order of commits can be that of receipt.
   */
  claimMessages(page: {
    readonly limit: number
    readonly known: ReadonlySet<number>
  }): Promise<readonly ClaimedMessage[]>
  /** Dead letters below a number that are about one of the subjects. */
  deadBefore(sequence: number, subjects: readonly string[]): Promise<readonly number[]>
  /** Null when nothing was applied yet. Sees what the transaction staged. */
  progress(of: Progress): Promise<Reached | null>
}

/** A feed's row; what its settings mean is the HL7 room's. */
export type StoredFeed = {
  readonly id: Id
  readonly name: string
  readonly settings: Json
  readonly createdAt: string
  readonly disabledAt: string | null
}

/** `version` counts from 1 and grows with each revision. */
export type KeptFeed = StoredFeed & { readonly version: number }

/** What a feed was before somebody changed it. */
export type FormerFeed = Pick<StoredFeed, 'name' | 'settings' | 'disabledAt'> & {
  readonly version: number
  readonly replacedAt: string
  readonly replacedBy: Id
}

export type FeedStore = {
  /** Adds a feed, or replaces it without a trace: for who sets up, and for tests. */
  save(feed: StoredFeed): Promise<void>
  /** Replaces a version and keeps it among the former ones. False when that version is not the present one. */
  revise(change: {
    readonly feed: StoredFeed
    readonly version: number
    readonly by: Id
    readonly at: string
  }): Promise<boolean>
  /** Latest first; the present one is not among them. */
  versions(id: Id): Promise<readonly FormerFeed[]>
  byId(id: Id): Promise<KeptFeed | null>
  list(): Promise<readonly KeptFeed[]>
}
