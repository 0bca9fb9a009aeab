import { first, skip } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { Session } from '#app/protocol/index.ts'
import type { OpenProgress, Replica } from './contract.ts'
import { priority } from './database/collections.ts'
import { openDatabase } from './database/database.ts'
import { askedDocument } from './database/local-edit.ts'
import type { Author } from './database/local-edit.ts'
import { isPending } from './database/stored-document.ts'
import { writeDocument } from './database/write.ts'
import { systemEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
import { Settings } from './identity.ts'
import type { Identity } from './identity.ts'
import { LocalReplica } from './local-replica.ts'
import { Quarantine } from './replication/quarantine.ts'
import { Replication } from './replication/replication.ts'
import { SyncMonitor } from './replication/sync-monitor.ts'
import { SearchIndex } from './search/search-index.ts'
import { SessionKeeper } from './session/session.ts'
import type { Signer } from './session/session.ts'
import { createTransport } from './session/transport.ts'
import type { EncryptedStorage } from './storage/index.ts'

/** Everything an open replica stands on. The client makes it of the machine, the simulation of what it likes. */
export type ReplicaParts = {
  readonly replicaId: Id
  readonly storage: EncryptedStorage
  readonly signer: Signer
  readonly environment?: Environment
  /** Of an enrolment that has just happened: written before anything else. */
  readonly enrolled?: { readonly identity: Identity; readonly session: Session }
  /** All of them, but in tests that open several replicas in one realm: open-core RxDB has 13 collections a realm. */
  readonly collections?: readonly CollectionName[]
  /** How long RxDB waits before a failed handler is asked again, in milliseconds. */
  readonly retryTime?: number
  readonly onProgress?: (progress: OpenProgress) => void
  /** Tells when the machine's network comes or goes; returns the function that ends the subscription. */
  readonly onNetwork?: (listener: (online: boolean) => void) => () => void
  /** Called last of all when the replica is locked: closes keys, page store, the hold on the machine. */
  readonly onClosed?: () => Promise<void>
}

const RETRY_TIME = 3000

/** Opens a replica over storage that is open already. Needs no network; replication begins by itself. */
export async function openReplicaWith(parts: ReplicaParts): Promise<Replica> {
  const { storage, replicaId, enrolled, environment = systemEnvironment } = parts
  const settings = new Settings(await storage.records('settings'))
  if (enrolled !== undefined) await settings.keepIdentity(enrolled.identity)
  let identity = settings.identity()
  const quarantine = new Quarantine(await storage.records('quarantine'))
  const database = await openDatabase(replicaId, storage.rxStorage, parts.collections ?? priority)
  parts.onProgress?.({ step: 'reading', share: 1 })

  const search = new SearchIndex()
  for (const name of database.names) search.follow(name, database.table(name))

  const author = (): Author => ({
    subject: { id: identity.user.id, orgId: identity.organisation.id, grants: identity.user.grants },
    deviceId: identity.deviceId,
    clock: environment.clock,
    newId: environment.newId,
  })
  const session = new SessionKeeper({
    transport: createTransport(identity.serverUrl, environment),
    deviceId: identity.deviceId,
    signer: parts.signer,
    first: enrolled?.session,
    async onSession({ user, organisation }) {
      identity = { ...identity, user, organisation }
      await settings.keepIdentity(identity)
    },
  })
  const damage = storage.damage()
  const isDamaged = damage.pages > 0 || damage.head
  const known = settings.sync()
  const monitor = new SyncMonitor({
    names: database.names,
    clock: environment.clock,
    loaded: new Set(known.loaded),
    lastReceiptAt: known.lastReceiptAt,
  })
  const replication = new Replication({
    database,
    session,
    quarantine,
    environment,
    monitor,
    retryTime: parts.retryTime ?? RETRY_TIME,
    compareAnew: isDamaged,
    authorOf: (document) => document.localEdit?.author ?? identity.user.id,
    async ask(name, ids) {
      for (const id of ids) {
        await writeDocument(database.collection(name), database.table(name), id, (held) =>
          held === undefined || isPending(held) ? null : askedDocument(author(), held),
        )
      }
    },
  })
  const failed = storage.failed$.subscribe((failure) => void replication.stop(failure))
  const unheard = parts.onNetwork?.((online) => replication.networkChanged(online))
  const remembered = monitor.status$.pipe(skip(1)).subscribe(keepSyncRecord)
  const healed = monitor.status$.pipe(first(({ phase }) => isDamaged && phase === 'done')).subscribe({
    next: () => void storage.settleDamage().catch(() => undefined),
    error: () => undefined,
  })
  let last = JSON.stringify(known)
  if (isDamaged) monitor.problem(new AppError('replica.damaged', { pages: damage.pages }))
  await replication.start()
  parts.onProgress?.({ step: 'ready', share: 1 })

  return new LocalReplica({
    replicaId,
    identity: () => identity,
    author,
    database,
    search,
    quarantine,
    replication,
    monitor,
    async close() {
      await replication.stop(null)
      failed.unsubscribe()
      remembered.unsubscribe()
      healed.unsubscribe()
      unheard?.()
      monitor.close()
      quarantine.close()
      search.close()
      await database.close()
      await storage.close()
      await parts.onClosed?.()
    },
  })

  /** When the first load of a collection ends, and when the server has answered everything. */
  function keepSyncRecord(): void {
    const record = { loaded: monitor.loaded(), lastReceiptAt: monitor.status().lastReceiptAt }
    const text = JSON.stringify(record)
    if (text === last || storage.failed() !== null) return
    last = text
    settings.keepSync(record).catch((failure: unknown) => {
      if (failure instanceof AppError) monitor.problem(failure)
    })
  }
}
