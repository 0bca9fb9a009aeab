import { distinctUntilChanged, first, map, skip, Subscription } from 'rxjs'
import { asAppError } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { Session } from '#app/protocol/index.ts'
import type { OpenProgress, Replica } from './contract.ts'
import { priority } from './database/collections.ts'
import { openDatabase } from './database/database.ts'
import type { ReplicaDatabase } from './database/database.ts'
import { askedDocument } from './database/local-edit.ts'
import type { Author } from './database/local-edit.ts'
import { isPending } from './database/stored-document.ts'
import { writeDocument } from './database/write.ts'
import { systemEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
import { Settings } from './identity.ts'
import { Healing } from './integrity/healing.ts'
import { Lineage } from './integrity/lineage.ts'
import { KeyRotation } from './key-rotation.ts'
import type { ReplicaKeys } from './keys/index.ts'
import { keepSeen } from './lease/keep-seen.ts'
import { tellNoticed } from './lease/noticed.ts'
import { LocalReplica } from './local-replica.ts'
import { KeptSet } from './emergency/kept-set.ts'
import { openEmergency } from './emergency/open-emergency.ts'
import { openEvictions } from './evictions/open-evictions.ts'
import { FileBook } from './files/file-book.ts'
import { openFiles } from './files/open-files.ts'
import type { OpenFiles } from './files/replica-files.ts'
import { firstScreen, followWhenRead, loadingOf } from './reading.ts'
import { ReadAudit } from './reads/read-audit.ts'
import { ownerOf } from './replica-owner.ts'
import type { Owned } from './replica-owner.ts'
import { closeFulfilled } from './replication/fulfilled-refusals.ts'
import { Quarantine } from './replication/quarantine.ts'
import { Replication } from './replication/replication.ts'
import { SyncMonitor } from './replication/sync-monitor.ts'
import { syncRecords } from './replication/sync-records.ts'
import { SearchIndex } from './search/search-index.ts'
import { TrafficMeter } from './session/traffic.ts'
import type { Signer } from './session/signer.ts'
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
  readonly enrolled?: Owned
  /** Of a device that had to ask the server before anything was read. */
  readonly session?: Session | undefined
  /** Asks the server whose it is: asked where the storage has lost it. Absent where nobody knows which server that is. */
  readonly whose?: () => Promise<Owned>
  /** All of them, but in tests that open several replicas in one realm: open-core RxDB has 13 collections a realm. */
  readonly collections?: readonly CollectionName[]
  /** How long RxDB waits before a failed handler is asked again, in milliseconds. */
  readonly retryTime?: number
  readonly onProgress?: (progress: OpenProgress) => void
  /** Tells when the machine's network comes or goes; returns the function that ends the subscription. */
  readonly onNetwork?: (listener: (online: boolean) => void) => () => void
  /** Keeps the keys of the server that a session announced. */
  readonly pinServer?: (pins: readonly string[]) => Promise<unknown>
  /** The server orders this copy to be destroyed; replication has stopped. */
  readonly onWipeOrdered?: (order: string) => void
  /** Called last of all when the replica is locked, or did not open: closes keys, page store, the hold on the machine. */
  readonly onClosed?: () => Promise<void>
}

const RETRY_TIME = 3000

/** What has to be let go again, the last first. */
type Closing = (() => unknown)[]

