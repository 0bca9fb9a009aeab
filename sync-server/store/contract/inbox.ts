import type { ErrorCode, ErrorFacts, Id, Json } from '#app/kernel/index.ts'

/** Who sent a message under which number: what a repeat is recognised by. Sealed, and found by a keyed hash. */
export type MessageKey = { readonly feedId: Id; readonly sender: string; readonly controlId: string }

export type MessageState = 'open' | 'applied' | 'parked' | 'dead' | 'refused' | 'duplicate'

/** How an entry ends. `code` and `facts` hold no PHI; a person reads the message itself. */
export type InboxOutcome = {
  readonly outcome: Exclude<MessageState, 'open'>
  readonly code?: ErrorCode | undefined
  readonly facts?: ErrorFacts | undefined
  readonly at: string
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
  /** Given when the end is known at once: a refusal, a repeat. */
  readonly closed?: InboxOutcome | undefined
  /** The entry of which this is a corrected copy. */
  readonly replays?: number | undefined
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
  readonly facts: ErrorFacts
  readonly closedAt: string | null
  readonly replays: number | null
}

export type InboxEntry = InboxSummary & { readonly raw: Uint8Array }

export type InboxStore = {
  /** Durable when it resolves; appends that meet share one commit. The number is the order of receipt. */
  append(message: NewMessage): Promise<{ readonly sequence: number }>
  /** Earlier entries under the key, latest first; `same` where their bytes are the given ones. */
  repeats(key: MessageKey, raw: Uint8Array): Promise<readonly (InboxSummary & { readonly same: boolean })[]>
  /** Open entries after a number, in order. Close them one after the other by `claimMessage`: the order then holds. */
  next(page: { readonly after: number; readonly limit: number }): Promise<readonly InboxEntry[]>
  /** Puts a closed entry back into the queue under its old number. False when it is not there, or open. */
  reopen(sequence: number): Promise<boolean>
  list(filter: {
    readonly feedId?: Id | undefined
    readonly state?: MessageState | undefined
    /** Entries below this number, for the next page. */
    readonly before?: number | undefined
    readonly limit: number
  }): Promise<readonly InboxSummary[]>
  counts(): Promise<readonly { readonly feedId: Id; readonly state: MessageState; readonly count: number }[]>
  entry(sequence: number): Promise<InboxEntry | null>
}

/** A feed's row; what its settings mean is the HL7 room's. */
export type StoredFeed = {
  readonly id: Id
  readonly name: string
  readonly settings: Json
  readonly createdAt: string
  readonly disabledAt: string | null
}

export type FeedStore = {
  save(feed: StoredFeed): Promise<void>
  byId(id: Id): Promise<StoredFeed | null>
  list(): Promise<readonly StoredFeed[]>
}
