import { systemClock } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import type { MllpConfig } from '../config.ts'
import type { WriteDoor } from '../replication/write-door.ts'
import type { Store } from '../store/contract.ts'
import { openFeedBook } from './feed-book.ts'
import type { FeedBook } from './feed-book.ts'
import { createDeadLetters } from './inbox/desk/dead-letters.ts'
import type { DeadLetters } from './inbox/desk/dead-letters.ts'
import { createWorkbench } from './inbox/desk/workbench.ts'
import type { Workbench } from './inbox/desk/workbench.ts'
import type { ConnectionState } from './mllp/listener.ts'
import { sendIdentityOf } from './mllp/transport.ts'
import { startPruning } from './inbox/prune.ts'
import { nameOf, startInbox } from './inbox/start-inbox.ts'
import type { Hl7Log } from './inbox/start-inbox.ts'
import { openTally } from './inbox/tally.ts'
import type { Counts } from './inbox/tally.ts'
import { followPeople } from './outbound/follow.ts'
import { startSender } from './outbound/sender.ts'
import type { SenderParts } from './outbound/sender.ts'

export { demoFeed } from './demo-feed.ts'
export { eraseMessages } from './inbox/erase-messages.ts'
export { feedSettingsSchema, settingsJson } from './feed-config.ts'
export type { FeedSettings } from './feed-config.ts'
export type { Candidate } from './inbox/identity/candidates.ts'
export { linesOf } from './lines.ts'
export type { DeadLetters } from './inbox/desk/dead-letters.ts'
export type { DryRun } from './inbox/desk/dry-run.ts'
export { placeName } from './parse/field-names.ts'

export type Hl7Options = {
  readonly store: Store
  readonly door: Pick<WriteDoor, 'feed' | 'follow'>
  readonly config: Pick<MllpConfig, 'host' | 'port'> & Partial<MllpConfig>
  readonly log: Hl7Log
  readonly clock?: Clock
  /** Between tries of a destination that does not answer, in ms: from the first to the longest. */
  readonly sendPause?: SenderParts['pause']
}

/** Since the start of this process. */
export type Hl7Stats = Counts & { readonly connections: number }

export type Hl7 = {
  readonly port: number
  readonly feeds: FeedBook
  readonly deadLetters: DeadLetters
  readonly workbench: Workbench
  connections(): readonly ConnectionState[]
  /** Resolves when every message that came in is applied, or set aside. */
  idle(): Promise<void>
  stats(): Hl7Stats
  /** Answers what is in hand, finishes the message that is being applied. What is open stays for the next start. */
  close(): Promise<void>
}

const SEND_PAUSE = { first: 1_000, most: 300_000 }

/** Starts the listener, and works off what an earlier life of the server left open. */
export async function startHl7(options: Hl7Options): Promise<Hl7> {
  const { store, door, config, log, clock = systemClock, sendPause = SEND_PAUSE } = options
  const { plain = 'loopback', keepDays = null, sendTls = { ca: null, client: null } } = config
  const identity = await store.identity()
  if (identity === null) throw new Error('HL7 needs an organisation')
  const orgId = identity.organisation.id
  const onFault = (fault: unknown): void =>
    log.error({ kind: nameOf(fault) }, 'HL7: a message could not be handled yet')
  const sendIdentity = await sendIdentityOf({ sendTls })
  const feeds = await openFeedBook(store, onFault)
  const tally = openTally()
  const { applier, listener } = await startInbox({
    store,
    door,
    clock,
    orgId,
    feeds,
    config,
    log,
    tally,
    onFault,
  })
  door.follow(followPeople({ feeds, orgId }))
  const sender = startSender({
    store,
    feeds,
    clock,
    rules: { identity: sendIdentity, plain },
    pause: sendPause,
    onFault,
  })
  const pruning = keepDays === null ? null : startPruning({ store, clock, keepDays, onFault })
  const letterParts = { store, door, clock, orgId, feeds, applier }
  const deadLetters = createDeadLetters(letterParts)
  return {
    port: listener.port,
    feeds,
    deadLetters,
    workbench: createWorkbench(letterParts, deadLetters),
    connections: () => listener.connections(),
    idle: () => applier.idle(),
    stats: () => ({ connections: listener.connections().length, ...tally.counts() }),
    async close() {
      await pruning?.close()
      await sender.close()
      // Application acknowledgements wait for the applier, so the connections are closed while it still runs.
      await listener.close()
      await applier.close()
      feeds.close()
    },
  }
}
