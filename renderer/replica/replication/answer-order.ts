import type { Id } from '#app/kernel/index.ts'
import type { ViewOrTombstone } from '#app/protocol/index.ts'
import { compareRevs, isPending } from '../database/stored-document.ts'
import type { Table } from '../database/table.ts'

/**
 * Keeps what pages and answers say about one document in the server's order, where they cross.
 *
 * RxDB skips a pulled state while the document has an edit to send, and does not come back to it. Two cases would lose
 * that state for good:
 *
 * - the page was read after the push, but arrives before its answer: the answer, older, would be the last word. So a
 *   state that meets a pending document is kept, and takes the place of an older answer. Until the document shows it: the
 *   same answer is handed over once more where a write came in between, as healing marks what was not sent.
 * - the answer is here, but not written yet. So a page waits until it is: a wait for the disk, never for the network.
 */
export class AnswerOrder {
  readonly #table: Pick<Table, 'get'>
  /** Of documents with an edit to send, the newest state that came. */
  readonly #newest = new Map<Id, ViewOrTombstone>()
  readonly #landing = new Map<Id, PromiseWithResolvers<void> & { readonly edit: string }>()

  constructor(table: Pick<Table, 'get' | 'changes$'>) {
    this.#table = table
    table.changes$.subscribe((changes) => {
      for (const { id, now } of changes) this.#settle(id, now?.edit ?? '')
    })
  }

  /** Resolves when no answer about these documents is on its way to the disk. */
  async landed(views: readonly ViewOrTombstone[]): Promise<void> {
    for (;;) {
      const landing = views.flatMap((view) => this.#landing.get(view.id)?.promise ?? [])
      if (landing.length === 0) return
      await Promise.all(landing)
    }
  }

  /** Called with the views of a page in the moment in which RxDB gets them. */
  page(views: readonly ViewOrTombstone[]): void {
    for (const view of views) {
      const held = this.#table.get(view.id)
      if (held !== undefined && isPending(held)) this.#newest.set(view.id, this.#newestWith(view))
    }
  }

  /** Called with the answer to an edit before RxDB gets it: returns the newest view. */
  answer(edit: string, view: ViewOrTombstone): ViewOrTombstone {
    const { id } = view
    const newest = this.#newestWith(view)
    if (this.#table.get(id)?.edit === edit) {
      this.#newest.set(id, newest)
      this.#land(id, edit)
    }
    return newest
  }

  /** Replication has stopped: nothing lands any more. */
  stop(): void {
    for (const landing of this.#landing.values()) landing.resolve()
    this.#landing.clear()
    this.#newest.clear()
  }

  /** What another life of the data says can't be compared: then what came last is the newest. */
  #newestWith(view: ViewOrTombstone): ViewOrTombstone {
    const known = this.#newest.get(view.id)
    return known !== undefined && compareRevs(known.rev, view.rev) > 0 ? known : view
  }

  /** An edit that was sent twice is answered twice, and lands once: who waits for the first answer must hear of it. */
  #land(id: Id, edit: string): void {
    const known = this.#landing.get(id)
    if (known?.edit === edit) return
    known?.resolve()
    this.#landing.set(id, { edit, ...Promise.withResolvers<void>() })
  }

  #settle(id: Id, edit: string): void {
    if (edit === '') this.#newest.delete(id)
    const landing = this.#landing.get(id)
    if (landing === undefined || landing.edit === edit) return
    this.#landing.delete(id)
    landing.resolve()
  }
}
