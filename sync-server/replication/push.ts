import type { PushItem, PushResult, ViewOrTombstone } from '#app/protocol/index.ts'
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
  return items.map((item) => {
    const answer = answers.get(editOf(item))
    const view = views.get(keyOf(item))
    if (answer === undefined || view === undefined) throw new Error('a pushed item without an answer')
    return { collection: item.collection, id: item.id, edit: item.edit, ...answer, view }
  })
}

async function viewsNow(
  store: Store,
  viewer: Viewer,
  items: readonly PushItem[],
): Promise<ReadonlyMap<string, ViewOrTombstone>> {
  const views = new Map<string, ViewOrTombstone>()
  await store.snapshot(async (read) => {
    const heads = await read.heads()
    for (const [collection, rows] of Map.groupBy(items, (item) => item.collection)) {
      const ids = [...new Set(rows.map(({ id }) => id))]
      const stored = await read.documents(collection, ids)
      for (const view of viewsInOrder(viewer, ids, stored, heads[collection].seq)) {
        views.set(keyOf({ collection, id: view.id }), view)
      }
    }
  })
  return views
}
