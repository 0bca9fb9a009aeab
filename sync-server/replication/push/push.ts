import { AppError } from '#app/kernel/index.ts'
import type { PushItem, PushResult, ViewOrTombstone } from '#app/protocol/index.ts'
import type { Store, Written, WriteTransaction } from '../../store/contract.ts'
import { ByDocument, latestByDocument } from '../../store/documents/by-document.ts'
import type { PersonActor } from '../actor.ts'
import type { PushedTogether, Showing } from '../live/live-pages.ts'
import { editOf, PushBatch, refOf } from './push-batch.ts'
import type { BatchOutcome, BatchParts } from './push-batch.ts'
import { tombstone, viewOf, viewsInOrder } from '../view.ts'
import type { Viewer } from '../view.ts'

/** What a device sends in one request. */
export type Push = { readonly actor: PersonActor; readonly items: readonly PushItem[] }

/** Who listens while something is pushed. */
export type Audience = {
  /** Within the transaction, which may run again: chooses who is shown what it leaves, and stages the audit of it. */
  choose(tx: WriteTransaction, pushed: PushedTogether): Promise<Showing>
  /** After the commit. */
  show(showing: Showing, written: readonly Written[]): void
}

export type PushParts = BatchParts & { readonly store: Store; readonly audience?: Audience | undefined }

/**
 * Pushes of one or more devices, one after the other in one transaction; every item is answered with what its author may
 * see afterwards. Throws `sync.overtaken` where one of them was sent before a push that is stored already.
 */
export async function pushTogether(parts: PushParts, pushes: readonly Push[]): Promise<PushResult[][]> {
  const { audience, incarnation, now: at, store } = parts
  const { result, written } = await store.transaction(async (tx) => {
    const batches = await runInTurn(parts, pushes, tx)
    const outcomes: BatchOutcome[] = []
    for (const batch of batches) outcomes.push(await batch.outcome())
    return { outcomes, showing: await audience?.choose(tx, { at, incarnation, outcomes }) }
  })
  if (result.showing !== undefined) audience?.show(result.showing, written)
  const answers: PushResult[][] = []
  for (const [index, { actor, items }] of pushes.entries()) {
    const outcome = result.outcomes[index]
    if (outcome === undefined) throw new Error('a push without an outcome')
    const viewer = { subject: actor.subject, at, incarnation }
    answers.push(await answersOf(store, viewer, items, outcome, written))
  }
  return answers
}

/** Whoever shares a commit takes what it holds in one order: devices by their ids, then all documents at once. */
async function runInTurn(
  parts: BatchParts,
  pushes: readonly Push[],
  tx: WriteTransaction,
): Promise<readonly PushBatch[]> {
  const devices = pushes.map(({ actor }) => actor).toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
  for (const { deviceId, place } of devices) {
    // With the receipts, or an older copy could come back unnoticed and be taken for the one that wrote them. What was on its
    // way for so long that a later push is here already would undo that one, and its device waits for it no more.
    if (place !== undefined && !(await tx.access.advanceReplicaHead(deviceId, place)))
      throw new AppError('sync.overtaken')
  }
  if (pushes.length > 1) await tx.load(pushes.flatMap(({ items }) => items.map(refOf)))
  const batches: PushBatch[] = []
  for (const { actor, items } of pushes) {
    const batch = new PushBatch(parts, actor, tx)
    await batch.run(items)
    batches.push(batch)
  }
  return batches
}

async function answersOf(
  store: Store,
  viewer: Viewer,
  items: readonly PushItem[],
  outcome: BatchOutcome,
  written: readonly Written[],
): Promise<PushResult[]> {
  const views = viewsLeft(viewer, outcome, written)
  const others = items.filter((item) => !views.has(item))
  const read = await viewsNow(store, viewer, others)
  return items.map((item) => {
    const answer = outcome.answers.get(editOf(item))
    const view = views.get(item) ?? read.get(item)
    if (answer === undefined || view === undefined) throw new Error('a pushed item without an answer')
    return { collection: item.collection, id: item.id, edit: item.edit, ...answer, view }
  })
}

type Views = Pick<ByDocument<ViewOrTombstone>, 'get' | 'has'>

/**
 * Views of what the commit left: nobody need read that again. But for documents with open conflicts: their order is the
 * store's, and everybody has to read them in the same.
 */
function viewsLeft(viewer: Viewer, { left }: BatchOutcome, written: readonly Written[]): Views {
  const numbers = latestByDocument(written)
  const views = new ByDocument<ViewOrTombstone>()
  for (const state of left) {
    if (state.conflicts.length > 0) continue
    const seq = numbers.get(state)?.seq ?? state.seq
    views.set(state, viewOf(viewer, { ...state, seq }) ?? tombstone(viewer, state.id, seq))
  }
  return views
}

/** What the batch did not look at, or left in conflict: repeats, what could not be read, what does not exist. */
async function viewsNow(store: Store, viewer: Viewer, items: readonly PushItem[]): Promise<Views> {
  const views = new ByDocument<ViewOrTombstone>()
  if (items.length === 0) return views
  await store.snapshot(async (read) => {
    const heads = await read.heads()
    for (const [collection, rows] of Map.groupBy(items, (item) => item.collection)) {
      const ids = [...new Set(rows.map(({ id }) => id))]
      const stored = await read.documents(collection, ids)
      for (const view of viewsInOrder(viewer, ids, stored, heads[collection].seq)) {
        views.set({ collection, id: view.id }, view)
      }
    }
  })
  return views
}
