import type { FeedActor } from '../../../replication/actor.ts'
import type { Merger } from '../../../replication/one-person/merge-patients.ts'
import type { WriteTransaction } from '../../../store/contract.ts'
import type { Decision, Found } from '../identity/identity.ts'

/** What an operation of a message works with. */
export type Operating = {
  readonly tx: WriteTransaction
  readonly actor: FeedActor
  readonly found: ReadonlyMap<string, Found>
  readonly decision: Decision
}

/** The message, as who changes records. */
export function merger({ actor }: Operating): Merger {
  const { feedId, messageId, at, subject } = actor
  const stamp = { at, by: feedId, origin: 'feed', message: messageId } as const
  return { orgId: subject.orgId, by: feedId, cause: messageId, stamp }
}
