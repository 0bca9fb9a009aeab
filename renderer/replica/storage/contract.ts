import type { Observable } from 'rxjs'
import type { AppError, Id, Json } from '#app/kernel/index.ts'
import type { Durability, PageStore } from './page-store/page-store.ts'
import type { SealedPieces } from './pieces/sealed-pieces.ts'
import type { EncryptedRxStorage } from './rx/rx-storage.ts'

/** The keys that pages are sealed with; `KeyRing` of `../keys` is one. */
export type StorageKeys = {
  /** The epoch that new pages are sealed under. */
  readonly epoch: number
  /** AES-256-GCM; undefined for an epoch that this replica never had. */
  dataKey(epoch: number): CryptoKey | undefined
}

/** How documents that an older version of Rounds wrote become today's. */
export type StorageMigrations = {
  /** Today's version of a collection's documents; 0 where they never changed. */
  versionOf(collection: string): number
  /** Asked at every reading until the page was written again: pure, the same for the same document and version. */
  migrate<Document extends object>(collection: string, document: Document, from: number): Document
}

/**
 * Reading at unlock. `total` counts the pages of the whole store, `read` those of the collections opened so far, `migrated`
 * those among them whose documents were of an older version.
 */
export type ReadProgress = {
  readonly collection: string
  readonly read: number
  readonly migrated: number
  readonly total: number
}

/** What of one collection did not open. */
export type DamagedCollection = {
  /** RxDB's name of the collection, or the name of a record log. Empty: it can't be told any more. */
  readonly collection: string
  readonly pages: number
  /** Documents of which nothing is left here. */
  readonly lost: readonly string[]
  /** Documents of which an older state is shown. */
  readonly outdated: readonly string[]
  /** False: a page vanished with its label, so more may be gone than `lost` and `outdated` name. Compare all. */
  readonly complete: boolean
}

/**
 * What a damaged page looks like. `changed`: it does not open in its place (a flipped byte, a cut end, swapped, of another
 * copy); `missing`: the head names it and it is gone; `past`: it is whole, and of a state that is over.
 */
export type DamageKind = 'changed' | 'missing' | 'past'

/** Pages are found damaged when their collection is opened: the report grows until all are. */
export type DamageReport = {
  /** Of every kind together. */
  readonly pages: number
  readonly kinds: Readonly<Record<DamageKind, number>>
  /** The head did not fit the pages: missing, stale or forged. Every collection is to be compared with the server. */
  readonly head: boolean
  readonly collections: readonly DamagedCollection[]
}

export type StorageStats = {
  readonly commits: number
  readonly pages: number
  readonly bytes: number
  /** Entries on disk that a newer one replaced: what compaction would free. */
  readonly deadEntries: number
  readonly liveEntries: number
}

/** A small log outside RxDB (quarantine, settings, audit of reads), in the same pages: key to JSON value. */
export type RecordLog<Value extends Json = Json> = {
  get(key: string): Value | undefined
  entries(): ReadonlyMap<string, Value>
  /** Durable when it resolves; `relaxed` may be taken back by a power cut, and costs less. `strict`, if nothing is said. */
  put(key: string, value: Value, durability?: Durability): Promise<void>
  remove(key: string, durability?: Durability): Promise<void>
}

export type ResealProgress = { readonly done: number; readonly total: number }
export type ResealOptions = {
  readonly signal: AbortSignal
  readonly onProgress: (progress: ResealProgress) => void
}

export type EncryptedStorage = {
  /** Tells at once how far it is, and then after every few pages. */
  readonly reading$: Observable<ReadProgress>
  /** For `createRxDatabase`, with `multiInstance: false`. Collections are read in the background, in the order of their creation. */
  readonly rxStorage: EncryptedRxStorage
  /** The same log for the same name. */
  records<Value extends Json>(name: string): Promise<RecordLog<Value>>
  /** Files beside the documents, in sealed pieces. */
  readonly pieces: SealedPieces
  damage(): DamageReport
  /** Tells that `damage()` has grown: some pages are read long after the storage was opened. */
  readonly damaged$: Observable<void>
  /** After the lost documents were fetched again: takes the damaged pages off the disk. */
  settleDamage(): Promise<void>
  /**
   * The first failed write. From then on every write is refused with `replica.write-failed`: stop replication, tell the
   * user, close, and open again.
   */
  readonly failed$: Observable<AppError>
  failed(): AppError | null
  stats(): Promise<StorageStats>
  /** The number of the last commit when the storage was opened, and of the last that a power cut can't take back. */
  commits(): { readonly opened: number; readonly durable: number }
  /** How often the current data key has sealed; tells it anew after each commit. */
  readonly seals$: Observable<number>
  /** How many pages of the open collections hold documents of an older version, which are migrated as they are read. */
  outdatedPages(): number
  /**
   * Writes again, in the background and in small commits, what lies under older data keys or in older versions. Answers
   * the epochs that are still on the disk. Rejects when the signal ends it; what is done stays done.
   */
  reseal(options: ResealOptions): Promise<ReadonlySet<number>>
  /** Rewrites every page that holds replaced entries; strict. Afterwards nothing replaced or evicted is on disk. */
  compact(): Promise<void>
  /** What is not read yet is not read any more: whoever waits for it is refused with `replica.locked`. */
  stopReading(): void
  /** Waits for writes under way, forgets all documents and keys. Does not close the page store. */
  close(): Promise<void>
}

export type EncryptedStorageOptions = {
  readonly pageStore: PageStore
  readonly replicaId: Id
  readonly keys: StorageKeys
  /** Absent: all documents are as they are. */
  readonly migrations?: StorageMigrations
  readonly onFailed?: (failure: AppError) => void
  /** Which writes may be `relaxed`; by RxDB's context string. */
  readonly durabilityOf?: (context: string) => Durability
}
