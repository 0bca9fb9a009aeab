import { BehaviorSubject, ReplaySubject, Subject } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { Json } from '#app/kernel/index.ts'
import { pageCipher } from './cipher/page-cipher.ts'
import type {
  DamageReport,
  EncryptedStorage,
  EncryptedStorageOptions,
  RecordLog,
  StorageKeys,
  StorageMigrations,
} from './contract.ts'
import type { Catalogue } from './log/catalogue.ts'
import { commitWriter } from './log/commit-writer.ts'
import { damageLedger } from './log/damage.ts'
import { openLogs } from './log/open-logs.ts'
import { readCatalogue } from './log/recover.ts'
import { resealOldPages } from './log/reseal.ts'
import { settleDamage } from './log/settle-damage.ts'
import { sealedPieces } from './pieces/sealed-pieces.ts'
import { openRecordLog } from './records.ts'
import type { OpenRecordLog } from './records.ts'
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
  const records = new Map<string, Promise<OpenRecordLog<Json>>>()
  const pieces = sealedPieces(pageStore.pieces, replicaId, keys)
  const rx = encryptedRxStorage({
    openLog: logs.open,
    durabilityOf: options.durabilityOf ?? durabilityOf,
  })

  return {
    rxStorage: rx.storage,
    reading$: logs.reading$.asObservable(),
    records<Value extends Json>(name: string) {
      const known =
        records.get(name) ?? openRecordLog<Json>((codec) => logs.open(`records:${name}`, 0, codec))
      records.set(name, known)
      // A log's values are of one type: that of whoever names it.
      return known as Promise<RecordLog<Json>> as Promise<RecordLog<Value>>
    },
    pieces,
    damage: () => withoutVersions(damage.report()),
    damaged$,
    settleDamage: () => settleDamage(writer, catalogue, damage, logs.all()),
    failed$,
    failed: writer.failed,
    seals$,
    outdatedPages: () => [...logs.all().values()].reduce((sum, log) => sum + log.outdatedPages(), 0),
    async reseal(resealing) {
      await pieces.reseal(resealing)
      return resealOldPages({ pageStore, writer, epoch: keys.epoch, logs: logs.all() }, resealing)
    },
    commits: () => ({ opened, durable: writer.durable() }),
    async stats() {
      const counts = [...logs.all().values()].map((log) => log.counts())
      return {
        commits: catalogue.commit,
        ...(await pageStore.size()),
        deadEntries: counts.reduce((sum, { dead }) => sum + dead, 0),
        liveEntries: counts.reduce((sum, { live }) => sum + live, 0),
      }
    },
    async compact() {
      for (const stored of rx.collections()) await stored.compact()
      for (const log of await Promise.all(records.values())) await log.compact()
    },
    stopReading: logs.stop,
    async close() {
      logs.stop()
      await writer.close()
      await rx.close()
      for (const log of await Promise.all(records.values())) await log.close()
      records.clear()
      failed$.complete()
      damaged$.complete()
      seals$.complete()
      logs.reading$.complete()
    },
  }
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
  return log.replace(/^second:/, '').replace(/@\d+$/, '')
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
