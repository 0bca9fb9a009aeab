import type { Clock } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import { leadsThrough } from '#app/protocol/index.ts'
import type { ReplicaHead, ReplicaPlace } from '#app/protocol/index.ts'
import type { SignedIn } from '../sessions/sessions.ts'
import { isAnywhere, isNowhere, nowhere } from '../../store/access/replica-places.ts'
import type { Store, StoredDevice, StoredReplicaHead } from '../../store/contract.ts'

// Which copy of a device's replica is here? The one that was here last, going on; an earlier state of it, put back; or
// one of two that are both in use.

/**
 * - `current`: its history leads through where the copy stood that was here last; or the server was put back to a backup since,
 *   and can't know where that was
 * - `older`: it does not; an earlier state was put back
 * - `copied`: it leads through where a copy stood whose place another has taken: both are in use
 */
export type CopyVerdict = 'current' | 'older' | 'copied'

/** How many places are remembered at which a copy was left behind. */
const REMEMBERED = 8

/** Pure. */
export function judgeCopy(stored: StoredReplicaHead | null, head: ReplicaHead): CopyVerdict {
  if (stored === null || leadsThrough(head, stored.place)) return 'current'
  if (isNowhere(stored.place)) return 'older'
  if (stored.leftBehind.some((place) => leadsThrough(head, place))) return 'copied'
  return isAnywhere(stored.place) ? 'current' : 'older'
}

/**
 * Meets a device's copy: takes down where it stands, and what is wrong with it. An older one is let in, to be healed;
 * what the device pushed last is forgotten, since the copy does not know of it. Where two are in use, none is let in
 * until an administrator decides; after that, only the others. Sessions of another opening end: whoever holds one has to
 * prove which copy it is. In one transaction with its entry in the audit.
 */
export async function meetCopy(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  device: StoredDevice,
  head: ReplicaHead,
  address: string,
): Promise<CopyVerdict> {
  const { result } = await store.transaction(async (tx) => {
    const stored = await tx.access.replicaHead(device.id)
    const verdict = judgeCopy(stored, head)
    const at = instant(clock)
    if (verdict !== 'current') {
      const action = verdict === 'older' ? 'older-copy' : 'copied'
      const by = { actor: device.userId, deviceId: device.id, address }
      tx.stage({ type: 'audit', at, ...by, action, outcome: 'noticed' })
    }
    if (verdict === 'copied') {
      if (stored?.decided !== true) await tx.access.markDevice(device.id, { copiedAt: at })
      return verdict
    }
    if (verdict === 'older') {
      await tx.access.forgetShadows(device.id)
      await tx.access.markDevice(device.id, { olderCopyAt: at })
    }
    const next = moved(stored, device, head, verdict)
    // What the opening before has sent may still arrive, and nobody waits for it.
    if (stored !== null && stored.place.opening !== next.place.opening)
      await tx.access.endSessions({ deviceId: device.id })
    await tx.access.saveReplicaHead(next)
    return stored?.healing === true ? 'older' : verdict
  })
  return result
}

function moved(
  stored: StoredReplicaHead | null,
  { id: deviceId }: StoredDevice,
  head: ReplicaHead,
  verdict: 'current' | 'older',
): StoredReplicaHead {
  const place = placeOf(head)
  if (stored === null) return { deviceId, place, leftBehind: [], healing: false, decided: false }
  if (verdict === 'current') {
    const isBehind = stored.place.opening === place.opening && stored.place.commit > place.commit
    return { ...stored, place: isBehind ? stored.place : place }
  }
  const elsewhere = [stored.place, ...stored.leftBehind].filter(
    (left) => !isNowhere(left) && !leadsThrough(head, left),
  )
  return { ...stored, place, leftBehind: elsewhere.slice(0, REMEMBERED), healing: true }
}

/** The copy that was an older one is whole again. */
export async function copyHealed(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { userId: actor, deviceId, address }: Pick<SignedIn, 'userId' | 'deviceId' | 'address'>,
): Promise<void> {
  const stored = await store.access.replicaHead(deviceId)
  if (stored?.healing !== true) return
  await store.access.saveReplicaHead({ ...stored, healing: false })
  const by = { at: instant(clock), actor, deviceId, address }
  await store.audit.append({ ...by, action: 'older-copy', outcome: 'healed' })
}

/** An administrator lets the next copy that comes go on: it is healed, and the other is the one left behind. */
export async function letCopyGoOn(store: Store, device: StoredDevice): Promise<StoredDevice> {
  const { result } = await store.transaction(async ({ access }) => {
    const stored = await access.replicaHead(device.id)
    if (stored !== null) {
      const leftBehind = [stored.place, ...stored.leftBehind]
      await access.saveReplicaHead({ ...stored, place: nowhere, leftBehind, decided: true })
    }
    return access.markDevice(device.id, { copiedAt: null })
  })
  return result ?? device
}

function placeOf({ commit, openings }: ReplicaHead): ReplicaPlace {
  return { commit, opening: openings.at(-1)?.opening ?? nowhere.opening }
}
