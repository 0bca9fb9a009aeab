import type { PushItem, PushResult } from '#app/protocol/index.ts'
import type { Store } from '../store/contract.ts'
import type { PersonActor } from './actor.ts'
import { editOf, PushBatch } from './push-batch.ts'
import type { BatchParts } from './push-batch.ts'
import { keyOf, viewsInOrder } from './view.ts'
import type { Viewer } from './view.ts'

export type PushParts = BatchParts & { readonly store: Store }

/** One batch of a device, in one transaction; every item is answered with what its author may see afterwards. */
export async function push(
  parts: PushParts,
  actor: PersonActor,
  items: readonly PushItem[],
): Promise<PushResult[]> {
  const { result: answers } = await parts.store.transaction((tx) =>
    new PushBatch(parts, actor, tx).run(items),
  )
  const viewer = { subject: actor.subject, at: parts.now, incarnation: parts.incarnation }
  const views = await viewsNow(parts.store, viewer, items)
  return items.map((item, index) => {
    const answer = answers.get(editOf(item)) ?? { outcome: 'refused' as const, code: 'internal' }
    const view = views[index] as PushResult['view']
    return { collection: item.collection, id: item.id, edit: item.edit, ...answer, view }
  })
}

async function viewsNow(
  store: Store,
  viewer: Viewer,
  items: readonly PushItem[],
): Promise<PushResult['view'][]> {
  const found = new Map<string, PushResult['view']>()
  await store.snapshot(async (read) => {
    const heads = await read.heads()
    for (const [collection, rows] of Map.groupBy(items, (item) => item.collection)) {
      const ids = [...new Set(rows.map(({ id }) => id))]
      const views = viewsInOrder(viewer, ids, await read.documents(collection, ids), heads[collection].seq)
      for (const view of views) found.set(keyOf({ collection, id: view.id }), view)
    }
  })
  return items.flatMap((item) => found.get(keyOf(item)) ?? [])
}
