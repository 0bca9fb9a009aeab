import type { Clock, Id } from '#app/kernel/index.ts'
import type { MllpConfig } from '../../config.ts'
import type { WriteDoor } from '../../replication/write-door.ts'
import type { Store } from '../../store/contract.ts'
import type { FeedBook } from '../feed-book.ts'
import { startMllpListener } from '../mllp/listener.ts'
import type { MllpListener } from '../mllp/listener.ts'
import { transportOf } from '../mllp/transport.ts'
import { startApplier } from './applying/applier.ts'
import type { Applier } from './applying/applier.ts'
import { MEMORY_DAYS } from './applying/batch.ts'
import { openArrivals } from './arrivals.ts'
import { createIntake } from './intake/intake.ts'
import type { Tally } from './tally.ts'

/** Takes words and facts without PHI; pino's loggers fit. */
export type Hl7Log = {
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

export type InboxParts = {
  readonly store: Store
  readonly door: Pick<WriteDoor, 'feed'>
  readonly clock: Clock
  readonly orgId: Id
  readonly feeds: FeedBook
  readonly config: Pick<MllpConfig, 'host' | 'port'> & Partial<MllpConfig>
  readonly log: Hl7Log
  readonly tally: Tally
  readonly onFault: (fault: unknown) => void
}

/** What takes messages in, and what applies them. */
export async function startInbox(
  parts: InboxParts,
): Promise<{ readonly applier: Applier; readonly listener: MllpListener }> {
  const { config, log, tally, ...given } = parts
  const common = { ...given, arrivals: openArrivals() }
  const { host, port, plain = 'loopback', tls = null } = config
  const transport = await transportOf({ host, plain, tls })
  const memoryDays = MEMORY_DAYS
  const cutOff = await cutOffIn(parts.store)
  const applier = startApplier({
    ...common,
    memoryDays,
    cutOff,
    onEnd: ({ outcome }) => tally.ended(outcome),
  })
  const handle = createIntake({
    ...common,
    applier,
    memoryDays,
    onIntake: (how) => tally.tookIn(how),
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
  return { applier, listener }
}

/** On a SQLite file what lies there at the start came over connections that are gone; other processes share a PostgreSQL. */
export async function cutOffIn({ dialect, inbox }: Pick<Store, 'dialect' | 'inbox'>): Promise<number> {
  const [last] = dialect === 'sqlite' ? await inbox.list({ limit: 1 }) : []
  return last?.sequence ?? 0
}

/** The kind of an error only: its message may quote what a sender wrote. */
export function nameOf(fault: unknown): string {
  if (!(fault instanceof Error)) return fault === undefined ? '' : typeof fault
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : ''
  return [fault.name, code].filter(Boolean).join(' ')
}