/**
 * Opens a replica over storage that is open already. Needs no network; replication begins by itself. Throws
 * `replica.damaged` where the storage does not say whose replica it is and the server can't be asked.
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
  const { keys, enrolled, session, signer, whose, pinServer } = parts
  const meter = new TrafficMeter()
  closing.push(() => meter.close())
  const owner = await ownerOf({
    replicaId,
    settings,
    environment,
    healing,
    lineage,
    meter,
    signer,
    keys,
    enrolled,
    session,
    whose,
    pinServer,
  })
  closing.push(() => owner.offers.close())
  const quarantine = new Quarantine(await storage.records('quarantine'))
  closing.push(() => quarantine.close())
  const book = new FileBook(await storage.records('files'))
  // Opened before the collections, behind which it would have to wait.
  const readLog = await storage.records<string>('reads')
  const evictionLog = await storage.records<string>('evictions')
  const emergencyLog = await storage.records<string>('emergency')
  const { pieces } = storage
  const kept = keys && new KeptSet({ log: emergencyLog, pieces, replicaId, keys, clock: environment.clock })
  const database = await openDatabase(replicaId, storage.rxStorage, parts.collections ?? priority)
  closing.push(() => database.close())
  await firstScreen(storage, database, (progress) => parts.onProgress?.(progress))
  closing.push(keepSeen(settings, environment))
  closing.push(closeFulfilled({ database, quarantine }))
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
    async ask(name, ids) {
      await askAgain(database, owner.author, name, ids)
      await files.offerAgain(ids.map((id) => ({ collection: name, id })))
    },
  })
  const files = openFiles({
    book,
    storage,
    isOthers: (file) => kept?.isPieceOf(file) === true,
    database,
    environment,
    session: owner.session,
    replication,
    monitor,
  })
  const evictions = openEvictions({
    log: evictionLog,
    database,
    environment,
    quarantine,
    files,
    session: owner.session,
    monitor,
  })
  closing.push(
    () => evictions.close(),
    () => files.close(),
    () => replication.stop(null),
  )
  closing.push(attend(parts, settings, monitor, replication))
  const reads = new ReadAudit({
    log: readLog,
    deviceId: owner.identity().deviceId,
    user: () => owner.identity().user.id,
    environment,
    send: (request) => owner.session.call('reads', request),
    onRewritten: (problem) => monitor.problem(problem),
  })
  if (keys !== undefined) await tellNoticed(keys, reads)
  closing.push(followReads(reads, monitor))
  const { identity, author } = owner
  const emergency = openEmergency({
    keys,
    kept,
    reads,
    session: owner.session,
    environment,
    author,
    database,
    status$: monitor.status$,
  })
  closing.push(emergency.close)
  const rotation = keys && new KeyRotation({ keys, storage })
  closing.push(() => rotation?.stop())
  const tellHealed = (): Promise<unknown> => owner.session.call('healed', {})
  closing.push(
    beginWhenRead({
      storage,
      database,
      quarantine,
      author,
      monitor,
      replication,
      tellHealed,
      healing,
      rotation,
      files,
    }),
  )
  parts.onProgress?.({ step: 'ready', share: 1 })
  const close = (): Promise<void> => closeAll(closing)
  return new LocalReplica({
    replicaId,
    introduction: owner.introduction,
    emergency: emergency.access,
    identity,
    author,
    database,
    search,
    quarantine,
    syncRecords: syncRecords(database, evictions.told$),
    traffic$: meter.traffic$,
    files,
    wakeFiles: () => files.wake(),
    replication,
    monitor,
    keys,
    offers: owner.offers,
    reads,
    rotation,
    loading$: loadingOf(storage, database),
    close,
  })
}

/** From unlocking to locking: sent whenever the server has answered everything else. */
function followReads(reads: ReadAudit, { status$ }: SyncMonitor): () => Promise<void> {
  reads.note({ did: 'unlock' })
  const phases = status$.pipe(
    map(({ phase }) => phase),
    distinctUntilChanged(),
  )
  const done = phases.subscribe((phase) => phase === 'done' && void reads.send())
  return () => {
    done.unsubscribe()
    reads.note({ did: 'lock' })
    return reads.close()
  }
}

type Beginning = Parameters<Healing['begin']>[0] & {
  readonly replication: Replication
  readonly healing: Healing
  readonly rotation: KeyRotation | undefined
  readonly files: OpenFiles
}

/**
 * The server is asked once everything is here: what is pending, and what refers to it, must be known then. Returns what
 * ends that, read or not.
 */
function beginWhenRead(parts: Beginning): () => Promise<void> {
  const { storage, database, monitor, replication, healing, rotation, files } = parts
  const following = new Subscription()
  const begin = async (): Promise<void> => {
    // An older version may have left out what it could not read.
    if (storage.outdatedPages() > 0) replication.compareAnew()
    await healing.begin(parts)
    await replication.start()
    await files.begin()
    if (rotation !== undefined) following.add(keepUpToDate(rotation, storage, monitor))
  }
  const begun = database.ready.then(begin).catch((failure: unknown) => {
    const problem = asAppError(failure)
    // Locked before everything was here: nobody is there to be told.
    if (problem.code !== 'replica.locked') monitor.problem(problem)
  })
  return async () => {
    storage.stopReading()
    await begun
    following.unsubscribe()
  }
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

/** What the server has lost is sent again as a new edit; what is pending is sent anyway. */
async function askAgain(
  database: ReplicaDatabase,
  author: () => Author,
  name: CollectionName,
  ids: readonly Id[],
): Promise<void> {
  for (const id of ids) {
    await writeDocument(database.table(name), id, (held) =>
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
