import type { Clock } from '#app/kernel/index.ts'
import { instant, systemClock } from '#app/kernel/index.ts'
import { fileWitness, tellWitnesses, webhookWitness } from './audit/head-witness.ts'
import { syslogWitness } from './audit/syslog-witness.ts'
import type { ServerConfig } from './config.ts'
import { openConfiguredStore } from './configured-store.ts'
import { firstStart } from './first-start.ts'
import { faultOf } from './http/errors.ts'
import { demoFeed, startHl7 } from './hl7/index.ts'
import { createLog } from './log.ts'
import type { Logger } from './log.ts'
import { startHistoryPruning } from './replication/prune-history.ts'
import { createWriteDoor } from './replication/write-door.ts'
import { applyLedger, erasureLedger } from './privacy/erasure/ledger.ts'
import { residencyOf } from './privacy/residency/residency.ts'
import type { SyntheticOrganisation } from './seed/index.ts'
import { serve } from './serve.ts'
import type { Dialect } from './store/dialects/dialect.ts'
import type { Store } from './store/index.ts'

export type RunningServer = {
  /** Where the client is served, without a trailing slash. */
  readonly url: string
  readonly mllpPort: number
  /** Whether its data is the synthetic organisation's. */
  readonly isSynthetic: boolean
  close(): Promise<void>
}

export type ServerOptions = {
  readonly clock?: Clock
  readonly log?: Logger
  /** Progress, a line at a time. */
  readonly say?: (line: string) => void
  /** Gets the store as soon as it is open: for who runs the server inside a process of their own. */
  readonly onOpen?: (store: Store) => void
  /** What such a one puts between the store and its database. */
  readonly between?: (dialect: Dialect) => Dialect
  /** See `StoreOptions`: of a server that runs for long. */
  readonly logAhead?: boolean
}

/**
 * Starts everything in order: data, first documents, feeds, HTTP. What was started is closed again when a later step
 * fails. Throws AppErrors of the room `server`.
 */
export async function startServer(config: ServerConfig, options: ServerOptions = {}): Promise<RunningServer> {
  const { clock = systemClock, say = () => {}, log = createLog(config.logLevel) } = options
  const opened: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of opened.splice(0).toReversed()) await end()
  }
  try {
    const store = await openConfiguredStore(config, options, options.between)
    opened.push(() => store.close())
    options.onOpen?.(store)
    const again = await applyLedger({ store, clock }, erasureLedger(config.erasureLedger))
    if (again > 0) say(`erased ${again} records again, as the ledger of erasures has them`)
    const { file, webhook, syslog } = config.auditWitness
    const witnesses = [
      ...(file === null ? [] : [fileWitness(file)]),
      ...(webhook === null ? [] : [webhookWitness(webhook)]),
      ...(syslog === null ? [] : [syslogWitness(syslog)]),
    ]
    const onSilence = (fault: unknown) =>
      log.error({ fault: faultOf(fault) }, 'a witness of the audit was not reached')
    const telling = tellWitnesses({ store, clock, witnesses, onFault: onSilence })
    opened.push(() => telling.close())
    const onFault = (fault: unknown) =>
      log.error({ fault: faultOf(fault) }, 'a rule failed; its item was refused')
    const door = createWriteDoor({ store, clock, residency: residencyOf(store, config.regions), onFault })
    const prepare = ({ sites, organisation: { zone } }: SyntheticOrganisation) =>
      store.feeds.save(
        demoFeed({ site: sites[0].id, authority: sites[0].authority, zone, at: instant(clock) }),
      )
    await firstStart({ store, door, clock, scale: config.demoScale, say, prepare })
    const onPruneFault = (fault: unknown) => log.warn({ fault: faultOf(fault) }, 'history was not pruned')
    const pruning = startHistoryPruning({ store, clock, keepDays: config.historyDays, onFault: onPruneFault })
    opened.push(() => pruning.close())
    const hl7 = await startHl7({ store, door, config: config.mllp, log, clock })
    opened.push(() => hl7.close())
    const serving = await serve({ config, store, door, clock, log, hl7 })
    opened.push(() => serving.close())
    const isSynthetic = (await store.identity())?.organisation.data === 'synthetic'
    if (serving.pin !== null) say(`clients pin the server's key as ${serving.pin}`)
    return { url: serving.url, mllpPort: hl7.port, isSynthetic, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
