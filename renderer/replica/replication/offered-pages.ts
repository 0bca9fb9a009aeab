import type { Checkpoint, PullAnswer, StreamEvent } from '#app/protocol/index.ts'

export type OfferedPage = Extract<StreamEvent, { type: 'page' }>

/** More than this were offered and not taken: asking the server is cheaper than keeping them. */
const MOST = 64

/**
 * What the live stream brought of one collection, until the next pull takes it. Pages are the answer to a pull that starts
 * where they do, or later, and that they lead to the last number that was heard of: RxDB drops a pull that was asked for
 * before another began, so that one has to bring everything. Where a page is missing, all are dropped, and the server is
 * asked.
 */
export class OfferedPages {
  #pages: OfferedPage[] = []
  #heard: { readonly epoch: string; readonly seq: number } = { epoch: '', seq: 0 }

  /** The server's counter, as the stream told it. Another epoch may count anew. */
  heard(epoch: string, seq: number): void {
    const known = this.#heard.epoch === epoch ? this.#heard.seq : 0
    this.#heard = { epoch, seq: Math.max(known, seq) }
  }

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
    if (this.#heard.epoch === checkpoint.epoch && seq < this.#heard.seq) return undefined
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
