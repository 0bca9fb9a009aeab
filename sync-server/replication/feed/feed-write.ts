import type { ErrorCode, Id, Json, Sensitivity } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'

/**
 * What one message says about one document. `set` holds only the fields that the message states: absent means "not
 * said", null means "stated to be empty".
 */
export type FeedWrite = {
  readonly module: ModuleName
  readonly id: Id
  readonly set: Readonly<Record<string, Json>>
  /**
   * All fields of a new document, should there be none of this id yet (`set` is laid over it). Without it an unknown
   * id is refused with `sync.not-visible`.
   */
  readonly create?: Readonly<Record<string, Json>>
  /** What the message says the document tells of. It is added to what is known; no feed takes one away. */
  readonly sensitivities?: readonly Sensitivity[]
}

/**
 * What became of one write. `changed` names the fields whose value is another now, `waiting` those where the feed's
 * value or a local edit went to the conflict ledger.
 */
export type FeedOutcome = {
  readonly module: ModuleName
  readonly id: Id
  readonly outcome: 'created' | 'changed' | 'unchanged' | 'refused'
  readonly changed: readonly string[]
  readonly waiting: readonly string[]
  readonly code?: ErrorCode
  readonly field?: string
}
