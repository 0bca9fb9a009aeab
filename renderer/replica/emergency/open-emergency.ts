import { distinctUntilChanged, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { EmergencyAccess, SyncStatus } from '../contract.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import type { Author } from '../database/local-edit.ts'
import type { Environment } from '../environment.ts'
import type { ReplicaKeys } from '../keys/index.ts'
import { insistOnLease } from '../lease/lease.ts'
import type { ReadAudit } from '../reads/read-audit.ts'
import type { SessionKeeper } from '../session/session.ts'
import { EmergencyDesk } from './emergency-desk.ts'
import type { KeptSet } from './kept-set.ts'

type Parts = {
  /** Absent where another keeps the keys: nothing is kept here then. */
  readonly keys: ReplicaKeys | undefined
  readonly kept: KeptSet | undefined
  readonly reads: ReadAudit
  readonly session: SessionKeeper
  readonly environment: Environment
  readonly author: () => Author
  readonly database: Pick<ReplicaDatabase, 'names' | 'table'>
  readonly status$: Observable<SyncStatus>
}

type OpenEmergencyAccess = { readonly access: EmergencyAccess; readonly close: () => void }

/** Breaking the glass: at the server, and on this device for where there is none. */
export function openEmergency(parts: Parts): OpenEmergencyAccess {
  const { session, keys, kept } = parts
  const online: Pick<EmergencyAccess, 'open' | 'records'> = {
    open: (request) => session.call('breakGlass', request),
    records: (id) => session.call('emergencyRecords', { id }),
  }
  if (keys === undefined || kept === undefined) {
    const none = (): Promise<never> => Promise.reject(new AppError('emergency.none'))
    return { access: { ...online, kept$: of(null), openKept: none }, close: () => undefined }
  }
  const { reads, environment, author, database } = parts
  const desk = new EmergencyDesk({
    kept,
    reads,
    environment,
    subject: () => author().subject,
    patientOf(id) {
      const { collection } = modules.patients
      return database.names.includes(collection) ? (database.table(collection).get(id) ?? null) : null
    },
    insistOnLease: async () =>
      insistOnLease(await keys.lease(), environment.clock.now(), {
        contact: () => session.renew(),
        notice: (did) => reads.noteFirst({ did }),
      }),
    ask: (request) => session.call('emergencySet', request),
  })
  const ended = follow(desk, parts)
  return {
    access: { ...online, kept$: kept.kept$, openKept: (request) => desk.open(request) },
    close() {
      ended()
      desk.close()
    },
  }
}

/** With each contact, and from time to time while it lasts. */
function follow(desk: EmergencyDesk, { status$, environment }: Pick<Parts, 'status$' | 'environment'>) {
  const over = new AbortController()
  let isDone = false
  const phases = status$.pipe(
    map(({ phase }) => phase === 'done'),
    distinctUntilChanged(),
  )
  const following = phases.subscribe((done) => {
    isDone = done
    if (done) void desk.refresh()
  })
  void (async () => {
    while (!over.signal.aborted) {
      await environment.wait(PAUSE, over.signal)
      if (isDone) await desk.refresh()
    }
  })()
  return () => {
    over.abort()
    following.unsubscribe()
  }
}

/** The desk itself knows whether it is time. */
const PAUSE = 60_000
