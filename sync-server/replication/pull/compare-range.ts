import type { Id } from '#app/kernel/index.ts'
import { parseRev } from '#app/protocol/index.ts'
import type { PullRequest, ViewOrTombstone } from '#app/protocol/index.ts'
import type { StoredDocument } from '../../store/contract.ts'
import type { PullContext } from './pull.ts'
import { tombstone, viewOf } from '../view.ts'

export type Compared = {
  readonly documents: ViewOrTombstone[]
  /** Held states that this server lacks: a backup was restored. The replica pushes them. */
  readonly asked: Id[]
  /** The last id compared; null when the whole range was. */
  readonly cursor: Id | null
  /** How many documents within reach the range holds, as far as it was compared. */
  readonly passed: number
}

type Held = NonNullable<PullRequest['held']>

/**
 * Compares one range of ids, after `after` up to `held.through`: what is missing or newer is sent, what is held but
 * not visible is a tombstone. Stops when a page is full.
 */
export async function compareRange(context: PullContext, after: Id, held: Held): Promise<Compared> {
  const { read, collection, reach, limit } = context
  const compared: Compared & { cursor: Id | null; passed: number } = {
    documents: [],
    asked: [],
    cursor: null,
    passed: 0,
  }
  const range = new Map(held.documents.map(({ id, rev }) => [id, rev]))
  let from = after
  while (compared.documents.length < limit) {
    const page = { after: from, through: held.through, limit: limit - compared.documents.length }
    const rows = await read.range(collection, reach, page)
    compared.passed += rows.length
    const reached = rows.length < page.limit ? null : (rows.at(-1)?.id ?? null)
    const between = [...range.keys()].filter((id) => id > from && (reached === null || id <= reached))
    const ids = [...new Set([...rows.map(({ id }) => id), ...between])].toSorted()
    const stored = new Map((await read.documents(collection, ids)).map((document) => [document.id, document]))
    const erased = new Set(
      await read.erased(
        collection,
        between.filter((id) => !stored.has(id)),
      ),
    )
    for (const id of ids) {
      const pair = { id, rev: range.get(id), stored: stored.get(id), isErased: erased.has(id) }
      compareOne(context, pair, compared)
    }
    if (reached === null) return compared
    from = reached
    compared.cursor = reached
  }
  return compared
}

type Pair = {
  readonly id: Id
  readonly rev: string | undefined
  readonly stored: StoredDocument | undefined
  /** Taken away for good: it is not asked for, whatever life of the data the replica has it from. */
  readonly isErased: boolean
}

function compareOne(context: PullContext, { id, rev, stored, isErased }: Pair, compared: Compared): void {
  const { viewer, head } = context
  const view = stored === undefined ? null : viewOf(viewer, stored)
  if (rev === undefined) {
    if (view !== null) compared.documents.push(view)
    return
  }
  if (view?.rev === rev) return
  // A document of this device that was never answered: its push is on the way.
  if (rev === '' && stored === undefined) return
  if (!isErased && lacks(context, rev) && (view !== null || stored === undefined)) {
    compared.asked.push(id)
    return
  }
  compared.documents.push(view ?? tombstone(viewer, id, stored?.seq ?? head.seq))
}

/** A rev of a life of the data that is not this one, or of a number that was not given out yet. */
function lacks({ viewer, head }: PullContext, rev: string): boolean {
  const held = parseRev(rev)
  return held !== null && (held.incarnation !== viewer.incarnation || held.seq > head.seq)
}
