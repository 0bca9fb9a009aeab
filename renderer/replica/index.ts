// The replica, as the rest of the client knows it: the way in, and what the simulation and the benchmarks open it with.
// What an open replica can be asked is in contract.ts.

export type { Replica, SyncPhase } from './contract.ts'
export { systemEnvironment } from './environment.ts'
export type { Environment } from './environment.ts'
export { openReplicaWith } from './open-replica.ts'
export { createReplicaGate } from './replica-gate.ts'
export type { Signer } from './session/signer.ts'
export { createTransport } from './session/transport.ts'
