import { BehaviorSubject, ReplaySubject, Subject } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import { pageCipher } from './cipher/page-cipher.ts'
import type {
  DamageReport,
  EncryptedStorage,
  EncryptedStorageOptions,
  StorageKeys,
  StorageMigrations,
  StorageStats,
} from './contract.ts'
import type { Catalogue } from './log/catalogue.ts'
import { commitWriter } from './log/commit-writer.ts'
import { damageLedger } from './log/damage.ts'
import type { LogCollection } from './log/log-collection.ts'
import { openLogs } from './log/open-logs.ts'
import { readCatalogue } from './log/recover.ts'
import { resealOldPages } from './log/reseal.ts'
import { settleDamage } from './log/settle-damage.ts'
import { sealedPieces } from './pieces/sealed-pieces.ts'
import type { PageStore } from './page-store/page-store.ts'
import { recordLogs } from './records.ts'
import { durabilityOf } from './rx/durability.ts'
import { encryptedRxStorage } from './rx/rx-storage.ts'

/**
 * Opens the documents of an unlocked replica. An empty page store becomes a new replica. Damage is contained and
 * reported; `replica.damaged` is thrown only where nothing at all opens, `replica.format` for a newer version's data.
 */
export async function openEncryptedStorage(options: EncryptedStorageOptions): Promise<EncryptedStorage> {
  const { pageStore, replicaId, keys } = options
  const cipher = pageCipher(replicaId, keys)
  const damaged$ = new Subject<void>()
  const damage = damageLedger(() => damaged$.next())
  const catalogue = await readCatalogue({ pageStore, cipher }, damage)
  const { migrations = unchanged } = options
  refuseNewer(catalogue, migrations)
  const opened = catalogue.commit
  const failed$ = new ReplaySubject<AppError>(1)
  const seals$ = new BehaviorSubject(sealsOf(catalogue, keys))
  const writer = commitWriter({
    pageStore,
    cipher,
    catalogue,
    onFailed: (failure) => failed$.next(failure),
    onCommitted: () => seals$.next(sealsOf(catalogue, keys)),
  })
  failed$.subscribe((failure) => options.onFailed?.(failure))
  const logs = openLogs({ pageStore, cipher, writer, damage }, catalogue, migrations)
  const pieces = sealedPieces(pageStore.pieces, replicaId, keys)
  const records = recordLogs((name, codec) => logs.open(`records:${name}`, 0, codec))
  const rx = encryptedRxStorage({
    openLog: logs.open,
    durabilityOf: options.durabilityOf ?? durabilityOf,
  })

  return {
    rxStorage: rx.storage,
    reading$: logs.reading$.asObservable(),
    records: records.named,
    pieces,
    damage: () => withoutVersions(damage.report()),
    damaged$,
    settleDamage: () => settleDamage(writer, catalogue, damage, logs.all()),
    failed$,
    failed: writer.failed,
    seals$,
    outdatedPages: () => sumOf(logs.all(), (log) => log.outdatedPages()),
    async reseal(resealing) {
      await pieces.reseal(resealing)
      return resealOldPages({ pageStore, writer, epoch: keys.epoch, logs: logs.all() }, resealing)
    },
    commits: () => ({ opened, durable: writer.durable() }),
    stats: () => statsOf(catalogue, pageStore, logs.all()),
    async compact() {
      for (const stored of rx.collections()) await stored.compact()
      await records.compact()
    },
    stopReading: logs.stop,
    async close() {
      logs.stop()
      await writer.close()
      await rx.close()
      await records.close()
      for (const told of [failed$, damaged$, seals$, logs.reading$]) told.complete()
    },
  }
}

type Logs = ReadonlyMap<string, LogCollection>

async function statsOf({ commit }: Catalogue, pageStore: PageStore, logs: Logs): Promise<StorageStats> {
  return {
    commits: commit,
    ...(await pageStore.size()),
    deadEntries: sumOf(logs, (log) => log.counts().dead),
    liveEntries: sumOf(logs, (log) => log.counts().live),
  }
}

function sumOf(logs: Logs, countOf: (log: LogCollection) => number): number {
  return [...logs.values()].reduce((sum, log) => sum + countOf(log), 0)
}

const unchanged: StorageMigrations = { versionOf: () => 0, migrate: (_collection, document) => document }

/** Throws `replica.format` where a newer version of Rounds wrote documents: sound, but not for this one to read. */
function refuseNewer({ collections }: Catalogue, { versionOf }: StorageMigrations): void {
  for (const { name, schemaVersion } of collections.values()) {
    if (schemaVersion > versionOf(collectionOf(name))) throw new AppError('replica.format')
  }
}

/** A collection's name for RxDB: the log appends the version of RxDB's schema, which has never changed. */
function collectionOf(log: string): string {
  return log.replace(/^(second:)?(edits:)?/, '').replace(/@\d+$/, '')
}

function sealsOf({ seals }: Catalogue, { epoch }: StorageKeys): number {
  return seals.epoch === epoch ? seals.count : 0
}

function withoutVersions(report: DamageReport): DamageReport {
  const collections = report.collections.map((found) => ({
    ...found,
    collection: collectionOf(found.collection),
  }))
  return { ...report, collections }
}
