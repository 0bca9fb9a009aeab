import type { Subject } from '#app/access/index.ts'
import type { ErrorFacts, Id, Json } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { ReplicaPlace } from '#app/protocol/index.ts'
import type { AuditAgent } from '../store/contract.ts'

// Who stands behind a write. Every write has one; stamps, rights and the audit follow from it.

/** A user on an enrolled device. The grants are those of this moment, not of the moment of the edit. */
export type PersonActor = {
  readonly type: 'person'
  readonly userId: Id
  readonly deviceId: Id
  /** Where the push came from; for the audit. */
  readonly address?: string | undefined
  /** Where the device's copy stood when it sent this. */
  readonly place?: ReplicaPlace | undefined
  readonly subject: Subject
}

/** A machine that writes by FHIR. Its grants, purpose and agreement are those of this moment. */
export type ClientActor = {
  readonly type: 'client'
  readonly clientId: Id
  /** Where the request came from; for the audit. */
  readonly address?: string | undefined
  /** Why it may, for the audit. */
  readonly purpose: string
  readonly facts: ErrorFacts
  readonly subject: Subject
}

/**
 * Who decides a field that both a feed and people write.
 *
 * - `feed`: the feed's value wins; a local edit is a request to the sender and waits in the ledger
 * - `rounds`: ours wins; what the feed sends waits in the ledger, and only when it changed at the feed
 * - `shared`: the field's merge rule decides
 */
export type Ownership = 'feed' | 'rounds' | 'shared'

/** One message of a feed, and what the feed may do: a subject with a grant of the role `feed`. */
export type FeedActor = {
  readonly type: 'feed'
  readonly feedId: Id
  readonly messageId: Id
  /** When it happened, by the sender; stands in the stamps. Order is the server's. */
  readonly at: string
  readonly subject: Subject
  ownership(module: ModuleName, field: string): Ownership
  /**
   * What a field should hold from now on where the feed says in its own words what it holds already, such as the echo of
   * what it was told; undefined where the two differ.
   */
  agrees?(module: ModuleName, field: string, said: Json, held: Json): Json | undefined
}

/** A person at the console who decides what counts as sensitive. The grants are those of this moment. */
export type OfficerActor = {
  readonly type: 'officer'
  readonly userId: Id
  /** As the audit names them. */
  readonly by: AuditAgent
  readonly subject: Subject
  readonly at: string
}

/** What the server itself makes where something happened, such as a task for somebody; its ids are derived from that. */
export type RuleActor = {
  readonly type: 'rule'
  readonly rule: string
  readonly orgId: Id
  readonly at: string
}

/** The organisation's first documents. May do everything, once. */
export type SeedActor = { readonly type: 'seed'; readonly orgId: Id; readonly at: string }
