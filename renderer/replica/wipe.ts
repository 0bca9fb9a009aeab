import type { HostBridge } from '#app/host/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { WipedRequest } from '#app/protocol/index.ts'
import type { Environment } from './environment.ts'
import { createTransport } from './session/transport.ts'
import { holdReplica, openDexiePageStore } from './storage/index.ts'
import type { IndexedDbFactory, RegisteredReplica, ReplicaRegistry } from './storage/index.ts'

// A replica is destroyed keys first: once its record and the device secret are gone its pages are noise, whatever
// becomes of them. The registry says that it was begun before anything is touched, so that a start after a kill goes on.

export type WipeParts = {
  readonly host: HostBridge
  readonly environment: Pick<Environment, 'fetch'>
  readonly registry: ReplicaRegistry
  readonly indexedDb?: IndexedDbFactory | undefined
  readonly locks?: LockManager | undefined
}

/** From here on the replica is neither shown nor opened. `confirmation` is what an order of the server is answered with. */
export async function beginWipe(
  { registry }: Pick<WipeParts, 'registry'>,
  replicaId: Id,
  confirmation: WipedRequest | null,
): Promise<void> {
  const registered = await registry.get(replicaId)
  if (registered === null || registered.wipe !== undefined) return
  await registry.put({
    ...registered,
    wipe: { state: 'begun', confirmation, confirmed: confirmation === null, told: confirmation === null },
  })
}

/** Destroys what lies here of one replica. Throws `replica.in-use` while a window has it open. */
export async function wipeReplica(parts: WipeParts, replicaId: Id): Promise<void> {
  const { host, registry } = parts
  const hold = await holdReplica(replicaId, parts.locks)
  try {
    const registered = await registry.get(replicaId)
    if (registered !== null) await shredHeader(registered, parts)
    await host.call('forget', { replicaId })
    if (registered === null) return
    const pageStore = await openDexiePageStore(registered.databaseName, parts.indexedDb)
    await pageStore.destroy()
    await settle(registry, { ...registered, wipe: { ...wipeOf(registered), state: 'done' } })
  } finally {
    hold.release()
  }
}

/** Ends what an earlier start began. What can't be ended now is left for the next. */
export async function finishWipes(parts: WipeParts): Promise<void> {
  for (const { replicaId, wipe } of await parts.registry.all()) {
    if (wipe?.state === 'begun') await wipeReplica(parts, replicaId).catch(() => undefined)
  }
}

/** Tells the servers that asked for it; where one can't be reached, a later start tries again. */
export async function confirmWipes({ registry, environment }: WipeParts): Promise<void> {
  for (const registered of await registry.all()) {
    const { wipe, serverUrl } = registered
    if (wipe?.state !== 'done' || wipe.confirmed || wipe.confirmation === null) continue
    const { confirmation } = wipe
    const answered = await createTransport(serverUrl, environment)
      .call('wiped', confirmation)
      .then(
        () => true,
        // A server that refuses the proof will refuse it tomorrow, too.
        (failure: unknown) => !(failure instanceof AppError) || failure.code !== 'network.unreachable',
      )
    if (answered) await settle(registry, { ...registered, wipe: { ...wipe, confirmed: true } })
  }
}

/** The user has read what became of their copy. */
export async function acknowledgeWipe(registry: ReplicaRegistry, replicaId: Id): Promise<void> {
  const registered = await registry.get(replicaId)
  if (registered?.wipe === undefined) return
  await settle(registry, { ...registered, wipe: { ...registered.wipe, told: true } })
}

/** The entry goes when there is nothing left to do about it. */
async function settle(registry: ReplicaRegistry, registered: RegisteredReplica): Promise<void> {
  const { state, confirmed, told } = wipeOf(registered)
  if (state === 'done' && confirmed && told) await registry.remove(registered.replicaId)
  else await registry.put(registered)
}

async function shredHeader(registered: RegisteredReplica, { indexedDb }: WipeParts): Promise<void> {
  const pageStore = await openDexiePageStore(registered.databaseName, indexedDb)
  await pageStore.shredHeader()
  await pageStore.close()
}

function wipeOf({ wipe }: RegisteredReplica): NonNullable<RegisteredReplica['wipe']> {
  return wipe ?? { state: 'begun', confirmation: null, confirmed: true, told: true }
}
