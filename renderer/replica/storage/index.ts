export type {
  DamagedCollection,
  DamageReport,
  EncryptedStorage,
  EncryptedStorageOptions,
  ReadProgress,
  RecordLog,
  StorageKeys,
  StorageStats,
} from './contract.ts'
export { openEncryptedStorage } from './encrypted-storage.ts'
export type { Durability, PageCommit, PageKey, PageStore } from './page-store/page-store.ts'
export { holdReplica } from './machine/replica-hold.ts'
export type { ReplicaHold } from './machine/replica-hold.ts'
export { newDatabaseName, openReplicaRegistry } from './machine/replica-registry.ts'
export type { IndexedDbFactory, RegisteredReplica, ReplicaRegistry } from './machine/replica-registry.ts'
export { openDexiePageStore } from './page-store/dexie-page-store.ts'
