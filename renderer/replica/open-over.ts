import { wipeProof } from '#app/protocol/index.ts'
import type { EnrolAnswer, Session } from '#app/protocol/index.ts'
import type { Circumstances, OnProgress } from './circumstances.ts'
import { withRegistry } from './circumstances.ts'
import type { EnrolInput, Replica } from './contract.ts'
import { encodeKeyRecord, replicaKeys } from './keys/index.ts'
import type { KeyRecord, OwnKeyRing, ReplicaKeys } from './keys/index.ts'
import { storageMigrations } from './migration/storage-migrations.ts'
import { openReplicaWith } from './open-replica.ts'
import type { ReplicaParts } from './open-replica.ts'
import type { Owned } from './replica-owner.ts'
import { hostSigner } from './session/signer.ts'
import { openEncryptedStorage } from './storage/index.ts'
import type { PageStore } from './storage/index.ts'
import { beginWipe, confirmWipes, wipeReplica } from './wipe.ts'

export function keysOf(
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
  /** Asks the server whose it is (`ReplicaParts.whose`). */
  readonly whose?: () => Promise<Owned>
}

type EnrolledAt = Pick<EnrolInput, 'serverUrl'>

/** The end of each way in: a replica over pages whose keys are open. */
export async function openOver(
  circumstances: Circumstances,
  opening: Opening,
  answer?: EnrolAnswer,
  input?: EnrolledAt,
): Promise<Replica> {
  const { host, environment, migrations = storageMigrations() } = circumstances
  const { keys, pageStore, onProgress, release, session, whose } = opening
  const { replicaId } = keys.ring
  const storage = await openEncryptedStorage({ pageStore, replicaId, keys: keys.ring, migrations })
  const parts: ReplicaParts = {
    replicaId,
    storage,
    keys,
    session,
    ...(whose && { whose }),
    signer: hostSigner(host, replicaId),
    environment,
    onProgress,
    onNetwork: (listener) =>
      host.on((event) => {
        if (event.type === 'network') listener(event.online)
      }),
    pinServer: (pins) => host.call('pinServer', { pins: [...pins] }),
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

function enrolledBy({ deviceId, session }: EnrolAnswer, { serverUrl }: EnrolledAt) {
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
