import type { PushItem, PushResult, ViewOrTombstone } from '#app/protocol/index.ts'
import type { Store, StoredDocument } from '../store/contract.ts'
import type { PersonActor } from './actor.ts'
import { editOf, PushBatch } from './push-batch.ts'
import type { BatchParts } from './push-batch.ts'
import { keyOf, tombstone, viewOf, viewsInOrder } from './view.ts'
import type { Viewer } from './view.ts'

export type PushParts = BatchParts & { readonly store: Store }

/** One batch of a device, in one transaction; every item is answered with what its author may see afterwards. */
export async function push(
  parts: PushParts,
  actor: PersonActor,
  items: readonly PushItem[],
): Promise<PushResult[]> {
  const { result: answers, states } = await parts.store.transaction((tx) =>
    new PushBatch(parts, actor, tx).run(items),
  )
  const viewer = { subject: actor.subject, at: parts.now, incarnation: parts.incarnation }
  const views = new Map([...viewsOf(viewer, states), ...(await viewsNow(parts.store, viewer, items, states))])
  return items.map((item) => {
    const answer = answers.get(editOf(item))
    const view = views.get(keyOf(item))
    if (answer === undefined || view === undefined) throw new Error('a pushed item without an answer')
    return { collection: item.collection, id: item.id, edit: item.edit, ...answer, view }
  })
}

type Views = ReadonlyMap<string, ViewOrTombstone>

/** Of what the batch left behind: nobody need read that again. */
function viewsOf(viewer: Viewer, states: readonly StoredDocument[]): Views {
  return new Map(
    states.map((state) => [keyOf(state), viewOf(viewer, state) ?? tombstone(viewer, state.id, state.seq)]),
  )
}

/** Of what the batch did not load: repeats, what could not be read, what does not exist. */
async function viewsNow(
  store: Store,
  viewer: Viewer,
  items: readonly PushItem[],
  known: readonly StoredDocument[],
): Promise<Views> {
  const loaded = new Set(known.map(keyOf))
  const others = items.filter((item) => !loaded.has(keyOf(item)))
  const views = new Map<string, ViewOrTombstone>()
  if (others.length === 0) return views
  await store.snapshot(async (read) => {
    const heads = await read.heads()
    for (const [collection, rows] of Map.groupBy(others, (item) => item.collection)) {
      const ids = [...new Set(rows.map(({ id }) => id))]
      const stored = await read.documents(collection, ids)
      for (const view of viewsInOrder(viewer, ids, stored, heads[collection].seq)) {
        views.set(keyOf({ collection, id: view.id }), view)
      }
    }
  })
  return views
}
