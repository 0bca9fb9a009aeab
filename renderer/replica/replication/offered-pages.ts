import type { Checkpoint, PullAnswer, StreamEvent } from '#app/protocol/index.ts'

export type OfferedPage = Extract<StreamEvent, { type: 'page' }>

/** More than this were offered and not taken: asking the server is cheaper than keeping them. */
const MOST = 64

/**
 * What the live stream brought of one collection, until the next pull takes it. A page is the answer to a pull that starts
 * where the page does, or later; where one is missing in between, all are dropped, and the server is asked.
 */
export class OfferedPages {
  #pages: OfferedPage[] = []

  offer(page: OfferedPage): void {
    this.#pages.push(page)
    if (this.#pages.length > MOST) this.#pages = []
  }

  /** The answer to a pull from this checkpoint; undefined where the server has to be asked. */
  answerFrom(checkpoint: Checkpoint | null): PullAnswer | undefined {
    const offered = this.#pages
    this.#pages = []
    if (checkpoint?.mode !== 'tail') return undefined
    const news = offered.filter((page) => page.seq > checkpoint.seq)
    const joined = joinedFrom(news, checkpoint)
    if (joined === null || news.length === 0) return undefined
    const { documents, seq } = joined
    return { documents, checkpoint: { ...checkpoint, seq }, more: false, remaining: 0, asked: [] }
  }
}

/** Null where they do not follow each other without a gap. A document's later state is the one that counts. */
function joinedFrom(
  pages: readonly OfferedPage[],
  { epoch, seq }: Checkpoint,
): { readonly documents: PullAnswer['documents']; readonly seq: number } | null {
  let reached = seq
  const documents = new Map<string, PullAnswer['documents'][number]>()
  for (const page of pages) {
    if (page.epoch !== epoch || page.after > reached) return null
    reached = Math.max(reached, page.seq)
    for (const document of page.documents) {
      documents.delete(document.id)
      documents.set(document.id, document)
    }
  }
  return { documents: [...documents.values()], seq: reached }
}
