import type { ReplicaGate } from '#renderer/replica/contract.ts'

/** A gate whose code is still on its way, so that the first screen need not wait for it: each call does. */
export function lateGate(loading: Promise<ReplicaGate>): ReplicaGate {
  return {
    summaries: async () => (await loading).summaries(),
    admission: async (serverUrl) => (await loading).admission(serverUrl),
    secondFactor: async (input) => (await loading).secondFactor(input),
    enrol: async (input, onProgress) => (await loading).enrol(input, onProgress),
    beginSignIn: async (input) => (await loading).beginSignIn(input),
    unlock: async (replicaId, passphrase, onProgress) =>
      (await loading).unlock(replicaId, passphrase, onProgress),
    forget: async (replicaId) => (await loading).forget(replicaId),
    notices: async () => (await loading).notices(),
    recovery: async (replicaId) => (await loading).recovery(replicaId),
    askRecovery: async (replicaId) => (await loading).askRecovery(replicaId),
    recover: async (replicaId, passphrase, onProgress) =>
      (await loading).recover(replicaId, passphrase, onProgress),
    dismiss: async (replicaId) => (await loading).dismiss(replicaId),
  }
}
