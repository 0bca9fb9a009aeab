import type { CollectionName } from '#app/kernel/index.ts'
import type { Checkpoint } from '#app/protocol/index.ts'

/** Places of replicas under way that are remembered; whoever is forgotten is counted for once more. */
const PLACES = 10_000

/**
 * How many documents lie behind a replica's checkpoint. Counting takes as long as there are documents, so counting for
 * each page of a first load would take their square: it is done once, and the pages that follow take off what they
 * passed. It is for the progress bar, so what is written meanwhile may be left out.
 */
export class Progress {
  readonly #known = new Map<string, number>()

  async behind(
    collection: CollectionName,
    checkpoint: Checkpoint,
    page: { readonly from: Checkpoint; readonly passed: number } | undefined,
    count: () => Promise<number>,
  ): Promise<number> {
    const before = page === undefined ? undefined : this.#known.get(keyOf(collection, page.from))
    const remaining = before === undefined ? await count() : Math.max(0, before - (page?.passed ?? 0))
    const key = keyOf(collection, checkpoint)
    this.#known.delete(key)
    this.#known.set(key, remaining)
    if (this.#known.size > PLACES) this.#known.delete(this.#known.keys().next().value ?? '')
    return remaining
  }
}

/** The epoch names the user's grants, so that replicas of one epoch have the same documents behind one place. */
function keyOf(collection: CollectionName, { epoch, mode, cursor, seq }: Checkpoint): string {
  return `${collection}/${epoch}/${mode === 'walk' ? cursor : seq}`
}
