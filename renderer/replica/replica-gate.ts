import { AppError, codeOf, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { wipeProof } from '#app/protocol/index.ts'
import type { Session } from '#app/protocol/index.ts'
import type { Circumstances, GateOptions, OnProgress } from './circumstances.ts'
import { withRegistry } from './circumstances.ts'
import type { GateNotice, Replica, ReplicaGate, ReplicaSummary } from './contract.ts'
import { beginSignIn, enrol, notePassphrase } from './enrol-replica.ts'
import { systemEnvironment } from './environment.ts'
import { decodeKeyRecord, openKeyRing, workerRunner } from './keys/index.ts'
import type { ReplicaKeys } from './keys/index.ts'
import { insistOnLease } from './lease/lease.ts'
import { notice } from './lease/noticed.ts'
import { keysOf, openOver } from './open-over.ts'
import type { Owned } from './replica-owner.ts'
import { askRecovery, recoveryState, recoverReplica } from './recover-replica.ts'
import type { RecoverParts } from './recover-replica.ts'
import { openSession } from './session/session.ts'
import { hostSigner } from './session/signer.ts'
import { createTransport } from './session/transport.ts'
import { beginNewLog, holdReplica, inWords, openDexiePageStore } from './storage/index.ts'
import type { PageStore, RegisteredReplica, ReplicaRegistry } from './storage/index.ts'
import { counted } from './unlock/unlock-attempts.ts'
import type { Failures } from './unlock/unlock-attempts.ts'
import { acknowledgeWipe, beginWipe, confirmWipes, finishWipes, wipeReplica } from './wipe.ts'

/** The way in: which replicas lie on this machine, how a new one is made, how one is opened and destroyed. */
export function createReplicaGate(options: GateOptions): ReplicaGate {
  const circumstances = { environment: systemEnvironment, runner: workerRunner, ...options }
  // Where there is no room for it, things are as they were without.
  const safe = beginNewLog(options.indexedDb).catch(() => undefined)
  return {
    summaries: () => safe.then(() => summaries(circumstances)),
    admission: (serverUrl) => createTransport(serverUrl, circumstances.environment).call('admission', {}),
    async secondFactor({ serverUrl, ...request }) {
      const transport = createTransport(serverUrl, circumstances.environment)
      return (await transport.call('secondFactor', request)).authenticator
    },
    enrol: (input, onProgress) => enrol(circumstances, input, onProgress),
    beginSignIn: (input) => beginSignIn(circumstances, input),
    unlock: (replicaId, passphrase, onProgress) => unlock(circumstances, replicaId, passphrase, onProgress),
    forget: (replicaId) => forget(circumstances, replicaId),
    notices: () => withRegistry(options, async (registry) => (await registry.all()).flatMap(noticesOf)),
    dismiss: (replicaId) => withRegistry(options, (registry) => acknowledge(registry, replicaId)),
    recovery: (replicaId) => recovering(circumstances, (parts) => recoveryState(parts, replicaId)),
    askRecovery: (replicaId) => recovering(circumstances, (parts) => askRecovery(parts, replicaId)),
    async recover(replicaId, passphrase, onProgress) {
      onProgress({ step: 'keys', share: 0 })
      await recovering(circumstances, (parts) => recoverReplica(parts, replicaId, passphrase))
      const replica = await unlock(circumstances, replicaId, passphrase, onProgress)
      void notePassphrase(circumstances, replica, passphrase)
      return replica
    },
  }
}

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

async function unlock(
  circumstances: Circumstances,
  replicaId: Id,
  passphrase: string,
  onProgress: OnProgress,
): Promise<Replica> {
  const { host, runner, environment } = circumstances
  const registered = await withRegistry(circumstances, (registry) => registry.get(replicaId))
  if (registered === null || registered.wipe !== undefined) {
    throw new AppError('replica.damaged', { what: 'this copy is not on its list' })
  }
  const hold = await holdReplica(replicaId, circumstances.locks)
  let pageStore: PageStore | undefined
  try {
    onProgress({ step: 'keys', share: 0 })
    pageStore = await openDexiePageStore(registered.databaseName, circumstances.indexedDb)
    const header = await pageStore.readHeader()
    if (header === null) throw new AppError('replica.keys-lost', { what: 'missing' })
    const record = decodeKeyRecord(header)
    if (!(await host.call('knows', { replicaId: record.replicaId })).knows)
      throw new AppError('host.keeper-missing')
    const ring = await counted(attemptsAt(circumstances, registered), () =>
      openKeyRing({ host, runner, record, passphrase }),
    )
    await circumstances.onKeys?.(ring)
    const keys = keysOf(circumstances, { ring, record, pageStore })
    const opening = { keys, pageStore, onProgress, release: hold.release }
    const session = await leaseOrContact(circumstances, keys, registered)
    const whose = () => askWhose(circumstances, keys, registered)
    const replica = await openOver(circumstances, { ...opening, session, whose })
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
    await insistOnLease(lease, environment.clock.now(), {
      async contact() {
        if (lease !== null) session = await openSession({ transport, deviceId: lease.deviceId, signer })
      },
      notice: (did) => notice(keys, environment.clock, did),
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

/** Of a copy that has lost whose it is: its device proves itself to the server, which says it. */
async function askWhose(
  { host, environment }: Circumstances,
  keys: ReplicaKeys,
  { replicaId, serverUrl }: RegisteredReplica,
): Promise<Owned> {
  const lease = await keys.lease()
  if (lease === null) throw new AppError('replica.damaged', { what: 'it does not say whose it is' })
  const { deviceId } = lease
  const transport = createTransport(serverUrl, environment)
  const session = await openSession({ transport, deviceId, signer: hostSigner(host, replicaId) })
  const { user, organisation } = session
  return { identity: { deviceId, serverUrl, user, organisation }, session }
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
