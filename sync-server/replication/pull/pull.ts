import type { CollectionName } from '#app/kernel/index.ts'
import type { Checkpoint, PullAnswer, PullRequest, ViewOrTombstone } from '#app/protocol/index.ts'
import type { Head, Reach, Reader } from '../../store/contract.ts'
import { compareRange } from './compare-range.ts'
import type { Progress } from './progress.ts'
import { epochOf, reachOf } from './reach.ts'
import { viewsInOrder } from '../view.ts'
import type { Viewer } from '../view.ts'

// One page for one collection, read in one snapshot together with its checkpoint. A replica that begins, or whose epoch
// is another, walks: it says by ranges of ids what it holds and gets what differs. Then it follows the tail.

export type PullContext = {
  readonly read: Reader
  readonly viewer: Viewer
  readonly collection: CollectionName
  readonly reach: Reach
  readonly head: Head
  readonly epoch: string
  readonly limit: number
  readonly progress: Progress
}

export async function pull(
  read: Reader,
  viewer: Viewer,
  request: PullRequest,
  progress: Progress,
): Promise<PullAnswer> {
  const { collection, checkpoint, held, limit } = request
  const heads = await read.heads()
  const context: PullContext = {
    read,
    viewer,
    collection,
    reach: reachOf(viewer.subject, collection, viewer.at),
    head: heads[collection],
    epoch: epochOf(viewer.subject, viewer.incarnation, viewer.at),
    limit,
    progress,
  }
  if (checkpoint === null) {
    // Nothing pulled yet. A replica that posts no range holds nothing.
    return walk(context, startOfWalk(context), held ?? { through: null, documents: [] })
  }
  if (mustWalkAnew(context, checkpoint)) return restart(context)
  if (checkpoint.mode === 'tail') return tail(context, checkpoint)
  return held === undefined ? restart(context) : walk(context, checkpoint, held)
}

/** Another epoch, or away for longer than departures are kept: only a walk finds what left. */
function mustWalkAnew({ epoch, head }: PullContext, checkpoint: Checkpoint): boolean {
  const from = checkpoint.mode === 'tail' ? checkpoint.seq : checkpoint.until
  return checkpoint.epoch !== epoch || from < head.horizon || from > head.seq
}

function startOfWalk({ epoch, head }: PullContext): Checkpoint {
  return { epoch, mode: 'walk', cursor: '', until: head.seq, seq: 0 }
}

/** An empty page: the ranges that the replica posted belong to another walk. */
async function restart(context: PullContext): Promise<PullAnswer> {
  const checkpoint = startOfWalk(context)
  const remaining = await behind(context, checkpoint)
  return { documents: [], checkpoint, more: true, remaining, asked: [] }
}

async function walk(
  context: PullContext,
  from: Checkpoint,
  held: NonNullable<PullRequest['held']>,
): Promise<PullAnswer> {
  const { documents, asked, cursor, passed } = await compareRange(context, from.cursor, held)
  if (cursor === null && held.through === null) {
    const checkpoint = { ...from, mode: 'tail' as const, cursor: '', seq: from.until }
    const remaining = await behind(context, checkpoint)
    return { documents, checkpoint, more: remaining > 0, remaining, asked }
  }
  const checkpoint = { ...from, cursor: cursor ?? held.through ?? from.cursor }
  const remaining = await behind(context, checkpoint, { from, passed })
  return { documents, checkpoint, more: true, remaining, asked }
}

/** Reads on until the page is full or the end is reached: a short page tells the replica that there is no more. */
async function tail(context: PullContext, from: Checkpoint): Promise<PullAnswer> {
  const { read, viewer, collection, reach, head, limit } = context
  const rows = new Map<string, ViewOrTombstone>()
  let seq = from.seq
  let passed = 0
  let ended = seq === head.seq
  while (rows.size < limit && !ended) {
    const wanted = limit - rows.size
    const changes = await read.changes(collection, reach, { after: seq, limit: wanted })
    const ids = [...new Set(changes.map(({ id }) => id))]
    const views = viewsInOrder(viewer, ids, await read.documents(collection, ids), head.seq)
    for (const view of views) rows.set(view.id, view)
    ended = changes.length < wanted
    passed += changes.length
    seq = ended ? head.seq : (changes.at(-1)?.seq ?? head.seq)
  }
  const checkpoint = { ...from, mode: 'tail' as const, cursor: '', seq }
  const remaining = ended ? 0 : await behind(context, checkpoint, { from, passed })
  return { documents: [...rows.values()], checkpoint, more: !ended, remaining, asked: [] }
}

type Page = { readonly from: Checkpoint; readonly passed: number }

/** How many documents lie behind a checkpoint: counted once, then carried on from page to page. */
function behind(context: PullContext, checkpoint: Checkpoint, page?: Page): Promise<number> {
  const { read, collection, reach, progress } = context
  return progress.behind(collection, checkpoint, page, () =>
    checkpoint.mode === 'walk'
      ? read.countAfterId(collection, reach, checkpoint.cursor)
      : read.countAfterSeq(collection, reach, checkpoint.seq),
  )
}
