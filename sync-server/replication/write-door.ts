import type { Clock, Id } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { PushItem, PushResult } from '#app/protocol/index.ts'
import { everyRegion } from '../privacy/residency/residency.ts'
import type { Residency } from '../privacy/residency/residency.ts'
import type { Store, WriteTransaction } from '../store/contract.ts'
import type { ClientActor, FeedActor, OfficerActor, PersonActor, SeedActor } from './actor.ts'
import { applyClient } from './push/apply-client.ts'
import type { ClientOutcome, ClientWrite } from './push/apply-client.ts'
import { applyFeed } from './feed/apply-feed.ts'
import { applyMarks } from './apply-marks.ts'
import type { MarkWrite } from './apply-marks.ts'
import { applySeed } from './apply-seed.ts'
import type { SeedWrite } from './apply-seed.ts'
import type { FeedOutcome, FeedWrite } from './feed/feed-write.ts'
import { nobodyFollows } from './follower.ts'
import type { Follower } from './follower.ts'
import { createPushLine } from './push/push-line.ts'
import type { Audience } from './push/push.ts'

// The one way to write a document. Whoever writes is an actor; rights, merge, validation, provenance, the conflict
// ledger and the audit are the same for all.

export type WriteDoor = {
  /** What a device pushes; at most `PUSH_LIMIT` items. Never throws for an item. */
  push(actor: PersonActor, items: readonly PushItem[]): Promise<PushResult[]>
  /** What a message says, within the transaction that closes the message. */
  feed(tx: WriteTransaction, actor: FeedActor, writes: readonly FeedWrite[]): Promise<readonly FeedOutcome[]>
  /** What a machine writes by FHIR, within a transaction that holds what it changes. */
  client(tx: WriteTransaction, actor: ClientActor, write: ClientWrite): Promise<ClientOutcome>
  /**
   * What a person decides to be sensitive, or to be so no more, within the transaction that keeps the decision. Answers
   * the records that are marked otherwise now.
   */
  mark(tx: WriteTransaction, actor: OfficerActor, write: MarkWrite): Promise<readonly Id[]>
  /** The first documents of an organisation, in batches; answers how many were written. */
  seed(actor: SeedActor, writes: readonly SeedWrite[]): Promise<number>
  /** Whom what people write concerns, from now on. */
  follow(follower: Follower): void
  /** Who is shown what devices push, from now on. */
  show(audience: Audience): void
}

export type WriteDoorParts = {
  readonly store: Store
  readonly clock: Clock
  /** Every region, unless given. */
  readonly residency?: Residency
  onFault(fault: unknown): void
}

/** One transaction each: large enough to be fast, small enough to leave others their turn. */
const seedBatch = 500

export function createWriteDoor({
  store,
  clock,
  residency = everyRegion,
  onFault,
}: WriteDoorParts): WriteDoor {
  let follower = nobodyFollows
  let audience: Audience | undefined
  const line = createPushLine(store, async () => {
    const identity = await store.identity()
    if (identity === null) throw new Error('a push before the organisation')
    const { incarnation } = identity
    return { store, incarnation, now: instant(clock), follower, residency, onFault, audience }
  })
  return {
    follow(next) {
      follower = next
    },
    show(next) {
      audience = next
    },
    push: (actor, items) => line({ actor, items }),
    feed: async (tx, actor, writes) =>
      applyFeed(tx, actor, writes, { now: instant(clock), abroad: await residency.abroad() }),
    client: async (tx, actor, write) =>
      applyClient({ tx, follower, abroad: await residency.abroad(), now: instant(clock) }, actor, write),
    mark: applyMarks,
    async seed(actor, writes) {
      let written = 0
      for (let start = 0; start < writes.length; start += seedBatch) {
        const batch = writes.slice(start, start + seedBatch)
        written += (await store.transaction((tx) => applySeed(tx, actor, batch))).result
      }
      return written
    },
  }
}
