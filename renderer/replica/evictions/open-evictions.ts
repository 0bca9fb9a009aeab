import { distinctUntilChanged, map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { EvictedRecord } from '../contract.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import type { Environment } from '../environment.ts'
import type { OpenFiles } from '../files/replica-files.ts'
import type { Quarantine } from '../replication/quarantine.ts'
import type { SyncMonitor } from '../replication/sync-monitor.ts'
import type { SessionKeeper } from '../session/session.ts'
import type { RecordLog } from '../storage/index.ts'
import { EvictionBook } from './eviction-book.ts'
import { Evictions } from './evictions.ts'

type Parts = {
  readonly log: RecordLog<string>
  readonly database: ReplicaDatabase
  readonly environment: Pick<Environment, 'clock'>
  readonly quarantine: Pick<Quarantine, 'entries'>
  readonly files: Pick<OpenFiles, 'left'>
  readonly session: Pick<SessionKeeper, 'call'>
  readonly monitor: Pick<SyncMonitor, 'status$'>
}

export type OpenEvictions = {
  /** What was taken off this device, the latest first. */
  readonly told$: Observable<readonly EvictedRecord[]>
  close(): Promise<void>
}

/** The evictions of a replica that is being opened: confirmed whenever the server has answered everything else. */
export function openEvictions(parts: Parts): OpenEvictions {
  const { database, environment, quarantine, files, session } = parts
  const book = new EvictionBook(parts.log)
  const evictions = new Evictions({
    database,
    book,
    clock: environment.clock,
    isRefused: (id) => quarantine.entries().some(({ documentId }) => documentId === id),
    filesLeft: () => files.left(),
    send: (request) => session.call('evicted', request),
  })
  const following = parts.monitor.status$
    .pipe(
      map(({ phase }) => phase),
      distinctUntilChanged(),
    )
    .subscribe((phase) => {
      if (phase === 'connecting') evictions.owe()
      if (phase === 'done') void evictions.settle()
    })
  return {
    told$: book.told$,
    close() {
      following.unsubscribe()
      return evictions.close()
    },
  }
}
