import type { Id } from '#app/kernel/index.ts'
import { EVICTIONS_LIMIT } from '#app/protocol/index.ts'
import type { EvictedAnswer, EvictedRequest } from '#app/protocol/index.ts'
import type { SignedIn } from '../access/sessions/sessions.ts'
import type { DocumentRef, Reader, Store } from '../store/contract.ts'
import { keyOf, viewOf } from './view.ts'
import type { Viewer } from './view.ts'

type Parts = {
  readonly store: Pick<Store, 'access' | 'transaction' | 'snapshot'>
  readonly viewer: Viewer
}

/**
 * A device's receipt for documents that were taken off it: taken down in one commit with its entry in the audit. Answers
 * what is still outstanding, so that a device which lost count of it, or never held it, can say so, too.
 */
export async function settleEvictions(
  parts: Parts,
  who: SignedIn,
  { gone }: EvictedRequest,
): Promise<EvictedAnswer> {
  const { store } = parts
  if (gone.length > 0) await acknowledge(parts, who, gone)
  const outstanding = await store.access.outstandingEvictions(who.deviceId, EVICTIONS_LIMIT)
  if (outstanding.length === 0) return { outstanding: [] }
  const visible = await store.snapshot((read) => visibleOf(read, parts.viewer, outstanding))
  const returned = outstanding.filter((ref) => visible.has(keyOf(ref)))
  if (returned.length > 0) await store.access.withdrawEvictions(who.deviceId, returned)
  return { outstanding: outstanding.filter((ref) => !visible.has(keyOf(ref))) }
}

async function acknowledge(
  { store, viewer: { at } }: Parts,
  { userId: actor, deviceId, address }: SignedIn,
  gone: readonly DocumentRef[],
): Promise<void> {
  await store.transaction(async (tx) => {
    const acknowledged = await tx.access.acknowledgeEvictions(deviceId, gone, at)
    const entry = {
      type: 'audit',
      at,
      actor,
      deviceId,
      address,
      action: 'evicted',
      outcome: 'confirmed',
    } as const
    for (const [collection, refs] of Map.groupBy(acknowledged, (ref) => ref.collection)) {
      tx.stage({ ...entry, collection, ids: refs.map(({ id }): Id => id) })
    }
  })
}

/** Which of them the user sees again by now. */
async function visibleOf(
  read: Reader,
  viewer: Viewer,
  refs: readonly DocumentRef[],
): Promise<ReadonlySet<string>> {
  const visible = new Set<string>()
  for (const [collection, some] of Map.groupBy(refs, (ref) => ref.collection)) {
    const ids = some.map(({ id }) => id)
    const stored = await read.documents(collection, ids)
    for (const document of stored) if (viewOf(viewer, document) !== null) visible.add(keyOf(document))
  }
  return visible
}
