import type { Clock, ErrorCode } from '#app/kernel/index.ts'
import type { DestinationKey, Outgoing, Store } from '../../store/contract.ts'
import type { FeedBook } from '../feed-book.ts'
import type { SendRules } from './connect.ts'

/** How what is due to one destination is sent. `destination.ts` says when. */
export type Carrier = {
  readonly to: DestinationKey
  /** How many go at once. */
  readonly most: number
  /** How long they may take, in milliseconds; null where nothing is sent there (any more). */
  longest(): number | null
  /** Whether anything may go now; asked again where not. */
  mayGo(): Promise<boolean>
  /** In their order. What is not settled stays in the queue. */
  send(due: readonly Outgoing[]): Promise<Sent>
  /** Ends the connection. */
  hangUp(): void
}

/** `untried`: what was due is settled or waits, without a word to the destination. */
export type Sent = 'sent' | 'untried' | { readonly failure: ErrorCode }

export type CarrierParts = {
  readonly store: Pick<Store, 'integrations' | 'transaction' | 'snapshot'>
  readonly feeds: Pick<FeedBook, 'sending' | 'acknowledging'>
  readonly clock: Clock
  readonly rules: SendRules
}
