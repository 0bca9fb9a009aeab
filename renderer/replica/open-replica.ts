import { first, from, map, merge, shareReplay, skip, Subscription, takeUntil, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { asAppError } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { Session } from '#app/protocol/index.ts'
import type { Loading, OpenProgress, Replica } from './contract.ts'
import { priority } from './database/collections.ts'
import { openDatabase } from './database/database.ts'
import type { ReplicaDatabase } from './database/database.ts'
import type { Table } from './database/table.ts'
import { askedDocument } from './database/local-edit.ts'
import type { Author } from './database/local-edit.ts'
import { isPending } from './database/stored-document.ts'
import { writeDocument } from './database/write.ts'
import { systemEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
import { Settings } from './identity.ts'
import type { Identity } from './identity.ts'
import { Healing } from './integrity/healing.ts'
import { Lineage } from './integrity/lineage.ts'
import { KeyRotation } from './key-rotation.ts'
import type { ReplicaKeys } from './keys/index.ts'
import { insistOnLease, leaseOf, seenNow } from './lease/lease.ts'
import { LocalReplica } from './local-replica.ts'
import { Quarantine } from './replication/quarantine.ts'
import { RecoveryOffers } from './recovery-offer.ts'
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
  /** Absent where another keeps the keys: they can't be changed from here then. */
  readonly keys?: ReplicaKeys
  readonly environment?: Environment
  /** Of an enrolment that has just happened: written before anything else. */
  readonly enrolled?: { readonly identity: Identity; readonly session: Session }
  /** Of a device that had to ask the server before anything was read. */
  readonly session?: Session | undefined
  /** All of them, but in tests that open several replicas in one realm: open-core RxDB has 13 collections a realm. */
  readonly collections?: readonly CollectionName[]
  /** How long RxDB waits before a failed handler is asked again, in milliseconds. */
  readonly retryTime?: number
  readonly onProgress?: (progress: OpenProgress) => void
  /** Tells when the machine's network comes or goes; returns the function that ends the subscription. */
  readonly onNetwork?: (listener: (online: boolean) => void) => () => void
  /** The server orders this copy to be destroyed; replication has stopped. */
  readonly onWipeOrdered?: (order: string) => void
  /** Called last of all when the replica is locked, or did not open: closes keys, page store, the hold on the machine. */
  readonly onClosed?: () => Promise<void>
}

const ofFirstScreen: ReadonlySet<CollectionName> = new Set(['reference', 'patients', 'appointments'])

const RETRY_TIME = 3000
const SEEN_EVERY = 10 * 60_000

/** What has to be let go again, the last first. */
type Closing = (() => unknown)[]

/**
 * Opens a replica over storage that is open already. Needs no network; replication begins by itself. Throws
 * `replica.damaged` where the storage does not say whose replica it is.
 */
export async function openReplicaWith(parts: ReplicaParts): Promise<Replica> {
  const closing: Closing = [async () => parts.onClosed?.(), () => parts.storage.close()]
  try {
    return await build(parts, closing)
  } catch (failure) {
    await closeAll(closing)
    throw failure
  }
}

async function build(parts: ReplicaParts, closing: Closing): Promise<Replica> {
  const { storage, replicaId, environment = systemEnvironment } = parts
  const settings = new Settings(await storage.records('settings'))
  const healing = new Healing()
  closing.push(() => healing.end())
  const lineage = new Lineage(storage, settings)
  const owner = await ownerOf(parts, settings, environment, { healing, lineage })
  closing.push(() => owner.offers.close())
  const quarantine = new Quarantine(await storage.records('quarantine'))
  closing.push(() => quarantine.close())
  const database = await openDatabase(replicaId, storage.rxStorage, parts.collections ?? priority)
  closing.push(() => database.close())
  await firstScreen(parts, database)
  closing.push(keepSeen(settings, environment))
  const search = new SearchIndex({ expected: database.names })
  closing.push(() => search.close())
  for (const name of database.names) followWhenRead(search, name, database.table(name))

  const { loaded, lastReceiptAt } = settings.sync()
  const { names } = database
  const monitor = new SyncMonitor({ names, clock: environment.clock, loaded: new Set(loaded), lastReceiptAt })
  closing.push(() => monitor.close())
  const replication = new Replication({
    database,
    session: owner.session,
    quarantine,
    environment,
    monitor,
    retryTime: parts.retryTime ?? RETRY_TIME,
    place: () => lineage.place(),
    authorOf: (document) => document.localEdit?.author ?? owner.identity().user.id,
    ask: (name, ids) => askAgain(database, owner.author, name, ids),
  })
  closing.push(() => replication.stop(null))
  closing.push(attend(parts, settings, monitor, replication))
  const rotation = parts.keys && new KeyRotation({ keys: parts.keys, storage })
  closing.push(() => rotation?.stop())
  const begin = async (): Promise<void> => {
    // An older version may have left out what it could not read.
    if (storage.outdatedPages() > 0) replication.compareAnew()
    await healing.begin({
      storage,
      database,
      monitor,
      replication,
      tellHealed: () => owner.session.call('healed', {}),
    })
    await replication.start()
    if (rotation !== undefined) closing.push(keepUpToDate(rotation, storage, monitor))
  }
  // The server is asked once everything is here: what is pending, and what refers to it, must be known then.
  const begun = database.ready.then(begin)
  begun.catch((failure: unknown) => monitor.problem(asAppError(failure)))
  closing.push(() => begun.catch(() => undefined))
  parts.onProgress?.({ step: 'ready', share: 1 })
  const { identity, author } = owner
  const close = (): Promise<void> => closeAll(closing)
  return new LocalReplica({
    replicaId,
    identity,
    author,
    database,
    search,
    quarantine,
    replication,
    monitor,
    keys: parts.keys,
    offers: owner.offers,
    rotation,
    loading$: loadingOf(storage, database),
    close,
  })
}

/** How much of the disk is read; null once all of it is. */
function loadingOf({ reading$ }: EncryptedStorage, { ready }: ReplicaDatabase): Observable<Loading | null> {
  const share$ = reading$.pipe(map(({ read, total }) => ({ share: total === 0 ? 1 : read / total })))
  // What can't be read is told as a problem.
  const done$ = from(ready.catch(() => undefined)).pipe(map(() => null))
  return merge(share$.pipe(takeUntil(done$)), done$).pipe(shareReplay(1))
}

/** What the first screen shows is read before it is shown; the rest comes behind it. */
async function firstScreen({ storage, onProgress }: ReplicaParts, database: ReplicaDatabase): Promise<void> {
  const told = storage.reading$.subscribe(({ read, migrated, total }) => {
    onProgress?.({ step: migrated > 0 ? 'migrating' : 'reading', share: total === 0 ? 1 : read / total })
  })
  const first = database.names.filter((name) => ofFirstScreen.has(name))
  await Promise.all(first.map((name) => database.table(name).ready)).finally(() => told.unsubscribe())
}

/** A record can be found once its collection is read. */
function followWhenRead(search: SearchIndex, name: CollectionName, table: Table): void {
  // Where it can't be read, the problem is told once for all.
  table.ready.then(() => search.follow(name, table)).catch(() => undefined)
}

/** Follows the data key while the replica is open, and brings pages of older versions up to date. */
function keepUpToDate(
  rotation: KeyRotation,
  storage: EncryptedStorage,
  { status$ }: SyncMonitor,
): () => void {
  rotation.start()
  if (storage.outdatedPages() === 0) return () => undefined
  // Until the server was asked about everything, the pages say that it has to be: they stay as they are.
  const compared = status$.pipe(first(({ phase }) => phase === 'done', null)).subscribe((done) => {
    // What is not done now is done after a later start.
    if (done !== null) rotation.bringUpToDate().catch(() => undefined)
  })
  return () => compared.unsubscribe()
}

type Owner = {
  readonly identity: () => Identity
  readonly author: () => Author
  readonly session: SessionKeeper
  readonly offers: RecoveryOffers
}

/** Whose replica this is: known without a server, and as new as the last session. */
async function ownerOf(
  parts: ReplicaParts,
  settings: Settings,
  environment: Environment,
  { healing, lineage }: { readonly healing: Healing; readonly lineage: Lineage },
): Promise<Owner> {
  const { enrolled, keys, signer } = parts
  if (enrolled !== undefined) await settings.keepIdentity(enrolled.identity)
  let identity = settings.identity()
  const { deviceId, serverUrl } = identity
  // A session that was opened before this copy was says nothing of it: only its lease counts.
  const given = enrolled?.session ?? parts.session
  const offers = new RecoveryOffers({
    keys,
    deviceId: () => deviceId,
    escrow: (request) => session.call('escrow', request),
  })
  const session: SessionKeeper = new SessionKeeper({
    transport: createTransport(serverUrl, environment),
    deviceId,
    signer,
    first: enrolled?.session,
    head: () => lineage.head(),
    async onSession(opened) {
      await onSession(opened)
      if (opened.copy === 'older') await healing.olderCopy()
      lineage.met()
    },
  })
  if (given !== undefined) await onSession(given)
  else if (keys !== undefined) {
    await insistOnLease(settings.lease(), environment.clock.now(), () => session.renew())
  }

  async function onSession(opened: Session): Promise<void> {
    offers.heard(opened)
    identity = { ...identity, user: opened.user, organisation: opened.organisation }
    await settings.keepIdentity(identity)
    if (keys === undefined) return
    const lease = leaseOf(opened, deviceId, environment.clock.now())
    await settings.keepLease(lease)
    await keys.keepLease(lease)
  }
  return {
    session,
    offers,
    identity: () => identity,
    author: () => ({
      subject: { id: identity.user.id, orgId: identity.organisation.id, grants: identity.user.grants },
      deviceId,
      clock: environment.clock,
      newId: environment.newId,
    }),
  }
}

/** Notes now, every few minutes and at the end how late it is: a clock that is set back is noticed by it. */
function keepSeen(settings: Settings, { clock }: Environment): () => Promise<void> {
  const keep = async (): Promise<void> => {
    const lease = settings.lease()
    // A failing disk stops the replica by itself; what is lost here is a note.
    if (lease !== null) await settings.keepLease(seenNow(lease, clock.now())).catch(() => undefined)
  }
  const regularly = timer(0, SEEN_EVERY).subscribe(() => void keep())
  return async () => {
    regularly.unsubscribe()
    await keep()
  }
}

/** What the server has lost is sent again as a new edit; what is pending is sent anyway. */
async function askAgain(
  database: ReplicaDatabase,
  author: () => Author,
  name: CollectionName,
  ids: readonly Id[],
): Promise<void> {
  for (const id of ids) {
    await writeDocument(database.collection(name), database.table(name), id, (held) =>
      held === undefined || isPending(held) ? null : askedDocument(author(), held),
    )
  }
}

/** Follows the machine, the disk and the synchronisation; returns what ends that. */
function attend(
  { storage, onNetwork, onWipeOrdered }: ReplicaParts,
  settings: Settings,
  monitor: SyncMonitor,
  replication: Replication,
): () => void {
  const following = new Subscription()
  following.add(onNetwork?.((online) => replication.networkChanged(online)))
  following.add(storage.failed$.subscribe((failure) => void replication.stop(failure)))
  following.add(monitor.status$.pipe(skip(1)).subscribe(keepSyncRecord))
  const ordered = monitor.status$.pipe(first(({ problem }) => problem?.code === 'access.wiped', null))
  following.add(ordered.subscribe((status) => onWipeOrdered?.(String(status?.problem?.facts['order'] ?? ''))))
  let kept = JSON.stringify(settings.sync())
  return () => following.unsubscribe()

  /** When the first load of a collection ends, and when the server has answered everything. */
  function keepSyncRecord(): void {
    const record = { loaded: monitor.loaded(), lastReceiptAt: monitor.status().lastReceiptAt }
    const text = JSON.stringify(record)
    if (text === kept || storage.failed() !== null) return
    kept = text
    // Lost, it costs a wrong line in the indicator until the next receipt; a failing disk stops the replica anyway.
    settings.keepSync(record).catch(() => undefined)
  }
}

async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).toReversed()) await close()
}
