import type { ErrorCode, ErrorFacts, Id } from '#app/kernel/index.ts'
import type { InboxTransaction } from './inbox.ts'

/**
 * `waiting`: to be sent, or sent and not answered yet. `refused`: the destination said no; what is behind it about the same
 * person waits for somebody's decision. `dropped`: a person took it out of the queue.
 */
export type OutgoingState = 'waiting' | 'accepted' | 'refused' | 'dropped'

/**
 * `message`: what people entered, for a partner that answers it. `acknowledgement`: how a message of the partner's was
 * applied, which nobody answers. Each goes to a place of its own.
 */
export type OutgoingKind = 'message' | 'acknowledgement'

/** One queue: what a feed's partner is sent of one kind, in its order. */
export type DestinationKey = { readonly feedId: Id; readonly kind: OutgoingKind }

/** A message for a destination, as it will be sent however often it takes: its bytes and its number never change. */
export type NewOutgoing = DestinationKey & {
  readonly id: Id
  /** The patient, or the message that is acknowledged: what is about one goes in its order. */
  readonly subject: Id
  /** MSH-10. */
  readonly controlId: string
  readonly messageType: string
  readonly at: string
  readonly raw: Uint8Array
}

export type OutgoingSummary = Omit<NewOutgoing, 'raw'> & {
  /** The order of the commits that caused them. */
  readonly sequence: number
  readonly bytes: number
  readonly state: OutgoingState
  /** How often it went out. */
  readonly attempts: number
  /** Why it was refused. No PHI. */
  readonly code: ErrorCode | null
  readonly facts: ErrorFacts
  readonly closedAt: string | null
}

export type Outgoing = OutgoingSummary & { readonly raw: Uint8Array }

/** How a message of the queue ends, or that it is sent once more. */
export type OutgoingEnd = {
  readonly sequence: number
  readonly state: Exclude<OutgoingState, 'waiting'>
  readonly code?: ErrorCode | undefined
  readonly facts?: ErrorFacts | undefined
  readonly at: string
}

/** How it stands with a destination; what is not known of it yet is null. */
export type DestinationState = DestinationKey & {
  readonly pausedAt: string | null
  /** Since its last answer. */
  readonly failures: number
  readonly code: ErrorCode | null
  readonly triedAt: string | null
}

export type OutboxStore = {
  /**
   * What may be sent to a destination now, oldest first: never what is behind a refused message about the same subject, nor
   * anything while the destination is paused.
   */
  due(to: DestinationKey, limit: number): Promise<readonly Outgoing[]>
  /**
   * Takes, or keeps, the right to send to a destination until an instant; false while somebody else has it. One process
   * sends at a time, or the order would be lost.
   */
  hold(to: DestinationKey, holder: Id, now: string, until: string): Promise<boolean>
  /** Null: whoever has it, where nobody else can be alive. */
  release(to: DestinationKey, holder: Id | null): Promise<void>
  /** Latest first. */
  list(filter: {
    readonly feedId?: Id | undefined
    readonly kind?: OutgoingKind | undefined
    readonly state?: OutgoingState | undefined
    readonly before?: number | undefined
    readonly limit: number
  }): Promise<readonly OutgoingSummary[]>
  entry(sequence: number): Promise<Outgoing | null>
  counts(): Promise<readonly (DestinationKey & { readonly state: OutgoingState; readonly count: number })[]>
  /** Puts a refused or dropped message back in its old place. False when it is neither. */
  retry(sequence: number): Promise<boolean>
  /** Takes a message that was not accepted out of the queue. False when it was, or is not there. */
  drop(sequence: number, at: string): Promise<boolean>
  /** `at` null: goes on. */
  pause(to: DestinationKey, at: string | null): Promise<void>
  /** A destination that could not be reached, or did not answer; null: it did. */
  tried(to: DestinationKey, at: string, code: ErrorCode | null): Promise<void>
  destinations(): Promise<readonly DestinationState[]>
  /** Forgets what is over and was made before the instant; never what waits or was refused. Answers how many. */
  prune(before: string, limit: number): Promise<number>
}

/** What a transaction may ask of the messages that came in, and of those that go out. */
export type MessageTransaction = InboxTransaction & OutboxTransaction

/** Within a transaction. */
export type OutboxTransaction = {
  /** Whether a destination was ever sent anything about a person, as far as the queue remembers. */
  told(feedId: Id, subject: Id): Promise<boolean>
}
