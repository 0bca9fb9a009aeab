import type { PushItem, PushResult, ViewOrTombstone } from '#app/protocol/index.ts'
import type { Store, Written, WriteTransaction } from '../../store/contract.ts'
import type { PersonActor } from '../actor.ts'
import type { PushedBatch, Showing } from '../live/live-pages.ts'
import { editOf, PushBatch } from './push-batch.ts'
import type { BatchOutcome, BatchParts } from './push-batch.ts'
import { keyOf, tombstone, viewOf, viewsInOrder } from '../view.ts'
import type { Viewer } from '../view.ts'

/** Who listens while something is pushed. */
export type Audience = {
  /** Within the transaction, which may run again: chooses who is shown what it leaves, and stages the audit of it. */
  choose(tx: WriteTransaction, batch: PushedBatch): Promise<Showing>
  /** After the commit. */
  show(showing: Showing, written: readonly Written[]): void
}

export type PushParts = BatchParts & { readonly store: Store; readonly audience?: Audience | undefined }

/** One batch of a device, in one transaction; every item is answered with what its author may see afterwards. */
export async function push(
  parts: PushParts,
  actor: PersonActor,
  items: readonly PushItem[],
): Promise<PushResult[]> {
  const { audience, incarnation, now: at } = parts
  const { result, written } = await parts.store.transaction(async (tx) => {
    const outcome = await new PushBatch(parts, actor, tx).run(items)
    const showing = await audience?.choose(tx, { deviceId: actor.deviceId, at, incarnation, outcome })
    return { outcome, showing }
  })
  if (result.showing !== undefined) audience?.show(result.showing, written)
  const viewer = { subject: actor.subject, at, incarnation }
  const views = viewsLeft(viewer, result.outcome, written)
  const others = items.filter((item) => !views.has(keyOf(item)))
  const read = await viewsNow(parts.store, viewer, others)
  return items.map((item) => {
    const answer = result.outcome.answers.get(editOf(item))
    const view = views.get(keyOf(item)) ?? read.get(keyOf(item))
    if (answer === undefined || view === undefined) throw new Error('a pushed item without an answer')
    return { collection: item.collection, id: item.id, edit: item.edit, ...answer, view }
  })
}

type Views = ReadonlyMap<string, ViewOrTombstone>

/**
 * Views of what the commit left: nobody need read that again. But for documents with open conflicts: their order is the
 * store's, and everybody has to read them in the same.
 */
function viewsLeft(viewer: Viewer, { left }: BatchOutcome, written: readonly Written[]): Views {
  const numbers = new Map(written.map((one) => [keyOf(one), one.seq]))
  const settled = left.filter(({ conflicts }) => conflicts.length === 0)
  return new Map(
    settled.map((state) => {
      const key = keyOf(state)
      const seq = numbers.get(key) ?? state.seq
      return [key, viewOf(viewer, { ...state, seq }) ?? tombstone(viewer, state.id, seq)]
    }),
  )
}

/** What the batch did not look at, or left in conflict: repeats, what could not be read, what does not exist. */
async function viewsNow(store: Store, viewer: Viewer, items: readonly PushItem[]): Promise<Views> {
  const views = new Map<string, ViewOrTombstone>()
  if (items.length === 0) return views
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
