import type { CollectionName, Id } from '#app/kernel/index.ts'
import { AppError, canonicalJson } from '#app/kernel/index.ts'
import { PULL_LIMIT } from '#app/protocol/index.ts'
import type { Checkpoint, PullAnswer, PullRequest, ViewOrTombstone } from '#app/protocol/index.ts'
import { fromWire } from '../database/stored-document.ts'
import type { ReplicatedDocument } from '../database/stored-document.ts'
import type { Table } from '../database/table.ts'
import type { AnswerOrder } from './answer-order.ts'
import { loadViews, readableViews } from './incoming-views.ts'
import type { OfferedPages } from './offered-pages.ts'

export type PullContext = {
  readonly collection: CollectionName
  readonly table: Table
  readonly order: AnswerOrder
  /** What came by the stream: it saves asking. */
  readonly offered: Pick<OfferedPages, 'answerFrom'>
  /** One request, in its turn: collections of higher priority go first. Throws for transport. */
  readonly pull: (request: PullRequest) => Promise<PullAnswer>
  readonly online: () => Promise<void>
  /** Resolves when what people need first is here: nothing is pulled before that. Throws for transport. */
  readonly headStart: () => Promise<void>
  /** Marks documents that the server has lost, so that they are pushed. */
  readonly ask: (ids: readonly Id[]) => Promise<void>
  /** Keeps a checkpoint that no document comes with, which RxDB would drop. False: not now. */
  readonly keepCheckpoint: (from: Checkpoint | undefined, to: Checkpoint) => Promise<boolean>
  /** Whether the checkpoint is not to be trusted (damaged pages, an older copy): the next pull compares everything. */
  readonly compareAnew: { asked: boolean }
  readonly onPage: (answer: PullAnswer) => void
  /** A document that this client can't read: it is left out, the rest goes on. */
  readonly onUnreadable: (failure: AppError) => void
}

type Page = { documents: ReplicatedDocument[]; checkpoint: Checkpoint }

/**
 * RxDB's pull handler of one collection: pages of the server until RxDB's own page is full or the end is reached,
 * since RxDB takes a short page for the end. What is not here in any state goes to the disk without RxDB, which has nothing
 * to compare it with: all of a first load. While it does, the next page of the walk is on its way.
 */
export function pullHandler(
  context: PullContext,
): (checkpoint: Checkpoint | undefined, size: number) => Promise<Page> {
  // RxDB starts again from the last checkpoint that came with documents; this leads on from there.
  let led: { readonly from: string; readonly to: Checkpoint } | undefined
  const { compareAnew } = context

  return async (start, size) => {
    await context.online()
    await context.headStart()
    const anew = compareAnew.asked
    compareAnew.asked = false
    try {
      return await pages(start, size, anew)
    } catch (failure) {
      compareAnew.asked ||= anew
      throw failure
    }
  }

  async function pages(start: Checkpoint | undefined, size: number, anew: boolean): Promise<Page> {
    let kept = start
    let at = anew ? null : led?.from === canonicalJson(start) ? led.to : (start ?? null)
    const views: ViewOrTombstone[] = []
    let ahead: Promise<PullAnswer> | null = null
    let answer: PullAnswer
    do {
      answer =
        context.offered.answerFrom(at) ??
        (await (ahead ?? context.pull(request(context, at, Math.min(size - views.length, PULL_LIMIT)))))
      if (answer.more && stuck(at, answer))
        throw new AppError('network.unreachable', { route: 'pull', why: 'answer' })
      at = answer.checkpoint
      ahead = askedAhead(context, answer)
      const readable = readableViews(context.collection, answer.documents, context.onUnreadable)
      views.push(...(await loadViews(context.table, readable)))
      await context.ask(answer.asked)
      // What was asked on the old checkpoint says nothing of what is to be compared by now.
      if (!compareAnew.asked) context.onPage(answer)
      if (views.length > 0) continue
      led = { from: canonicalJson(kept), to: at }
      if (await context.keepCheckpoint(kept, at)) kept = at
    } while (answer.more && views.length < size)
    await context.order.landed(views)
    context.order.page(views)
    return { documents: views.map(fromWire), checkpoint: at }
  }
}

function request(
  { collection, table }: PullContext,
  checkpoint: Checkpoint | null,
  limit: number,
): PullRequest {
  if (checkpoint?.mode === 'tail') return { collection, checkpoint, limit }
  return { collection, checkpoint, limit, held: table.heldAfter(checkpoint?.cursor ?? '', PULL_LIMIT) }
}

/**
 * The next page of a walk, where all of this one is new, so that RxDB has nothing to deal with before it. A page brings nothing
 * of what lies behind it: it does not change what is asked for ahead. Null: it is asked for in its turn.
 */
function askedAhead(context: PullContext, answer: PullAnswer): Promise<PullAnswer> | null {
  const { more, checkpoint, documents } = answer
  if (!more || checkpoint.mode !== 'walk' || documents.some(({ id }) => context.table.has(id))) return null
  const ahead = context.pull(request(context, checkpoint, PULL_LIMIT))
  // Where nobody comes to wait for it any more, its failure is nobody's.
  ahead.catch(() => undefined)
  return ahead
}

/** A server that says "more" without moving on would hold the client in a circle. */
function stuck(at: Checkpoint | null, answer: PullAnswer): boolean {
  return answer.documents.length === 0 && canonicalJson(at) === canonicalJson(answer.checkpoint)
}
