// The replica, as the rest of the client knows it: a way in, and what an open replica can be asked (contract.ts).

export type {
  EnrolInput,
  InitialLoad,
  ListQuery,
  OpenProgress,
  QuarantineEntry,
  Replica,
  ReplicaGate,
  ReplicaSummary,
  SearchHit,
  SortBy,
  SyncPhase,
  SyncStatus,
} from './contract.ts'
export { systemEnvironment } from './environment.ts'
export type { Environment } from './environment.ts'
export type { Identity } from './identity.ts'
export { openReplicaWith } from './open-replica.ts'
export type { ReplicaParts } from './open-replica.ts'
export { createReplicaGate } from './replica-gate.ts'
export type { GateOptions } from './replica-gate.ts'
export { hostSigner } from './session/session.ts'
export type { Signer } from './session/session.ts'
export { createTransport } from './session/transport.ts'
export type { Transport } from './session/transport.ts'
