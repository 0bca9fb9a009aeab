import type { HostBridge } from '#app/host/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { codeOf } from '#app/recovery/index.ts'
import type { RecoveryState } from './contract.ts'
import type { Environment } from './environment.ts'
import { decodeKeyRecord, encodeKeyRecord, recoveredRecord, recoveryKeyFor } from './keys/index.ts'
import type { KeyRecord, KeyRunner } from './keys/index.ts'
import { createTransport } from './session/transport.ts'
import { holdReplica, openDexiePageStore } from './storage/index.ts'
import type { IndexedDbFactory, PageStore, RegisteredReplica, ReplicaRegistry } from './storage/index.ts'

// A forgotten passphrase: the locked copy asks, two people approve, and a new passphrase is chosen. The documents are
// not touched, so that what was not sent is still there.

export type RecoverParts = {
  readonly host: HostBridge
  readonly runner: KeyRunner
  readonly environment: Environment
  readonly registry: ReplicaRegistry
  readonly indexedDb?: IndexedDbFactory | undefined
  readonly locks?: LockManager | undefined
}

export async function recoveryState(parts: RecoverParts, replicaId: Id): Promise<RecoveryState> {
  const registered = await registeredReplica(parts, replicaId)
  const { recovery } = await withStore(parts, registered, readRecord)
  if (recovery === undefined) return { state: 'none' }
  const requestId = registered.recovery?.requestId ?? null
  return requestId === null ? { state: 'possible' } : asked(parts, replicaId, requestId)
}

/** The same request again until it is answered: its code does not change under the eyes of who reads it out. */
export async function askRecovery(parts: RecoverParts, replicaId: Id): Promise<RecoveryState> {
  const registered = await registeredReplica(parts, replicaId)
  const { recovery } = await withStore(parts, registered, readRecord)
  if (recovery === undefined) throw new AppError('recovery.none')
  const requestId = registered.recovery?.requestId ?? parts.environment.newId()
  const publicKey = await recoveryKeyFor(parts, replicaId, requestId)
  const { deviceId } = recovery
  const transport = createTransport(registered.serverUrl, parts.environment)
  await transport.call('askRecovery', { requestId, deviceId, publicKey })
  await parts.registry.put({ ...registered, recovery: { requestId, done: false } })
  return { state: 'asked', code: codeOf({ requestId, publicKey }) }
}

/** Throws `recovery.waiting`, `recovery.refused`, `replica.passphrase-weak`, `network.unreachable`. */
export async function recoverReplica(parts: RecoverParts, replicaId: Id, passphrase: string): Promise<void> {
  const registered = await registeredReplica(parts, replicaId)
  const requestId = registered.recovery?.requestId
  if (!requestId) throw new AppError('recovery.none')
  const transport = createTransport(registered.serverUrl, parts.environment)
  const { box } = await transport.call('pollRecovery', { requestId })
  if (box === null) throw new AppError('recovery.waiting')
  const hold = await holdReplica(replicaId, parts.locks)
  try {
    await withStore(parts, registered, async (pageStore) => {
      const record = await readRecord(pageStore)
      const next = await recoveredRecord(parts, { record, requestId, box, passphrase })
      await pageStore.writeHeader(encodeKeyRecord(next))
    })
    await parts.registry.put({ ...registered, recovery: { requestId: null, done: true } })
  } finally {
    hold.release()
  }
}

async function asked(parts: RecoverParts, replicaId: Id, requestId: Id): Promise<RecoveryState> {
  const publicKey = await recoveryKeyFor(parts, replicaId, requestId)
  return { state: 'asked', code: codeOf({ requestId, publicKey }) }
}

async function registeredReplica({ registry }: RecoverParts, replicaId: Id): Promise<RegisteredReplica> {
  const registered = await registry.get(replicaId)
  if (registered === null || registered.wipe !== undefined) throw new AppError('recovery.none')
  return registered
}

async function withStore<Result>(
  { indexedDb }: RecoverParts,
  { databaseName }: RegisteredReplica,
  task: (pageStore: PageStore) => Promise<Result>,
): Promise<Result> {
  const pageStore = await openDexiePageStore(databaseName, indexedDb)
  try {
    return await task(pageStore)
  } finally {
    await pageStore.close()
  }
}

async function readRecord(pageStore: PageStore): Promise<KeyRecord> {
  const header = await pageStore.readHeader()
  if (header === null) throw new AppError('replica.keys-lost', { what: 'missing' })
  return decodeKeyRecord(header)
}
