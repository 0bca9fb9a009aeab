export type {
  DamageKind,
  DamageReport,
  DamagedCollection,
  EncryptedStorage,
  ReadProgress,
  RecordLog,
  StorageKeys,
  StorageMigrations,
} from './contract.ts'
export { MOST_SEALS } from './log/seals.ts'
export { openEncryptedStorage } from './encrypted-storage.ts'
export { beginNewLog } from './machine/new-log.ts'
export { holdReplica } from './machine/replica-hold.ts'
export { inWords } from './machine/no-room.ts'
export { newDatabaseName, openReplicaRegistry } from './machine/replica-registry.ts'
export type { IndexedDbFactory, RegisteredReplica, ReplicaRegistry } from './machine/replica-registry.ts'
export { openDexiePageStore } from './page-store/dexie-page-store.ts'
export type { PageKey, PageStore } from './page-store/page-store.ts'
export type { Change, Seen } from './rx/decisions.ts'
export type { SealedPieces } from './pieces/sealed-pieces.ts'
export type { Fields, Stored } from './rx/document-codec.ts'
export type { EncryptedRxStorage } from './rx/rx-storage.ts'
export type { Shown, StoredCollection } from './rx/stored-collection.ts'
