import type { HostBridge } from '#app/host/index.ts'
import { AppError, codeOf, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { wipeProof } from '#app/protocol/index.ts'
import type { EnrolAnswer, Session } from '#app/protocol/index.ts'
import type {
  EnrolInput,
  GateNotice,
  OpenProgress,
  Replica,
  ReplicaGate,
  ReplicaSummary,
} from './contract.ts'
import { systemEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
import { addRecovery, createKeyRing, decodeKeyRecord, encodeKeyRecord, openKeyRing } from './keys/index.ts'
import { replicaKeys, workerRunner } from './keys/index.ts'
import type { KeyRecord, KeyRing, KeyRunner, OwnKeyRing, ReplicaKeys } from './keys/index.ts'
import { insistOnLease } from './lease/lease.ts'
import { storageMigrations } from './migration/storage-migrations.ts'
import { askRecovery, recoveryState, recoverReplica } from './recover-replica.ts'
import type { RecoverParts } from './recover-replica.ts'
import { openReplicaWith } from './open-replica.ts'
import type { ReplicaParts } from './open-replica.ts'
import { openSession } from './session/session.ts'
import { hostSigner } from './session/signer.ts'
import { createTransport } from './session/transport.ts'
import {
  beginNewLog,
  holdReplica,
  inWords,
  newDatabaseName,
  openDexiePageStore,
  openEncryptedStorage,
  openReplicaRegistry,
} from './storage/index.ts'
import type { IndexedDbFactory, PageStore, RegisteredReplica, ReplicaRegistry } from './storage/index.ts'
import type { StorageMigrations } from './storage/index.ts'
import { counted } from './unlock/unlock-attempts.ts'
import type { Failures } from './unlock/unlock-attempts.ts'
import { acknowledgeWipe, beginWipe, confirmWipes, finishWipes, wipeReplica } from './wipe.ts'

export type GateOptions = {
  readonly host: HostBridge
  /** Called with the open keys of a replica: the browser host keeps its device key under one of them. */
  readonly onKeys?: (ring: KeyRing) => Promise<void>
  readonly environment?: Environment
  readonly runner?: KeyRunner
  /** Those of this version of Rounds, but where a test brings versions that are still to come. */
  readonly migrations?: StorageMigrations
  /** Node has neither. */
  readonly indexedDb?: IndexedDbFactory
  readonly locks?: LockManager
  /** An order of the server was carried out: what the page still holds in memory must go, too. */
  readonly onWiped?: () => void
}

type OnProgress = (progress: OpenProgress) => void

/** The way in: which replicas lie on this machine, how a new one is made, how one is opened and destroyed. */
export function createReplicaGate(options: GateOptions): ReplicaGate {
  const circumstances = { environment: systemEnvironment, runner: workerRunner, ...options }
  // Where there is no room for it, things are as they were without.
  const safe = beginNewLog(options.indexedDb).catch(() => undefined)
  return {
    summaries: () => safe.then(() => summaries(circumstances)),
    async invitedOnly(serverUrl) {
      const transport = createTransport(serverUrl, circumstances.environment)
      return (await transport.call('admission', {})).invitedOnly
    },
    async secondFactor({ serverUrl, ...request }) {
      const transport = createTransport(serverUrl, circumstances.environment)
      return (await transport.call('secondFactor', request)).authenticator
    },
    enrol: (input, onProgress) => enrol(circumstances, input, onProgress),
    unlock: (replicaId, passphrase, onProgress) => unlock(circumstances, replicaId, passphrase, onProgress),
    forget: (replicaId) => forget(circumstances, replicaId),
    notices: () => withRegistry(options, async (registry) => (await registry.all()).flatMap(noticesOf)),
    dismiss: (replicaId) => withRegistry(options, (registry) => acknowledge(registry, replicaId)),
    recovery: (replicaId) => recovering(circumstances, (parts) => recoveryState(parts, replicaId)),
    askRecovery: (replicaId) => recovering(circumstances, (parts) => askRecovery(parts, replicaId)),
    async recover(replicaId, passphrase, onProgress) {
      onProgress({ step: 'keys', share: 0 })
      await recovering(circumstances, (parts) => recoverReplica(parts, replicaId, passphrase))
      return unlock(circumstances, replicaId, passphrase, onProgress)
    },
  }
}

type Circumstances = GateOptions & { readonly environment: Environment; readonly runner: KeyRunner }

function recovering<Result>(
  circumstances: Circumstances,
  task: (parts: RecoverParts) => Promise<Result>,
): Promise<Result> {
  return withRegistry(circumstances, (registry) => task({ ...circumstances, registry }))
}

function noticesOf({ replicaId, login, wipe, recovery }: RegisteredReplica): GateNotice[] {
  if (wipe?.state === 'done' && !wipe.told) return [{ replicaId, login, code: 'access.wiped' }]
  return recovery?.done === true ? [{ replicaId, login, code: 'recovery.done' }] : []
}

async function acknowledge(registry: ReplicaRegistry, replicaId: Id): Promise<void> {
  await acknowledgeWipe(registry, replicaId)
  const registered = await registry.get(replicaId)
  if (registered?.recovery?.done !== true) return
  const { recovery: _told, ...rest } = registered
  await registry.put(rest)
}

async function summaries(circumstances: Circumstances): Promise<readonly ReplicaSummary[]> {
  const replicas = await withRegistry(circumstances, async (registry) => {
    await finishWipes({ ...circumstances, registry })
    return registry.all()
  })
  void withRegistry(circumstances, (registry) => confirmWipes({ ...circumstances, registry })).catch(
    // Nobody waits for it here; the next start tries again.
    () => undefined,
  )
  return replicas
    .filter(({ wipe }) => wipe === undefined)
    .map(({ replicaId, login, serverUrl, enrolledAt }) => ({ replicaId, login, serverUrl, enrolledAt }))
}

async function enrol(
  circumstances: Circumstances,
  input: EnrolInput,
  onProgress: OnProgress,
): Promise<Replica> {
  const { host, runner, environment } = circumstances
  const replicaId = environment.newId()
  const hold = await holdReplica(replicaId, circumstances.locks)
  const undo: (() => unknown)[] = [hold.release]
  try {
    onProgress({ step: 'keys', share: 0 })
    undo.push(() => host.call('forget', { replicaId }))
    const { ring, record: made } = await createKeyRing({
      host,
      runner,
      replicaId,
      passphrase: input.passphrase,
    })
    undo.push(() => ring.close())
    await circumstances.onKeys?.(ring)
    onProgress({ step: 'signing-in', share: 0 })
    const answer = await signIn(circumstances, replicaId, input)

    const record = await escrowed(circumstances, made, answer, input)
    const registered = newEntry(environment, replicaId, input)
    const pageStore = await openDexiePageStore(registered.databaseName, circumstances.indexedDb)
    undo.push(() => pageStore.destroy())
    await pageStore.writeHeader(encodeKeyRecord(record))
    await withRegistry(circumstances, (registry) => registry.put(registered))
    undo.push(() => withRegistry(circumstances, (registry) => registry.remove(replicaId)))
    const keys = keysOf(circumstances, { ring, record, pageStore })
    const opening = { keys, pageStore, onProgress, release: hold.release }
    return await openOver(circumstances, opening, answer, input)
  } catch (failure) {
    for (const step of undo.toReversed()) await Promise.resolve(step()).catch(() => undefined)
    throw inWords(failure)
  }
}

/** What two people would recover it by lies at the server before the keys take effect. */
async function escrowed(
  { host, runner, environment }: Circumstances,
  made: KeyRecord,
  { deviceId, session }: EnrolAnswer,
  { passphrase, serverUrl }: EnrolInput,
): Promise<KeyRecord> {
  const { recoveryKeys: keys, token } = session
  if (keys === null) return made
  const { record, boxes } = await addRecovery({ host, runner }, { record: made, passphrase, deviceId, keys })
  const fingerprint = record.recovery?.keys ?? ''
  const signer = hostSigner(host, made.replicaId)
  const transport = createTransport(serverUrl, environment)
  await transport.call('escrow', { keys: fingerprint, boxes }, { token, signer })
  return record
}

async function signIn(
  { host, environment }: Circumstances,
  replicaId: Id,
  { serverUrl, login, password, deviceLabel, invited }: EnrolInput,
): Promise<EnrolAnswer> {
  const { kind } = await host.call('info', {})
  const { publicKey } = await host.call('deviceKey', { replicaId })
  return createTransport(serverUrl, environment).call('enrol', {
    login,
    password,
    ...invited,
    device: { replicaId, label: deviceLabel, host: kind, publicKey },
  })
}

async function unlock(
  circumstances: Circumstances,
  replicaId: Id,
  passphrase: string,
  onProgress: OnProgress,
): Promise<Replica> {
  const { host, runner, environment } = circumstances
  const registered = await withRegistry(circumstances, (registry) => registry.get(replicaId))
  if (registered === null || registered.wipe !== undefined) {
    throw new AppError('replica.damaged', { pages: 0, place: 'registry' })
  }
  const hold = await holdReplica(replicaId, circumstances.locks)
  let pageStore: PageStore | undefined
  try {
    onProgress({ step: 'keys', share: 0 })
    pageStore = await openDexiePageStore(registered.databaseName, circumstances.indexedDb)
    const header = await pageStore.readHeader()
    if (header === null) throw new AppError('replica.damaged', { pages: 0, place: 'header' })
    const record = decodeKeyRecord(header)
    const ring = await counted(attemptsAt(circumstances, registered), () =>
      openKeyRing({ host, runner, record, passphrase }),
    )
    await circumstances.onKeys?.(ring)
    const keys = keysOf(circumstances, { ring, record, pageStore })
    const opening = { keys, pageStore, onProgress, release: hold.release }
    const session = await leaseOrContact(circumstances, keys, registered)
    const replica = await openOver(circumstances, { ...opening, session })
    const lastUsedAt = instant(environment.clock)
    // A note for the lock screen: on a full disk, what is here can be read all the same.
    const { failures: _over, ...opened } = registered
    await withRegistry(circumstances, (registry) => registry.put({ ...opened, lastUsedAt })).catch(
      () => undefined,
    )
    return replica
  } catch (failure) {
    await pageStore?.close()
    hold.release()
    if (codeOf(failure) === 'access.wiped') await summaries(circumstances)
    throw inWords(failure)
  }
}

/** How often the passphrase of a replica was tried in vain, beside what else is known of it. */
function attemptsAt(circumstances: Circumstances, registered: RegisteredReplica) {
  const { failures, ...rest } = registered
  const keep = (next: Failures | undefined): Promise<void> =>
    withRegistry(circumstances, (registry) =>
      registry.put(next === undefined ? rest : { ...rest, failures: next }),
    ).catch(
      // On a full disk, what is here can be read all the same.
      () => undefined,
    )
  return { failures, clock: circumstances.environment.clock, keep }
}

/**
 * Before anything of the data is read: a copy whose lease has ended, or whose clock went back, needs a new session. The
 * device proves itself by its own key. Answers the session where one was needed; throws `replica.lease`.
 */
async function leaseOrContact(
  circumstances: Circumstances,
  keys: ReplicaKeys,
  { replicaId, serverUrl }: RegisteredReplica,
): Promise<Session | undefined> {
  const { host, environment } = circumstances
  const lease = await keys.lease()
  let session: Session | undefined
  const signer = hostSigner(host, replicaId)
  const transport = createTransport(serverUrl, environment)
  try {
    await insistOnLease(lease, environment.clock.now(), async () => {
      if (lease !== null) session = await openSession({ transport, deviceId: lease.deviceId, signer })
    })
    return session
  } catch (failure) {
    if (failure instanceof AppError && failure.code === 'access.wiped' && lease !== null) {
      const order = String(failure.facts['order'] ?? '')
      const signature = await signer.sign(wipeProof(lease.deviceId, order))
      const confirmation = { deviceId: lease.deviceId, order, signature }
      await withRegistry(circumstances, (registry) => beginWipe({ registry }, replicaId, confirmation))
    }
    keys.close()
    throw failure
  }
}

function keysOf(
  { host, runner }: Circumstances,
  {
    ring,
    record,
    pageStore,
  }: { readonly ring: OwnKeyRing; readonly record: KeyRecord; readonly pageStore: PageStore },
): ReplicaKeys {
  const keep = (next: KeyRecord): Promise<void> => pageStore.writeHeader(encodeKeyRecord(next))
  return replicaKeys({ host, runner, ring, record, keep })
}

type Opening = {
  readonly keys: ReplicaKeys
  readonly pageStore: PageStore
  readonly onProgress: OnProgress
  readonly release: () => void
  /** A session that was needed before anything could be opened. */
  readonly session?: Session | undefined
}

async function openOver(
  circumstances: Circumstances,
  opening: Opening,
  answer?: EnrolAnswer,
  input?: EnrolInput,
): Promise<Replica> {
  const { host, environment, migrations = storageMigrations() } = circumstances
  const { keys, pageStore, onProgress, release, session } = opening
  const { replicaId } = keys.ring
  const storage = await openEncryptedStorage({ pageStore, replicaId, keys: keys.ring, migrations })
  const parts: ReplicaParts = {
    replicaId,
    storage,
    keys,
    session,
    signer: hostSigner(host, replicaId),
    environment,
    onProgress,
    onNetwork: (listener) =>
      host.on((event) => {
        if (event.type === 'network') listener(event.online)
      }),
    async onClosed() {
      keys.close()
      await pageStore.close()
      release()
    },
  }
  const enrolled = answer && input && { enrolled: enrolledBy(answer, input) }
  const opened = openReplicaWith({
    ...parts,
    ...enrolled,
    onWipeOrdered(order) {
      // Where it fails, the registry says that it was begun, or the server says so again: the next start goes on.
      opened.then((replica) => obeyWipe(circumstances, replica, order)).catch(() => undefined)
    },
  })
  return opened
}

function enrolledBy({ deviceId, session }: EnrolAnswer, { serverUrl }: EnrolInput) {
  const { user, organisation } = session
  return { identity: { deviceId, serverUrl, user, organisation }, session }
}

/** Signs first: afterwards there is no key to sign with. */
async function obeyWipe(circumstances: Circumstances, replica: Replica, order: string): Promise<void> {
  const { host, onWiped } = circumstances
  const { replicaId, deviceId } = replica
  const { signature } = await host.call('sign', { replicaId, text: wipeProof(deviceId, order) })
  await withRegistry(circumstances, async (registry) => {
    await beginWipe({ registry }, replicaId, { deviceId, order, signature })
    await replica.lock()
    const parts = { ...circumstances, registry }
    await wipeReplica(parts, replicaId)
    await confirmWipes(parts)
  }).finally(onWiped)
}

/** As the user wishes: nothing is confirmed to anybody. */
function forget(circumstances: Circumstances, replicaId: Id): Promise<void> {
  return withRegistry(circumstances, async (registry) => {
    // Looked at before anything is begun: what another window has open is not destroyed behind its back.
    ;(await holdReplica(replicaId, circumstances.locks)).release()
    await beginWipe({ registry }, replicaId, null)
    await wipeReplica({ ...circumstances, registry }, replicaId)
  })
}

function newEntry(
  { clock }: Environment,
  replicaId: Id,
  { login, serverUrl }: EnrolInput,
): RegisteredReplica {
  const now = instant(clock)
  return { replicaId, login, serverUrl, enrolledAt: now, lastUsedAt: now, databaseName: newDatabaseName() }
}

async function withRegistry<Result>(
  { indexedDb }: Pick<GateOptions, 'indexedDb'>,
  task: (registry: ReplicaRegistry) => Promise<Result>,
): Promise<Result> {
  const registry = openReplicaRegistry(indexedDb)
  try {
    return await task(registry)
  } finally {
    registry.close()
  }
}
