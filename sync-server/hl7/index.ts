import { systemClock } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import type { MllpConfig } from '../config.ts'
import type { WriteDoor } from '../replication/write-door.ts'
import type { InboxOutcome, Store } from '../store/contract.ts'
import type { Intake } from './ack.ts'
import { openFeedBook } from './feed-book.ts'
import type { FeedBook } from './feed-book.ts'
import { startApplier } from './inbox/applying/applier.ts'
import { createDeadLetters } from './inbox/desk/dead-letters.ts'
import type { DeadLetters } from './inbox/desk/dead-letters.ts'
import { MEMORY_DAYS } from './inbox/applying/batch.ts'
import { createIntake } from './inbox/intake/intake.ts'
import { createWorkbench } from './inbox/desk/workbench.ts'
import type { Workbench } from './inbox/desk/workbench.ts'
import { startMllpListener } from './mllp/listener.ts'
import type { ConnectionState } from './mllp/listener.ts'
import { sendIdentityOf, transportOf } from './mllp/transport.ts'
import { startPruning } from './inbox/prune.ts'
import { followPeople } from './outbound/follow.ts'
import { startSender } from './outbound/sender.ts'
import type { SenderParts } from './outbound/sender.ts'

export { demoFeed } from './demo-feed.ts'
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

/** Takes words and facts without PHI; pino's loggers fit. */
export type Hl7Log = {
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Since the start of this process. */
export type Hl7Stats = {
  readonly connections: number
  readonly intake: Readonly<Record<Intake | 'repeat' | 'parked' | 'unreadable', number>>
  readonly ended: Readonly<Record<InboxOutcome['outcome'], number>>
}

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
export async function startHl7({
  store,
  door,
  config,
  log,
  clock = systemClock,
  sendPause = SEND_PAUSE,
}: Hl7Options): Promise<Hl7> {
  const { host, port, plain = 'loopback', tls = null, keepDays = null } = config
  const { sendTls = { ca: null, client: null } } = config
  const transport = await transportOf({ host, plain, tls })
  const sendIdentity = await sendIdentityOf({ sendTls })
  const identity = await store.identity()
  if (identity === null) throw new Error('HL7 needs an organisation')
  const intake = {
    committed: 0,
    'content-fault': 0,
    unsupported: 0,
    'own-fault': 0,
    repeat: 0,
    parked: 0,
    unreadable: 0,
  }
  const ended = { applied: 0, parked: 0, dead: 0, refused: 0, duplicate: 0, corrected: 0 }
  const onFault = (fault: unknown): void =>
    log.error({ kind: nameOf(fault) }, 'HL7: a message could not be handled yet')
  const feeds = await openFeedBook(store, onFault)
  const applying = { store, door, clock, orgId: identity.organisation.id }
  const applier = startApplier({
    ...applying,
    feeds,
    memoryDays: MEMORY_DAYS,
    onEnd: ({ outcome }) => (ended[outcome] += 1),
    onFault,
  })
  const handle = createIntake({
    store,
    feeds,
    applier,
    clock,
    memoryDays: MEMORY_DAYS,
    onIntake: (which) => (intake[which] += 1),
    onFault,
  })
  const listener = await startMllpListener({
    host,
    port,
    tls: transport,
    portSetting: 'ROUNDS_MLLP_PORT',
    handle,
    onTrouble: ({ what, cause }) => log.warn({ what, kind: nameOf(cause) }, 'HL7: trouble on a connection'),
  }).catch(async (error: unknown) => {
    await applier.close()
    throw error
  })
  door.follow(followPeople({ feeds, orgId: identity.organisation.id }))
  const sender = startSender({
    store,
    feeds,
    clock,
    identity: sendIdentity,
    plain,
    pause: sendPause,
    onFault,
  })
  const pruning = keepDays === null ? null : startPruning({ store, clock, keepDays, onFault })
  const letterParts = { ...applying, feeds, applier }
  const deadLetters = createDeadLetters(letterParts)
  return {
    port: listener.port,
    feeds,
    deadLetters,
    workbench: createWorkbench(letterParts, deadLetters),
    connections: () => listener.connections(),
    idle: () => applier.idle(),
    stats: () => ({ connections: listener.connections().length, intake: { ...intake }, ended: { ...ended } }),
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

/** The kind of an error only: its message may quote what a sender wrote. */
function nameOf(fault: unknown): string {
  if (!(fault instanceof Error)) return fault === undefined ? '' : typeof fault
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : ''
  return [fault.name, code].filter(Boolean).join(' ')
}
